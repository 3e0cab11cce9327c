"""A process whose desk has a step that means harm: `python -m tests.run.harmful FILE HARM`.

Mallory wrote once, the first time; after every start Ada writes and waits for her answer. What happened is said on
the standard output, a line each.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.run.hostile import ADA, MALLORY, Found, asynchronous, desk_of, first, plain

from segue.journals.sqlite import SqliteJournal
from segue.run import events as ev
from segue.run import reception
from segue.run.office import Office


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())  # at once, and not once more in a child


async def exits() -> Found:
    os._exit(3)


async def is_killed() -> Found:
    os.kill(os.getpid(), signal.SIGKILL)
    return Found("nothing")


def is_killed_in_a_thread() -> Found:
    os.kill(os.getpid(), signal.SIGKILL)
    return Found("nothing")


async def stops_the_loop() -> Found:
    asyncio.get_running_loop().stop()
    await asyncio.Event().wait()
    return Found("nothing")


async def exits_in_a_task() -> Found:
    async def leave() -> None:
        sys.exit(4)

    await asyncio.create_task(leave())
    return Found("nothing")


async def cancels_all() -> Found:
    for task in asyncio.all_tasks():
        task.cancel()
    await asyncio.sleep(0)
    return Found("nothing")


async def forks_and_goes_on() -> Found:
    return Found("child" if os.fork() == 0 else "parent")


async def forks_and_waits() -> Found:
    child = os.fork() == 0
    await asyncio.sleep(0)
    return Found("child" if child else "parent")


async def forks_and_raises() -> Found:
    if os.fork() == 0:
        sys.exit(5)
    return Found("parent")


def forks_in_a_thread() -> Found:
    return Found("child" if os.fork() == 0 else "parent")


def _worker(connection: Any) -> None:
    connection.send("from a child")


async def multiplies() -> Found:
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_worker, args=(there,))
    process.start()
    await asyncio.to_thread(process.join)
    return Found(here.recv())


async def runs_a_program() -> Found:
    program = await asyncio.create_subprocess_exec("true")
    return Found(f"exit {await program.wait()}")


async def leaves_a_child_behind() -> Found:
    if os.fork() == 0:
        signal.pause()
        os._exit(0)
    os.kill(os.getpid(), signal.SIGKILL)
    return Found("nothing")


async def ignores_signals() -> Found:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return Found("it")


async def closes_the_journal() -> Found:
    for number in os.listdir("/proc/self/fd"):
        with_name = Path("/proc/self/fd") / number
        if with_name.exists() and "journal.db" in os.readlink(with_name):
            os.close(int(number))
    return Found("it")


async def writes_to_the_output() -> Found:
    os.write(1, b"\x00\xff\n" * 1000)
    os.close(0)
    os.close(2)
    return Found("it")


def desk(harm: str) -> Any:
    function: Callable[[], Any] = globals()[harm]
    return desk_of((asynchronous if asyncio.iscoroutinefunction(function) else plain)(function))


async def main(path: Path, harm: str) -> None:
    noted = path.with_suffix(".mallory")
    async with desk(harm).open(SqliteJournal(path)) as office:
        if not noted.exists():
            noted.write_text(await office.begin(caller=MALLORY))
            await asyncio.gather(ada(office), mallory(office, noted.read_text()))
        else:
            await asyncio.gather(ada(office), outcome(office, noted.read_text()))


async def mallory(office: Office, id: str) -> None:
    await asyncio.sleep(0.05)  # Ada was answered before, most times
    await reception.customer_says(office, id, "m", "hello")
    say("accepted", id)
    await outcome(office, id)


async def ada(office: Office) -> None:
    id = await office.begin(caller=ADA)
    await reception.customer_says(office, id, "m", "hello")
    reply: ev.ReplySent = await first(office, id, ev.ReplySent)
    say("ada", reply.text)


async def outcome(office: Office, id: str) -> None:
    async for happened in office.follow(id):
        if isinstance(happened, Exception):
            say("trouble", type(happened).__name__)
        elif getattr(happened.event, "covers", ()):
            say("mallory", happened.event.kind, getattr(happened.event, "reason", ""), happened.event.text)  # type: ignore[attr-defined]
            await ada(office)
            return


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
