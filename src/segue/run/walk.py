"""Walk: a flow as a pure state machine. Events go in, wants come out; it does no I/O and knows no clock.

Every kind of node is a generator in `run/nodes.py` that yields what it wants and is sent what happened.
This file is the little scheduler below them: it runs generators side by side, hands each event to the one
that waits for it, and drops what nobody waits for any more. A live run, a resume and a replay drive the same
walk, so equal events always lead to equal wants.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from segue.errors import FactUnreadable, FlowChanged
from segue.flow.flow import Flow
from segue.flow.node import Place
from segue.run.doing import all_or_nothing
from segue.run.events import AnswerOffered, Event, TimedOut
from segue.run.facts import FactBook, Held
from segue.run.nodes import walk_place
from segue.run.outcome import Ended, Failure, Outcome, Scope
from segue.run.walking import Done, Fork, Guard, Path, Result, Walking
from segue.run.wants import (
    ANSWERS,
    Approved,
    AskCustomer,
    AskPersonFor,
    Drop,
    Hurry,
    Key,
    Run,
    StillOpen,
    Want,
)

Fed: TypeAlias = Generator[Any, Any, Outcome]


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact that belongs to the conversation: what made it, of what, and when (ms since 1970)."""

    fact: Held
    path: str
    inputs: str
    at: int


_NONE: list[Any] = []  # the results of a fiber that has not forked; never written to


class _Fiber:
    """A generator with the place where its outcome is waited for."""

    __slots__ = ("children", "generator", "index", "left", "parent", "results", "timer")

    def __init__(self, generator: Fed, parent: "_Fiber | None", index: int) -> None:
        self.generator = generator
        self.parent = parent
        self.index = index
        self.left = 0
        self.results: list[Any] = _NONE
        self.children: Sequence[_Fiber] = ()
        self.timer: Key | None = None


