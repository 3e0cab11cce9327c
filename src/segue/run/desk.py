"""Desk: flows, tools, people and texts, checked against one another before anything runs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any

from segue.errors import DefinitionError
from segue.flow.action import Absent, Action
from segue.flow.budget import Budget
from segue.flow.builtin import (
    Caller,
    Clock,
    Conversation,
    Draft,
    Else,
    Facts,
    Failed,
    Forgotten,
    History,
    Message,
    NothingNew,
    Objection,
    Reply,
    Summary,
    Withdrawn,
)
from segue.flow.flow import Flow
from segue.flow.kinds import Case, Many
from segue.flow.node import Approve, Escalate, Place
from segue.flow.person import AskCaller, AskPerson, Person, TakeOver
from segue.flow.receipts import ActionConflict, AlreadyDone, Approval, Receipt, Receipts, Refused
from segue.flow.step import Step
from segue.flow.tree import static_path
from segue.flow.undoing import UndoAsked, undo_flow
from segue.run.facts import FactBook
from segue.run.journal import Journal
from segue.run.office import Office
from segue.run.sandbox import Sandbox
from segue.run.texts import TextTable
from segue.run.tools import StandIn, Tools

ALLOWANCE = 120.0
"""Seconds that a turn may run (not counting what it sleeps) before it goes to a person."""

LONGEST_SETTLE = 10.0

SETTLE: Mapping[str, float] = {"chat": 0.8}
"""Seconds, by channel, that somebody who types is given to go on; none in channels that are not named."""

_OURS = (
    *(Absent, Receipt, AlreadyDone, ActionConflict, Refused, Approval, UndoAsked),
    *(Message, Conversation, Caller, History, Draft, Objection, Reply, Failed, Withdrawn, Else),
    *(Forgotten, Summary, NothingNew),
)


class Desk:
    """What a support desk consists of. Made at import; DefinitionError says what does not fit together.

    `tools` are found by the annotation of a step's keyword-only parameters; those that are async context
    managers are entered when the desk opens. `people` says which queue a Person is. `texts` are what customers
    read outside replies: `{key: {language: text}}`, in every one of `languages`. `language_of` tells which of
    them a message is written in, "" when it cannot say; then the one before counts, and at first the one that
    the channel names. `allowance` is how many seconds a turn may run before it goes to a person. `settle` is
    for how many seconds, by channel, a message waits for what the customer may write directly after it.
    `budget` is what models may cost; `exchanges=False` keeps what they are asked out of the journal.
    `sandbox` is what `segue faults` tries the desk out with; nothing else looks at it.
    """

    def __init__(
        self,
        *flows: Flow[Any],
        tools: Iterable[Any] = (),
        people: Mapping[Person, str] | None = None,
        texts: Mapping[str, Mapping[str, str]] | None = None,
        languages: Sequence[str] = ("en",),
        language_of: Callable[[str], str] | None = None,
        allowance: float = ALLOWANCE,
        settle: Mapping[str, float] = SETTLE,
        budget: Budget | None = None,
        exchanges: bool = True,
        sandbox: Sandbox | None = None,
        name: str = "desk",
    ) -> None:
        if not flows:
            raise DefinitionError("a Desk needs at least one Flow")
        self.name = name
        undo = undo_flow(_by_name(flows))
        self.flows = _by_name(flows if undo is None else (*flows, undo))
        self.people = dict(people or {})
        self.languages = tuple(languages)
        self.language_of = language_of
        self.allowance = allowance
        self.settle = dict(settle)
        self.budget = budget
        self.exchanges = exchanges
        self.sandbox = sandbox
        for channel, seconds in settle.items():
            if not 0 <= seconds <= LONGEST_SETTLE:
                raise DefinitionError(
                    f"settle={{{channel!r}: {seconds:g}}}: a message waits 0 to {LONGEST_SETTLE:g} seconds for more, "
                    f"since the customer waits too"
                )
        self.texts = TextTable(self.languages, texts)
        self.tools = Tools(tools)
        self.book = FactBook([*_OURS, *(c for p in self.places() for c in _facts_of(p))])
        self.texts.check_all()
        for place in self.places():
            self._check(place)
        for action in self.actions.values():
            self._check_action(action)

    def places(self) -> Iterator[Place]:
        """Every place of every flow."""
        for flow in self.flows.values():
            yield from flow.places()

    @cached_property
    def actions(self) -> Mapping[str, Action[Any, Any]]:
        """Everything that this desk may do, by name; with what takes it back."""
        found: dict[str, Action[Any, Any]] = {}
        for flow in self.flows.values():
            for one in flow.actions.values():
                for action in (one, one.undo):
                    if (
                        action is not None
                        and found.setdefault(action.name, action).function is not action.function
                    ):
                        raise DefinitionError(
                            f"two actions are called {action.name!r}, {found[action.name].where} and {action.where}; "
                            f"what is done is known by that name, so give one of them another with action(name=...)"
                        )
        return found

    def action_at(self, path: str, name: str) -> Action[Any, Any] | None:
        """The action that stands at this path of a flow, or else anywhere under this name; None if there is none."""
        return self._actions_by_path.get((static_path(path), name)) or self.actions.get(name)

    @cached_property
    def _actions_by_path(self) -> Mapping[tuple[str, str], Action[Any, Any]]:
        return {(p.path, p.node.name): p.node for p in self.places() if isinstance(p.node, Action)}

    @cached_property
    def flow_for_messages(self) -> Flow[Any] | None:
        """The flow that a customer's message starts."""
        return next((flow for flow in self.flows.values() if flow.takes[0] is Message), None)

    @property
    def last_person(self) -> str:
        """Who gets what no flow names anybody for."""
        return next((person.name for person in self.people), "anybody")

    def open(self, journal: Journal | None = None, *, clock: Clock | None = None) -> Office:
        """The desk at work, as an async context manager; the journal is in memory unless one is given."""
        return Office(self, journal, clock)

    def with_tools(self, stand_in: StandIn) -> "Desk":
        """The same desk with something else in place of every tool; none of them is touched."""
        other = copy(self)
        other.tools = self.tools.replaced(stand_in)
        return other

    def _check(self, place: Place) -> None:
        node = place.node
        if isinstance(node, Step):
            self.tools.bind(node)
            if node.says is not None:
                self.texts.check(node.says, f"{node.name} [{node.where}]")
        elif isinstance(node, AskCaller):
            self.texts.check(node.asking, f"{node.title} [{node.where}]")
            if node.unanswered is not None:
                self._check_person(node.unanswered, node)
        elif isinstance(node, AskPerson):
            self.texts.check(node.asking, f"{node.title} [{node.where}]")
            self._check_person(node.person, node)
        elif isinstance(node, Approve):
            self.texts.check(node.says, f"{node.title} [{node.where}]")
            self._check_person(node.by, node)
        elif isinstance(node, Escalate | TakeOver):
            if node.says is not None:
                self.texts.check(node.says, f"{node.title} [{node.where}]")
            self._check_person(node.to if isinstance(node, Escalate) else node.person, node)

    def _check_action(self, action: Action[Any, Any]) -> None:
        self.tools.bind(action)
        if action.lookup is not None:
            self.tools.bind(action.lookup)
        self.book.add(action.result)

    def _check_person(self, person: Person, node: Any) -> None:
        if person not in self.people:
            known = ", ".join(repr(other.name) for other in self.people) or "nobody"
            raise DefinitionError(
                f"{node.title} needs {person.name!r}, and this desk has no such person (there is: {known}); "
                f"name the queue in Desk(people={{...}}) [{node.where}]"
            )


