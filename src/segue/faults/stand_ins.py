"""Stand-ins: what a desk works with in the sandbox, and the line between them, on which a fault may strike."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from segue.errors import DefinitionError
from segue.faults.fault import Fault
from segue.faults.recorder import Recorded, methods_of, recorder_of, returned_by
from segue.faults.sandbox_loop import SandboxLoop
from segue.flow.builtin import Clock
from segue.flow.receipts import Receipt
from segue.run.desk import Desk
from segue.run.sandbox import Breakage, Sandbox
from segue.run.tools import fits


class NothingToRun(DefinitionError):
    """The desk declares no sandbox, or one that does not fit it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call to a stand-in: the nth of that method. `returns` is the type of what it gives."""

    tool: str
    method: str
    nth: int
    answer: Any
    returns: Any
    waits: bool  # is it async, so that it can be slow?


class Line:
    """Counts every call between a desk and its stand-ins, and lets the fault strike."""

    def __init__(
        self,
        loop: SandboxLoop,
        fault: Fault | None = None,
        raises: Mapping[Breakage, Callable[[], Exception]] | None = None,
    ) -> None:
        self.fault = fault
        self.struck = False
        self.calls: list[Call] = []
        self.recorded: list[Recorded] = []
        self._loop = loop
        self._raises = raises or {}
        self._counts: dict[tuple[str, str], int] = {}

    def through(self, tool: str, kind: type, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """A method, called through this line. `kind` is the class that says what it returns."""
        returns = returned_by(inspect.getattr_static(kind, name, None)) or returned_by(method)

        async def called(*args: Any, **named: Any) -> Any:
            nth, fault = self._meets(tool, name)
            if fault is not None:
                fault.before(self._raises)
            with self._loop.really():
                answer = await method(*args, **named)
            self.calls.append(Call(tool, name, nth, answer, returns, waits=True))
            if fault is None:
                return answer
            await fault.meanwhile()
            return fault.after(answer, returns, self._raises)

        def called_at_once(*args: Any, **named: Any) -> Any:
            nth, fault = self._meets(tool, name)
            if fault is not None:
                fault.before(self._raises)
            answer = method(*args, **named)
            self.calls.append(Call(tool, name, nth, answer, returns, waits=False))
            return answer if fault is None else fault.after(answer, returns, self._raises)

        return called if inspect.iscoroutinefunction(method) else called_at_once

    def _meets(self, tool: str, method: str) -> tuple[int, Fault | None]:
        """Which call of this method it is, and what strikes it."""
        nth = self._counts[tool, method] = self._counts.get((tool, method), 0) + 1
        fault = self.fault
        if fault is None or not fault.strikes(tool, method, nth, self.struck):
            return nth, None
        self.struck = True
        return nth, fault


class StandIn:
    """A stand-in as the desk sees it: whatever it calls goes through the line."""

    def __init__(self, inner: Any, name: str, kind: type, line: Line) -> None:
        self._inner, self._name, self._kind, self._line = inner, name, kind, line

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # such as __aenter__: it was entered in the sandbox
            raise AttributeError(name)
        found = getattr(self._inner, name)
        if name.startswith("_") or not inspect.isroutine(found):
            return found
        return self._line.through(self._name, self._kind, name, found)


class Cast:
    """The stand-ins of one conversation, each in its part."""

    def __init__(self, inner: Iterable[Any], line: Line, loop: SandboxLoop, clock: Clock) -> None:
        self.inner = list(inner)
        self.parts: dict[str, Any] = {}  # by the name of the tool that they stand for
        self._line = line
        self._loop = loop
        self._clock = clock

    def play(self, desk: Desk) -> Desk:
        """The desk with these in place of its tools, recorders elsewhere; NothingToRun if one fits nowhere."""
        other = desk.with_tools(self._in_place_of)
        if idle := [one for one in self.inner if not any(one is part for part in self.parts.values())]:
            there = ", ".join(sorted({type(tool).__name__ for tool in desk.tools.everything()}))
            raise NothingToRun(
                f"the sandbox has a {type(idle[0]).__name__}, which stands for no tool that a step asks for (the desk "
                f"has: {there}); it must inherit from the tool's class, or have all its methods"
            )
        return other

    async def effects(self) -> list[Receipt]:
        """What was done, as the stand-ins themselves say."""
        found: list[Receipt] = []
        for one in self.acting:
            told = one.effects() if callable(one.effects) else one.effects
            with self._loop.really():
                found += await told if inspect.isawaitable(told) else told
        return found

    @property
    def acting(self) -> list[Any]:
        """Those that say what was done."""
        return [one for one in self.inner if hasattr(one, "effects")]

    def knows(self, tool: Any) -> bool:
        """Does what this is to the desk say what was done?"""
        return isinstance(tool, StandIn) and any(tool._inner is one for one in self.acting)

    def _in_place_of(self, tool: Any, asked: tuple[Any, ...]) -> Any:
        kind = type(tool)
        for alike in (fits, _has_all_of):
            found = [one for one in self.inner if asked and all(alike(one, wanted) for wanted in asked)]
            if len(found) > 1:
                both = " and ".join(type(one).__name__ for one in found)
                raise NothingToRun(f"in the sandbox, {both} both stand for the tool {kind.__name__}")
            if found:
                self.parts[kind.__name__] = found[0]
                wanted = asked[0] if isinstance(asked[0], type) else kind
                return StandIn(found[0], kind.__name__, wanted, self._line)
        if isinstance(tool, Clock) and methods_of(kind) == ["now"]:
            return self._clock
        return recorder_of(tool, self._line.recorded)


@asynccontextmanager
async def stand_ins(sandbox: Sandbox, loop: SandboxLoop) -> AsyncIterator[list[Any]]:
    """Everything that the sandbox makes, entered."""
    found: list[Any] = []
    stack = AsyncExitStack()
    try:
        with loop.really():
            for factory in sandbox.tools:
                made = factory()
                opened = await stack.enter_async_context(made) if hasattr(made, "__aenter__") else made
                for one in opened if isinstance(opened, list | tuple) else [opened]:
                    if one is not made and hasattr(one, "__aenter__"):
                        await stack.enter_async_context(one)
                    found.append(one)
        yield found
    finally:
        with loop.really():
            await stack.aclose()


def _has_all_of(one: Any, wanted: Any) -> bool:
    """Has it every public method of the class?"""
    names = methods_of(wanted) if isinstance(wanted, type) else []
    return bool(names) and all(hasattr(one, name) for name in names)
