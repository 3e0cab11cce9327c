"""Action: a step that does something which must not be done twice, such as paying.

It has an identity, says what its back end can do to tell a repetition, and leaves a receipt. What comes of a call
that was cut off is unknown; it is looked up, and never blindly tried again.
"""

import inspect
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from segue.errors import DefinitionError
from segue.flow.builtin import Facts
from segue.flow.keys import ActionKey
from segue.flow.kinds import Case, fact, spell
from segue.flow.node import Place, Spot, Texts
from segue.flow.probe import types_in
from segue.flow.receipts import ActionConflict, AlreadyDone, Receipt
from segue.flow.step import Signature, Step
from segue.flow.wires import Producer, Seen, Where, given_by

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Amount: TypeAlias = tuple[Decimal | int, str]
"""How much, and of which currency (ISO 4217)."""


@fact(name="segue.Absent")
@dataclass(frozen=True, slots=True)
class Absent:
    """What a lookup gives when the back end knows nothing under this key."""


class Action(Step[P, Coroutine[Any, Any, T_co], T_co | AlreadyDone | ActionConflict], Generic[P, T_co]):
    """Made by `action`. Gives what its function gives, or AlreadyDone, or ActionConflict."""

    acts = True

    def __init__(
        self, function: Callable[P, Coroutine[Any, Any, T_co]], *, where: Where, **about: Any
    ) -> None:
        super().__init__(
            function, name=about.get("name") or function.__name__, where=where, says=about.get("says"),
            tools=about.get("tools"), relies_on=about.get("relies_on", ()),
        )  # fmt: skip
        self._about = about
        self.identity: Callable[..., Any] = about["identity"]
        self.on: Callable[..., Any] | None = about["on"]
        self.amount: Callable[..., Amount] | None = about["amount"]
        self.receipt: Callable[..., Receipt] | None = about["receipt"]
        self.repeats_safely: bool = about["repeats_safely"]
        self.settles_within: float | None = about["settles_within"]
        self.undo: Action[Any, Any] | None = about["undo"]
        self.undo_within: float | None = about["undo_within"]
        self.changes: tuple[type, ...] = tuple(about["changes"])
        self.replaces: bool = about["replaces"]
        self.kinds: tuple[str, ...] = tuple(about["kinds"])
        self.lookup: Step[Any, Any, Any] | None = None
        if (lookup := about["lookup"]) is not None:
            self.lookup = Step(lookup, name=f"{self.name} lookup", where=where)
            theirs = {name: tool for name, tool in self.bound.items() if name in self.lookup.signature.tools}
            self.lookup = self.lookup.using(**theirs)
        self._check()

    def __repr__(self) -> str:
        return f"<action {self.name} [{self.where}]>"

    @property
    def details(self) -> tuple[Any, ...]:
        can = (self.repeats_safely, self.settles_within, self.lookup is not None)
        undo = (self.undo.name if self.undo else "", self.undo_within)
        return (*super().details, can, undo, [spell([case]) for case in self.changes], self.replaces)

    @property
    def result(self) -> type:
        """The class of what it gives when it was done."""
        (case,) = self.signature.gives.cases
        assert isinstance(case, type)
        return case

    def using(self, **tools: Any) -> "Action[P, T_co]":
        """The same action with these tools instead of the desk's; its lookup uses them too."""
        bound = super().using(**tools).bound
        return Action(self.function, where=self.where, **{**self._about, "tools": bound})

    @property
    def counts(self) -> int:
        """How many of the facts it reads make the call what it is: those that identity, on or amount look at.

        Made actions may say so themselves: of a fact that sets one argument, the rest is no argument.
        """
        if (counted := self._about.get("counted")) is not None:
            return int(counted)
        return max(_reads(f) for f in (self.identity, self.on, self.amount) if f is not None)

    def of(self, function: Callable[..., Any], facts: Iterable[Any], *more: Any) -> Any:
        """What `identity`, `on`, `amount` or `when` say of these facts: each reads as many as it has parameters."""
        return function(*[*facts][: _reads(function) - len(more)], *more)

    def place(self, seen: Seen, spot: Spot) -> Place:
        inner = super().place(seen, spot)
        producer = Producer(self.name, inner.path, self.where, spot.substitute, inner.wires)
        cases: frozenset[Case] = inner.gives | {AlreadyDone, ActionConflict}
        return Place(self, inner.path, cases, given_by(producer, cases), inner.wires)

    # What is refused

    def _check(self) -> None:
        signature, who = self.signature, f"the action {self.name} [{self.where}]"
        if not inspect.iscoroutinefunction(self.function):
            raise DefinitionError(f"{who} must be an async def: it is abandoned when it takes too long")
        if len(signature.gives.cases) != 1 or not all(
            isinstance(case, type) for case in signature.gives.cases
        ):
            raise DefinitionError(
                f"{who} gives {signature.gives}, but an action gives the one fact that says it was done; when it was "
                f"refused, let it raise NotDone"
            )
        for word in ("identity", "on", "amount"):
            if (function := getattr(self, word)) is not None:
                self._check_reads(function, word, signature)
        self._check_floats("identity", self.identity, signature, who)
        if self.on is not None:
            self._check_floats("on", self.on, signature, who)
        if self.settles_within is not None and (self.lookup is None or self.settles_within < 0):
            raise DefinitionError(
                f"{who} says settles_within={self.settles_within}: that is after how many seconds its lookup is "
                f"sure of what is absent, so give lookup=... and no negative time"
            )
        if Facts in self.reads:
            raise DefinitionError(
                f"{who} reads Facts; let it read what it needs, which is what people are shown"
            )
        if self.replaces and self.on is None:
            raise DefinitionError(
                f"{who} replaces what an earlier one did to the same object, so say on=... which"
            )
        if self.undo_within is not None and self.undo is None:
            raise DefinitionError(f"{who} says until when it can be undone, but not how; give undo=...")
        if self.lookup is not None:
            self._check_lookup(self.lookup, signature, who)
        if self.undo is not None:
            self._check_undo(self.undo, signature, who)

    def _check_reads(self, function: Any, word: str, signature: Signature) -> None:
        if not callable(function) or _reads(function) > len(signature.facts):
            raise DefinitionError(
                f"{word}= of the action {self.name} must be a function of (some of) the facts that it reads, in their "
                f"order: {', '.join(signature.facts) or 'none'} [{self.where}]"
            )

    def _check_floats(self, word: str, function: Callable[..., Any], signature: Signature, who: str) -> None:
        kinds = list(signature.facts.values())[: _reads(function)]
        plain = [next(iter(kind.cases)) for kind in kinds if len(kind.cases) == 1]
        if len(plain) == len(kinds) and float in types_in(
            function, [c for c in plain if isinstance(c, type)]
        ):
            raise DefinitionError(
                f"{word}= of {who} has a float in it; equal floats are not always written alike, so use Decimal or "
                f"whole numbers"
            )

    def _check_lookup(self, lookup: Step[Any, Any, Any], signature: Signature, who: str) -> None:
        gives, reads = lookup.signature.gives.cases, lookup.signature.facts
        if not inspect.iscoroutinefunction(lookup.function) or gives != {self.result, Absent}:
            raise DefinitionError(
                f"lookup= of {who} must be an async def that gives {self.result.__name__} | Absent, and gives "
                f"{lookup.signature.gives}"
            )
        if unknown := [name for name, kind in reads.items() if kind not in signature.facts.values()]:
            raise DefinitionError(
                f"lookup= of {who} needs {unknown[0]}: {reads[unknown[0]]}, but may only read what the action reads "
                f"({', '.join(str(kind) for kind in signature.facts.values()) or 'nothing'}), and its key as "
                f"`*, key: ActionKey`"
            )

    def _check_undo(self, undo: "Action[Any, Any]", signature: Signature, who: str) -> None:
        if not isinstance(undo, Action):
            raise DefinitionError(
                f"undo= of {who} must be an action itself, so that it is not done twice either"
            )
        there = {case for kind in signature.facts.values() for case in kind.cases} | {self.result}
        for name, kind in undo.signature.facts.items():
            if not kind.optional and not kind.cases & there:
                raise DefinitionError(
                    f"undo= of {who}: {undo.name} [{undo.where}] needs {name}: {kind}, and there is only what "
                    f"{self.name} read and gave: {spell(there)}"
                )


