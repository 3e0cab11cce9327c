"""Turn: one walk through a flow in a conversation, and how far it has come."""

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from segue.errors import FactUnreadable, FlowChanged
from segue.flow.budget import Spent
from segue.flow.flow import Flow
from segue.flow.node import Escalate, Named, Node, Retry, Within
from segue.flow.receipts import Receipt
from segue.run.events import Event, ModelAnswered, ToolAnswered
from segue.run.facts import Held
from segue.run.outcome import Failure, Handover, Outcome
from segue.run.walk import Walk
from segue.run.walking import Result
from segue.run.wants import AskCustomer, AskPersonFor, Key, Want

if TYPE_CHECKING:
    from segue.run.fold import State

Answered: TypeAlias = ModelAnswered | ToolAnswered

log = logging.getLogger("segue")

ASKING = (AskCustomer, AskPersonFor)


class Turn:
    """Changed only by the events it is fed. Times are milliseconds since 1970."""

    def __init__(self, number: int, flow: Flow[Any] | None, name: str, at: int, deadline: int) -> None:
        self.number = number
        self.flow = flow
        self.name = name
        self.allowance = deadline - at
        self.deadline = deadline
        self.began = 0  # the event with which it began
        self.resumes = 0
        self.messages: list[int] = []  # the messages it is about that have no outcome yet
        self.asked: set[Key] = set()  # questions that were put to somebody
        self.known: list[Receipt] = []  # what it learned of actions that are not in the ledger
        self.acted = False  # said or asked something: what the customer writes now is no part of its request
        self.broken: Handover | None = None  # why it cannot be walked any further
        self.walk: Walk | None = None
        self.wants: Mapping[Key, Want] = {}  # what is outstanding
        self.outcome: Outcome | None = None  # what it came to; None while it goes on
        self.spent = Spent()
        self.answers: dict[str, dict[str, Answered]] = {}  # of steps at work, by path and call
        self.unanswered: set[Key] = set()  # attempts that something gave no answer to

    def start(self, state: "State", start: Held, now: int, earlier: Mapping[str, Result]) -> Sequence[Want]:
        """Begin the walk; what is wanted first."""
        if self.flow is None:
            return self.stop(Handover("", "flow_changed", "", f"this desk has no flow {self.name} any more"))
        try:
            self.walk = walk = Walk(
                *(self.flow, state.book, state.scope(self, start)),
                now=now,
                kept=dict(state.kept),
                messages=state.messages,
                earlier=earlier,
            )
            self.wants = walk.wants
            wants = walk.start()
            self.outcome = walk.outcome
            return wants
        except Exception as error:
            return self._break(error)

    def send(self, at: int, event: Event) -> Sequence[Want]:
        """Feed the walk; what is wanted then."""
        walk = self.walk
        if walk is None or self.broken is not None:
            return ()
        try:
            wants = walk.send(at, event)
            self.outcome = walk.outcome
            return wants
        except Exception as error:
            return self._break(error)

    def put(self, key: Key, kind: type[Want]) -> Sequence[Want]:
        """A question was put to somebody; what is to be dropped when the flow, changed since, does not ask it."""
        self.asked.add(key)
        self.acted = True
        if self.outcome is None and not isinstance(self.wants.get(key), kind):
            return self._break(
                FlowChanged(f"{key[0]} was asked, and the flow does not ask that there any more")
            )
        return ()

    def begun(self, key: Key) -> None:
        """An action was begun: it is waited for."""
        if self.walk is not None:
            self.walk.begun(key)

    def stop(self, outcome: Handover) -> Sequence[Want]:
        """End it from outside; what is to be dropped."""
        self.broken = self.outcome = outcome
        self.wants = {}
        return self.walk.stop() if self.walk else ()

    @property
    def idle(self) -> bool:
        """Does it only wait for answers, or for its turn to ask?"""
        if self.outcome is not None:
            return False
        for want in self.wants.values():  # noqa: SIM110 (this is asked many times a turn)
            if not isinstance(want, ASKING):
                return False
        return True

    def _break(self, error: Exception) -> Sequence[Want]:
        """It cannot be walked any further, because the flow changed or because of a bug."""
        known = isinstance(error, FlowChanged | FactUnreadable)
        why = str(error) if known else f"{type(error).__name__}: {error}"
        if not known:
            log.error("turn %d of %s cannot be walked", self.number, self.name, exc_info=error)
        return self.stop(Handover("", "flow_changed" if known else "bug", "", why))


def last_rung(flow: Flow[Any] | None) -> Escalate[Any] | None:
    """The outermost `.escalate` of a flow: where a turn goes that nothing inside could save."""
    node: Node[Any] | None = flow.body if flow else None
    while isinstance(node, Retry | Within | Named):
        node = node.node
    return node if isinstance(node, Escalate) else None


def as_handover(outcome: Failure, flow: Flow[Any] | None) -> Handover:
    """A failure that nothing inside the flow could save, handed to whoever the flow names last."""
    rung = last_rung(flow)
    to, says = (rung.to.name, rung.says) if rung else ("", None)
    return Handover(to, outcome.reason, outcome.path, outcome.why, says)
