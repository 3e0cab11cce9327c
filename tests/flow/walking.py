"""Walks flows without an engine: answers every want with a made-up event and looks at what is read."""

import random
from collections.abc import Iterable
from typing import Any

from segue import Caller, Conversation, Facts, Flow, History, Message, Objection
from segue.flow.builtin import Draft, Else, Failed, Reply, Withdrawn
from segue.flow.kinds import Case, Many, spell_case
from segue.flow.person import AskPerson
from segue.flow.tree import static_path
from segue.flow.wires import Wire
from segue.run import events as ev
from segue.run.facts import FactBook, Held
from segue.run.outcome import Ended, Failure, Given, Handover, Outcome
from segue.run.walk import Walk
from segue.run.wants import AskCustomer, AskPersonFor, Reuse, Run, StillOpen, Wake, Want

OFFERED = 7
"""The sequence number of the one message that is ever offered as an answer."""


class Astray(AssertionError):
    """A walk came to something that the wiring excludes."""


class Walker:
    """One walk, fed with made-up events. `ran` are the paths of steps, `read` what fed their parameters."""

    def __init__(self, flow: Flow[Any], dice: random.Random, *, trouble: float = 0.15) -> None:
        self.flow, self.dice, self.trouble = flow, dice, trouble
        self.book = FactBook(_cases_of(flow))
        given = self.book.given
        message = given(Message(("hello",)))
        scope: dict[Case, Held | None] = {Message: message}
        for fact in (Conversation("c"), Caller(), History(), Facts({})):
            scope[type(fact)] = given(fact)
        scope.update({case: given(case()) for case in flow.takes if case is not Message})
        self.walk = Walk(flow, self.book, scope, now=0, messages={OFFERED: message})
        self.ran: list[str] = []
        self.read: dict[tuple[str, str], str] = {}
        self._made_by: dict[int, tuple[Held, str]] = {}

    def go(self, most: int = 400) -> Outcome | None:
        """Answer wants in any order until there is an outcome; Astray if something goes wrong."""
        self.walk.start()
        for now in range(1, most):
            if self.walk.outcome is not None:
                return self._checked(self.walk.outcome)
            if not self.walk.wants:
                raise Astray("nothing is wanted, and there is no outcome")
            self.walk.send(now, self.answer(self.dice.choice(list(self.walk.wants.values()))))
        return None  # long, but orderly

    def answer(self, want: Want) -> ev.Event:
        path, attempt = want.key
        fails = self.dice.random() < self.trouble
        match want:
            case Run():
                self.ran.append(path)
                for wire in want.place.wires:
                    self._look(path, wire, want)
                if fails:
                    reason = self.dice.choice(["failed", "failed", "failed", "bug"])
                    return ev.StepFailed(1, path, attempt, 0.0, reason, ("builtins.Exception",), "made up")
                return ev.StepFinished(1, path, attempt, 0.0, self._fact(path, want.place.gives))
            case Reuse():
                return ev.FactReused(1, path, attempt, want.fact)
            case Wake():
                return (ev.TimedOut if want.over else ev.Woke)(1, path, attempt)
            case AskCustomer() | StillOpen():
                if fails:
                    return ev.WaitExpired(1, path, attempt)
                return ev.AnswerOffered(1, path, attempt, OFFERED)
            case AskPersonFor():
                if fails:
                    return ev.WaitExpired(1, path, attempt)
                return ev.PersonAnswered(1, path, attempt, "Kim", "1", self._fact(path, [want.kind]))
        raise Astray(f"it wants {want!r}")

    def _look(self, path: str, wire: Wire, run: Run) -> None:
        """What is surely read must be there, and must come from where the wire says."""
        fact = next((fact for case in wire.cases if (fact := run.scope.get(case)) is not None), None)
        if fact is None:
            if not wire.kind.optional:
                raise Astray(f"{path} reads {wire.parameter}: {wire.kind}, and it is not there")
            return
        _, maker = self._made_by.get(id(fact), (fact, ""))
        if maker:
            self.read[path, wire.parameter] = maker
            # What a reader made of an answer is given by the question, one name above it.
            at = {static_path(maker), static_path(maker).rpartition("/")[0]}
            if not at & {producer.path for producer in wire.producers}:
                raise Astray(f"{path} reads {wire.parameter} from {maker}, which is not among its producers")

    def _fact(self, path: str, cases: Iterable[Case]) -> Held:
        case = self.dice.choice(sorted(cases, key=spell_case))
        fact = self.book.hold(self._value(case), cases)
        self._made_by[id(fact)] = (fact, path)  # which also keeps its id from being used again
        return fact

    def _value(self, case: Case) -> Any:
        if isinstance(case, Many):
            few = 0 if Objection in case.items and self.dice.random() < 0.6 else self.dice.randint(0, 3)
            return [self._value(self.dice.choice(sorted(case.items, key=spell_case))) for _ in range(few)]
        words = {Draft: ("text",), Objection: ("guard", "why"), Failed: ("task", "why")}.get(case, ())
        return case(*words)

    def _checked(self, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Given):
            if outcome.value is None or outcome.value.among([self.flow.gives]) is not self.flow.gives:
                raise Astray(f"it gave {outcome.value}, not {self.flow.gives.__name__}")
        elif not isinstance(outcome, Failure | Handover | Ended):
            raise Astray(f"it came to {outcome!r}")
        return outcome


def _cases_of(flow: Flow[Any]) -> set[Case]:
    found: set[Case] = {
        Message,
        Conversation,
        Caller,
        History,
        Draft,
        Objection,
        Reply,
        Failed,
        Withdrawn,
        Else,
    }
    for place in flow.places():
        found |= {*place.gives, *place.adds}
        if isinstance(place.node, AskPerson):
            found.add(place.node.kind)
    return found | set(flow.takes)
