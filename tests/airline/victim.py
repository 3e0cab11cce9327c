"""The process that gets killed: a desk for each task, all at work at once, each on a journal of its own.

`python -m tests.airline.victim ADDRESS FOLDER [boasts] TASK...`. It ends when every customer has been answered,
and prints what they were told.
"""

import asyncio
import json
import sys
from pathlib import Path

from tests.airline.data import Task, tasks
from tests.airline.desk import make

from segue import Caller
from segue.journals.sqlite import SqliteJournal
from segue.run import reception

PATIENCE = 180.0


async def solve(task: Task, address: str, folder: Path, boasts: bool) -> tuple[str, str]:
    desk = make(f"{address}-{task.id}/mcp/", folder / "reviewed.json", boasts=boasts)
    async with desk.open(SqliteJournal(folder / f"{task.id}.db")) as office:
        begun = folder / f"{task.id}.id"
        if not begun.exists():
            begun.write_text(await office.begin(caller=Caller(task.customer, "verified")))
        id, text = begun.read_text(), json.dumps({"actions": task.actions})
        await reception.customer_says(office, id, "m1", text)
        happened = await reception.outcome_of(office, id, "m1", PATIENCE)
        assert happened, f"task {task.id} came to nothing"
        return task.id, str(getattr(happened[-1].event, "text", happened[-1].event))


async def main(address: str, folder: Path, which: list[str]) -> None:
    chosen, boasts = [task for task in tasks() if task.id in which], "boasts" in which
    told = await asyncio.gather(*(solve(task, address, folder, boasts) for task in chosen))
    print(json.dumps(dict(told)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
