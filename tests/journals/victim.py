"""A process that writes a journal and is killed while it does: `python victim.py FILE hold|write`.

It says on its standard output what it was told is durable.
"""

import asyncio
import sys
from pathlib import Path

from tests.journals.writing import action, parcel, pen

from segue.journals.sqlite import SqliteJournal

WRITERS = 8


async def write(journal: SqliteJournal, conversation: str) -> None:
    writer = await pen(journal, conversation)
    while True:
        delivered = str(writer.seq)
        await journal.deliver(conversation, parcel(delivered))
        print("delivered", conversation, delivered, flush=True)
        begins = action(f"{conversation} {delivered}", conversation=conversation, object=conversation)
        appends = [
            writer.append("one", "two", taken=[delivered], actions=[begins]),
            writer.append("three", actions=[begins._replace(status="done")]),
        ]
        futures = [journal.append(append) for append in appends]
        for append, future in zip(appends, futures, strict=True):
            await future
            print("appended", conversation, append.records[-1].seq, flush=True)


async def main(path: Path, what: str) -> None:
    journal = SqliteJournal(path)
    await journal.open()
    print("open", flush=True)
    if what == "hold":
        await asyncio.Event().wait()
    await asyncio.gather(*(write(journal, f"c{n}") for n in range(WRITERS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