class Walk(Walking):
    """One walk through a flow. `wants` are what is still outstanding, by path and attempt."""

    def __init__(
        self,
        flow: Flow[Any],
        book: FactBook,
        scope: Scope,
        *,
        now: int,
        kept: Mapping[type, Kept] | None = None,
        messages: Mapping[int, Held] | None = None,
        earlier: Mapping[str, Result] | None = None,
    ) -> None:
        self.flow = flow
        self.book = book
        self.now = now
        self.messages = {} if messages is None else messages
        self.wants: dict[Key, Want] = {}
        self.outcome: Outcome | None = None
        self.results: dict[str, Result] = {}  # what steps gave, by path
        self.earlier = earlier or {}  # the same of a turn that this one supersedes
        self.approved: dict[str, Approved] = {}  # how approvals stand, by the path of the action
        self.done: list[Done] = []
        self._scope = scope
        self._kept = dict(kept or {})
        self._made: dict[Any, Kept] = {}  # what was kept since
        self._tries: dict[str, int] = {}
        self._waiting: dict[Key, _Fiber] = {}
        self._new: list[Want] = []
        self._begun: set[Key] = set()  # actions that may have an effect already
        self._doomed: list[_Fiber] = []  # where one of several failed for good
        self._overdue: list[_Fiber] = []  # whose time is over while such an action is not settled

    def start(self) -> Sequence[Want]:
        """What is wanted first."""
        walked = walk_place(self, self.flow.root, self._scope, Path())
        if self.flow.all_or_nothing:
            walked = all_or_nothing(self, walked, "")
        self._advance(_Fiber(walked, None, 0), None)
        return self._take()

    def send(self, at: int, event: Event) -> Sequence[Want]:
        """What is wanted after this event, which happened at `at` (ms since 1970).

        FlowChanged when nothing here waits for it.
        """
        key: Key = (event.path, event.attempt)  # type: ignore[attr-defined]
        fiber = self._waiting.pop(key, None)
        if fiber is None:
            raise FlowChanged(
                f"{event.kind} for {key[0]} (attempt {key[1]}) was recorded, which nothing waits for"
            )
        want = self.wants.pop(key)
        if type(event) not in ANSWERS[type(want)]:
            raise FlowChanged(
                f"{event.kind} was recorded for {key[0]}, where {type(want).__name__} is wanted"
            )
        self.now = at
        if isinstance(event, TimedOut):
            fiber.timer = None
            self._overdue.append(fiber)
            for below in self._begun & self.wants.keys():
                if self._is_below(self._waiting[below], fiber):
                    self._new.append(Hurry(below))
        else:
            self._advance(fiber, event)
        if self._overdue:
            self._time_is_over()
        if self._doomed:
            self._end_doomed()
        return self._take()

    def begun(self, key: Key) -> None:
        """An action was begun, so it is waited for whatever its time."""
        self._begun.add(key)

    def walks(self, place: Place, scope: Scope, path: Path) -> Fed:
        """The generator of a node."""
        return walk_place(self, place, scope, path)

    def changed(self, cases: Iterable[type]) -> None:
        """An action changed what these facts were read from."""
        for case in cases:
            self._kept.pop(case, None)
            self._made.pop(case, None)

    def stop(self) -> Sequence[Want]:
        """Give everything up; wants are what to drop."""
        for key in list(self._waiting):
            self._forget(key)
        return self._take()

    def message(self, event: AnswerOffered) -> Held:
        """The message that was offered as an answer."""
        return self.messages[event.message]

    def attempt(self, path: str) -> int:
        """Count one more attempt at this path; the first is 1."""
        n = self._tries[path] = self._tries.get(path, 0) + 1
        return n

    def kept(self, case: Any, path: str, inputs: str) -> Held | None:
        """A kept fact that may be used in place of running this step."""
        kept = self._kept.get(case)
        if kept is None or kept.path != path or kept.inputs != inputs:
            return None
        if self.now - kept.at > self.flow.keeps.get(case, 0) * 1000:
            return None
        try:
            kept.fact.value  # noqa: B018
        except FactUnreadable:
            return None  # what no longer decodes is absent
        return kept.fact

    def made(self, case: Any, path: str, fact: Held) -> None:
        """A step made a fact that is kept."""
        self._made[case] = Kept(fact, path, "", self.now)

    def made_at(self, case: Any) -> str:
        """The path of the step that made the kept fact which is seen."""
        known = self._made.get(case) or self._kept.get(case)
        return known.path if known else ""

    def stale(self, case: Any, fact: Held) -> bool:
        """Should this fact be read again, were it wanted now? A substitute's always is."""
        known = self._made.get(case) or self._kept.get(case)
        if known is None or known.fact != fact:
            return True
        return self.now - known.at > self.flow.keeps.get(case, 0) * 1000

    # The scheduler

    def _advance(self, fiber: _Fiber, value: Any) -> None:
        """Run a generator until it waits; carry outcomes up to whoever waits for them."""
        while True:
            try:
                request = fiber.generator.send(value)
            except StopIteration as stop:
                parent = fiber.parent
                if parent is None:
                    self.outcome = stop.value
                    return
                parent.results[fiber.index] = stop.value
                parent.left -= 1
                if parent.left and isinstance(stop.value, Ended) and stop.value.how == "withdrawn":
                    self._end_waiting(parent, stop.value)
                if parent.left:
                    if isinstance(stop.value, Failure) and stop.value.final:
                        self._doomed.append(parent)
                    return
                value, parent.results, parent.children = parent.results, _NONE, ()
                if parent.timer is not None:
                    self._forget(parent.timer)
                    parent.timer = None
                elif (
                    parent in self._overdue
                ):  # it was waited for; whatever this fiber does next has time of its own
                    self._overdue.remove(parent)
                fiber = parent
                continue
            if type(request) is Run:
                self._wait(fiber, request)
            elif type(request) is Fork:
                if not request.walks:
                    value = []
                    continue
                self._fork(fiber, request.walks)
            elif type(request) is StillOpen:
                self._new.append(request)
                value = None
                continue
            elif type(request) is Guard:
                fiber.timer = request.wake.key
                self._wait(fiber, request.wake)
                self._fork(fiber, [request.walk])
            else:
                self._wait(fiber, request)
            return

    def _fork(self, fiber: _Fiber, walks: Sequence[Fed]) -> None:
        fiber.left = len(walks)
        fiber.results = [None] * len(walks)
        fiber.children = [_Fiber(walk, fiber, index) for index, walk in enumerate(walks)]
        for child in fiber.children:
            self._advance(child, None)

    def _end_doomed(self) -> None:
        """A person gets the turn whatever anybody answers, so nobody is asked before they do."""
        for fiber in list(self._doomed):
            failed = next((one for one in fiber.results if isinstance(one, Failure) and one.final), None)
            if fiber not in self._doomed or failed is None:
                continue  # it ended by itself, or with another
            self._end_waiting(fiber, failed)
            if not fiber.left:
                self._doomed = [one for one in self._doomed if not self._is_below(one, fiber)]
                results, fiber.results, fiber.children = fiber.results, _NONE, ()
                self._advance(fiber, results)

    def _end_waiting(self, fiber: _Fiber, ended: Ended | Failure) -> None:
        """One of several ended all of it: what runs beside it and only waits for answers ends as well."""
        for index, child in enumerate(fiber.children):
            if fiber.results[index] is not None:
                continue
            keys = [key for key in self._waiting if self._is_below(self._waiting[key], child)]
            if all(isinstance(self.wants[key], AskCustomer | AskPersonFor) for key in keys):
                for key in keys:
                    self._forget(key)
                fiber.results[index] = ended
                fiber.left -= 1

    def _is_below(self, fiber: _Fiber | None, above: _Fiber) -> bool:
        while fiber is not None and fiber is not above:
            fiber = fiber.parent
        return fiber is above

    def _wait(self, fiber: _Fiber, want: Want) -> None:
        self._waiting[want.key] = fiber
        self.wants[want.key] = want
        self._new.append(want)

    def _time_is_over(self) -> None:
        """Abandon what is out of time, as soon as no action below it can still have an effect unseen."""
        for fiber in list(self._overdue):
            below = [key for key, waiting in self._waiting.items() if self._is_below(waiting, fiber)]
            if fiber not in self._overdue or any(key in self._begun for key in below):
                continue  # what was done for one may have ended another
            self._overdue.remove(fiber)
            for key in below:
                self._forget(key)
            fiber.left, fiber.children = 0, ()
            self._doomed = [one for one in self._doomed if not self._is_below(one, fiber)]
            self._advance(fiber, None)

    def _forget(self, key: Key) -> None:
        del self._waiting[key]
        del self.wants[key]
        self._new.append(Drop(key))

    def _take(self) -> Sequence[Want]:
        if not self._new:
            return ()
        new, self._new = self._new, []
        return new