def _by_name(flows: Iterable[Flow[Any]]) -> dict[str, Flow[Any]]:
    found: dict[str, Flow[Any]] = {}
    by_start: dict[type, Flow[Any]] = {}
    for flow in flows:
        if (other := found.setdefault(flow.name, flow)) is not flow:
            raise DefinitionError(
                f"two flows are called {flow.name!r} [{other.where}] and [{flow.where}]; give Flow(name=...)"
            )
        if (other := by_start.setdefault(flow.takes[0], flow)) is not flow:
            raise DefinitionError(
                f"{other.name} and {flow.name} are both started by {flow.takes[0].__name__}; "
                f"put a Route into one flow instead [{flow.where}]"
            )
        if flow.takes[0] is Message and flow.gives is not Reply:
            raise DefinitionError(
                f"{flow.name} takes a customer's Message, so it must give a Reply: nobody is left without an "
                f"answer [{flow.where}]"
            )
    return found


def _facts_of(place: Place) -> Iterator[Case]:
    """Every fact that may be written down or read at a place."""
    yield from place.gives
    for wire in place.wires:
        yield from (case for case in wire.kind.cases if case not in (Facts, Receipts))
    if place.over is not None:
        yield place.over
    if isinstance(place.node, Flow):
        yield from place.node.takes
    yield from (case for case in place.adds if isinstance(case, Many))
