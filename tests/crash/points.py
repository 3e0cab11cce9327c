"""Points at which a process can be stopped: counted as they are passed, and some of them are its last."""

import asyncio
import os
import signal
from collections.abc import Callable, Collection

import orjson

from segue.run.journal import Append


class Process:
    """A process that runs a desk, as far as it can be stopped: `stop` is called at the points numbered `last`.

    Points are numbered from 1, in the order in which they are passed.
    """

    def __init__(self, last: Collection[int] = (), stop: Callable[[], None] | None = None) -> None:
        self.passed: list[str] = []
        self.dead = False
        self.last = last
        self.stop = stop or self.end

    def passes(self, point: str) -> bool:
        """It has come to this point; False when it goes no further."""
        if not self.dead:
            self.passed.append(point)
            if len(self.passed) in self.last:
                self.stop()
        return not self.dead

    async def reaches(self, point: str) -> None:
        """It has come to this point, and goes no further when it is dead."""
        if not self.passes(point):
            await asyncio.Event().wait()

    def end(self) -> None:
        """From here on nothing of it reaches anybody."""
        self.dead = True


def kill_myself() -> None:
    """What `stop` is in a process that is one."""
    os.kill(os.getpid(), signal.SIGKILL)


def stop_myself() -> None:
    """The whole process stands still, until somebody lets it go on."""
    os.kill(os.getpid(), signal.SIGSTOP)


def name_of(append: Append) -> str:
    """What an append says, as the name of a point."""
    return " ".join(orjson.loads(record.envelope)["k"] for record in append.records)