class _Actor:
    """`action(...)`, waiting for its function."""

    def __init__(self, about: Mapping[str, Any]) -> None:
        self._about = about

    def __call__(self, function: Callable[P, Coroutine[Any, Any, T]]) -> Action[P, T]:
        code = getattr(function, "__code__", None)
        if code is None:
            raise DefinitionError(f"{function!r} is not a plain function, so it cannot be an action")
        return self.at(Where(code.co_filename, code.co_firstlineno), function)

    def at(self, where: Where, function: Callable[P, Coroutine[Any, Any, T]], **more: Any) -> Action[P, T]:
        """The same of a function that was made for whoever asked for it at this line.

        `more` may say what it is `counted` by, see `Action.counts`, and which facts it `relies_on`, see `Step`.
        """
        return Action(function, where=where, **self._about, **more)


def action(
    *,
    identity: Callable[..., Any],
    on: Callable[..., Any] | None = None,
    amount: Callable[..., Amount] | None = None,
    repeats_safely: bool = False,
    settles_within: float | None = None,
    lookup: Callable[..., Coroutine[Any, Any, Any]] | None = None,
    undo: Action[Any, Any] | None = None,
    undo_within: float | None = None,
    replaces: bool = False,
    changes: Iterable[type] = (),
    receipt: Callable[..., Receipt] | None = None,
    kinds: Iterable[str] = (),
    says: Texts | None = None,
    name: str | None = None,
) -> _Actor:
    """Make an action of an async function. `docs/actions.md` tells all of it; in short:

    `identity` says what it is, of (some of) the facts it reads, in their order: the same is not done twice in the
    whole desk. `on` is the object it is done to: nothing else begins on that meanwhile. With `replaces`, a later one
    on the same object replaces what this did, so that this may be done anew (an address: A, B, A).

    What the back end can do: `repeats_safely`, it honours the key and does the same only once; `lookup`, an async
    function that finds what was done under the key, or Absent; `settles_within` seconds after the call, what is
    absent is surely not done. With none of these an unknown outcome goes to a person.

    `undo` is an action that takes this one back, until `undo_within` seconds after it. `changes` are kept facts that
    are stale afterwards. `amount` is (how much, currency), for limits and receipt; `receipt` makes the receipt out of
    the facts and the result; `kinds` are the words by which guards know it. `says` and `name` are those of a step.

    The function raises NotDone when it was refused and surely nothing was done; after any other exception the outcome
    is unknown.
    """
    about = dict(locals())
    return _Actor(about)


def _reads(function: Callable[..., Any]) -> int:
    """How many parameters it can be given by position."""
    parameters = inspect.signature(function).parameters.values()
    return sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)


__all__ = ["Absent", "Action", "ActionKey", "Amount", "action"]
