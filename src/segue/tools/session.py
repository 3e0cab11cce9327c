"""A server at work: reached, held against what was reviewed, called, and reached again when it is gone."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from segue.errors import ToolChanged, ToolFailed, ToolNotCalled
from segue.run.mishaps import words_of
from segue.tools.result import MOST, SHOWN, Answer, clean
from segue.tools.reviewed import Definition, Reviewed
from segue.tools.target import Lost, Rejected, Target

if TYPE_CHECKING:
    from segue.tools.connection import Connection

T = TypeVar("T")

log = logging.getLogger("segue")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds, and how much of an answer is kept, in bytes.

    After `looks_again` it is held against what was reviewed once more; right before what acts it always is.
    """

    seconds: float = 30.0
    connects_within: float = 10.0
    looks_again: float = 60.0
    most: int = MOST


class Session:
    """One connection at a time, from any number of steps at once."""

    def __init__(self, name: str, target: Target, reviewed: Reviewed, patience: Patience) -> None:
        self._name, self._target, self._reviewed, self._patience = name, target, reviewed, patience
        self._open = 0  # by how many offices
        self._connecting = asyncio.Lock()
        self._connection: Connection | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._changed: Mapping[str, str] = {}
        self._compared = 0.0

    async def open(self, used: Iterable[str]) -> None:
        """Reach the server; ToolChanged when one of the tools that are used is not as it was reviewed.

        One that cannot be reached is warned of and tried again later: a desk has more to do than one server's tools.
        """
        self._open += 1
        if self._open > 1:
            return
        self._connecting = asyncio.Lock()  # the last one may belong to another loop
        try:
            await self._connected()
            self._refuse(used)
        except ToolChanged:
            await self.close()
            raise
        except ToolNotCalled as error:
            log.warning("%s; its tools fail until it can be", error)

    async def close(self) -> None:
        self._open -= 1
        if not self._open:
            self._drop()
            if self._leaving:
                await asyncio.wait(self._leaving)

    async def call(self, tool: str, arguments: Mapping[str, Any], gives: type[T], *, acts: bool) -> T:
        """Call a tool; what only reads is asked once more when the connection was lost over it."""
        try:
            answer = await self._asked(tool, arguments, acts=acts)
        except Lost as error:
            if acts:
                raise ToolFailed(
                    f"the connection to {self._name} was lost while {tool} was at work"
                ) from error
            try:
                answer = await self._asked(tool, arguments, acts=False)
            except Lost as again:
                twice = f"was lost twice while {tool} was at work: {clean(str(again))[:SHOWN]}"
                raise ToolFailed(f"the connection to {self._name} {twice}") from again
        return answer.read(tool, gives, self._patience.most)

    async def _asked(self, tool: str, arguments: Mapping[str, Any], *, acts: bool) -> Answer:
        """The answer; Lost when the connection was lost over it, which then is dropped."""
        connection = await self._connected(anew=acts)
        self._refuse([tool])
        try:
            async with asyncio.timeout(self._patience.seconds):
                return await connection.call(tool, arguments)
        except TimeoutError as error:
            connection.stale = True  # before it is asked again, it shows whether it is there at all
            within = f"within {self._patience.seconds:g} s"
            raise ToolFailed(f"{tool} of {self._name} gave no answer {within}") from error
        except Rejected as error:
            raise ToolNotCalled(f"{self._name} did not take the call of {tool}: {_short(error)}") from error
        except Lost:
            if connection is self._connection:
                self._drop()
            raise
        except Exception as error:
            raise ToolFailed(f"what {self._name} answered to {tool} is no answer: {_short(error)}") from error

    async def _connected(self, *, anew: bool = False) -> "Connection":
        """A connection to a server of which is known how it differs from the reviewed one; `anew`: as of now."""
        if not self._open:
            raise ToolNotCalled(f"{self._name} is not open: a desk opens its tools, and so does `async with`")
        async with self._connecting:
            try:
                async with asyncio.timeout(self._patience.connects_within):
                    return await self._there(anew=anew) or await self._connect()
            except TimeoutError as error:
                self._drop()
                within = f"within {self._patience.connects_within:g} s"
                raise ToolNotCalled(f"{self._name} cannot be reached: no answer {within}") from error

    async def _there(self, *, anew: bool) -> "Connection | None":
        """The connection that is there, if it still is."""
        there = self._connection
        if there is None or not there.alive:
            return None
        fresh = time.monotonic() - self._compared < self._patience.looks_again
        if not fresh or anew or there.stale:
            try:
                await self._compare(there)
            except TimeoutError:
                raise
            except Exception:  # it is gone, or has forgotten us: that shows when it is reached anew
                return None
        return there

    async def _connect(self) -> "Connection":
        from segue.tools.connection import Connection

        self._drop()
        connection = Connection(self._target)
        try:
            await connection.open(self._patience.connects_within)
            await self._compare(connection)
        except BaseException as error:
            self._leave(connection)
            if isinstance(error, TimeoutError) or not isinstance(error, Exception):
                raise
            raise ToolNotCalled(f"{self._name} cannot be reached: {_short(error)}") from error
        self._connection = connection
        return connection

    async def _compare(self, connection: "Connection") -> None:
        live = {tool.name: tool for tool in await connection.tools()}
        self._compared = time.monotonic()
        reviewed = self._reviewed.tools.items()
        self._changed = {name: told for name, tool in reviewed if (told := tool.changes(live.get(name)))}

    def _refuse(self, tools: Iterable[str]) -> None:
        if told := [self._changed[name] for name in sorted(tools) if name in self._changed]:
            raise ToolChanged(
                f"{self._name} is not as it was reviewed: {'; '.join(told)}. Look at it, and if it is as it should be, "
                f"write it anew with `segue tools`"
            )

    def _drop(self) -> None:
        if self._connection is not None:
            self._leave(self._connection)
        self._connection = None

    def _leave(self, connection: "Connection") -> None:
        if (leaving := connection.leave()) is not None:
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)


@asynccontextmanager
async def looked_at(target: Target, within: float) -> AsyncIterator[list[Definition]]:
    """What a server offers that nobody has reviewed yet."""
    from segue.tools.connection import Connection

    connection = Connection(target)
    try:
        await connection.open(within)
        async with asyncio.timeout(within):
            yield await connection.tools()
    finally:
        if (leaving := connection.leave()) is not None:
            await asyncio.wait([leaving])


def _short(error: BaseException) -> str:
    return clean(words_of(error))[:SHOWN]
