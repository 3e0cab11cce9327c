"""A script: how each step of a drawn desk behaves, call by call, and which calls wait just now."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, Literal, TypeAlias

Act: TypeAlias = Literal[
    "give", "other", "third", "fail", "bug", "wrong", "cancel", "wait", "wait, fail", "swallow"
]
"""What a step does in one call. `other` and `third` give another case (or more items); `wait` waits for its gate;
`swallow` does too, whoever cancels it, and returns late; `cancel` raises CancelledError by itself."""

Acts: TypeAlias = tuple[Act, ...]
"""By call; whoever is called more often just gives."""


class Gate:
    """A call that waits until it is let through."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.open: Callable[[], None] = lambda: None


class Script:
    """Plays every step's acts in the order of its calls. `gates` are the calls that wait just now."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.gates: list[Gate] = []
        self.on_call: Callable[[], None] = lambda: None
        self.holds = False

    def next(self, name: str, acts: Acts) -> Act:
        n = self.calls[name]
        self.calls[name] += 1
        self.on_call()
        return acts[n] if n < len(acts) else "give"

    async def play(self, name: str, acts: Acts, give: Callable[[int], Any]) -> Any:
        act = self.next(name, acts)
        if act in ("wait", "wait, fail", "swallow"):
            await self._wait(name, stubborn=act == "swallow")
        if act == "cancel":
            raise asyncio.CancelledError
        return _ended(act, name, give)

    def play_plain(self, name: str, acts: Acts, give: Callable[[int], Any]) -> Any:
        act = self.next(name, acts)
        self.holds = act in ("wait", "wait, fail", "swallow")
        return _ended(act, name, give)

    async def _wait(self, name: str, *, stubborn: bool) -> None:
        opened = asyncio.get_running_loop().create_future()
        gate = Gate(name)
        gate.open = lambda: None if opened.done() else opened.set_result(None)
        self.gates.append(gate)
        try:
            while not opened.done():
                try:
                    await asyncio.shield(opened)
                except asyncio.CancelledError:
                    if not stubborn:
                        raise
        finally:
            if gate in self.gates:
                self.gates.remove(gate)

    def let_through(self, which: int) -> None:
        """Open one gate, counted from the oldest."""
        if self.gates:
            self.gates.pop(which % len(self.gates)).open()


class Pool:
    """In place of the office's threads: a `def` step runs at once, and what it gives arrives when its gate opens."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def submit(self, call: Callable[..., Any], *args: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        self._script.holds = False
        try:
            arrives: Callable[[], None] = partial(future.set_result, call(*args))
        except BaseException as error:
            arrives = partial(future.set_exception, error)
        if self._script.holds:
            gate = Gate("a thread")
            gate.open = arrives
            self._script.gates.append(gate)
        else:
            arrives()
        return future

    def leave(self, future: "Future[Any]") -> bool:
        """It is given up; what it gives may arrive all the same."""
        return not future.done()

    def close(self) -> None:
        """There are no threads."""


def _ended(act: Act, name: str, give: Callable[[int], Any]) -> Any:
    match act:
        case "fail" | "wait, fail":
            raise OSError(f"{name} failed")
        case "bug":
            raise AttributeError(f"a bug in {name}")
        case "wrong":
            return object()
        case "cancel":
            raise OSError("cancelled")  # in a thread there is nothing to cancel
    return give({"other": 1, "third": 2}.get(act, 0))
