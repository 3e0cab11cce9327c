"""Tree: a flow as a reader sees it. Verbs become badges on what they wrap; a box knows what feeds it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from segue.flow.action import Action
from segue.flow.delegate import Delegate
from segue.flow.each import Each
from segue.flow.flow import Flow
from segue.flow.kinds import spell_case
from segue.flow.limits import Limits
from segue.flow.node import Approve, Escalate, Named, Node, OrElse, Place, Retry, Texts, Within
from segue.flow.parallel import Parallel
from segue.flow.person import AskCaller, AskPerson, TakeOver
from segue.flow.refine import Refine
from segue.flow.route import Route
from segue.flow.sequence import Sequence
from segue.flow.step import Step
from segue.flow.undoing import UndoAll
from segue.flow.wires import Producer, Where

Keeps: TypeAlias = Mapping[type, float]


CONTAINERS = frozenset({"sequence", "parallel", "each", "route", "delegate", "refine", "flow"})
"""Kinds of boxes that only hold others: their paths are those of what they begin with."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be seen on a box: a style, which becomes a CSS class, and a few words such as "1.2 s".

    Drawings know the styles `taken`, `failed`, `waiting` and `slow`. Boxes without a mark step back as soon
    as there is one.
    """

    style: str
    label: str = ""

    def __post_init__(self) -> None:
        if not self.style.isidentifier() or not self.style.isascii():
            raise ValueError(f"Mark({self.style!r}): a style is one plain word, such as 'taken'")


@dataclass(frozen=True, slots=True)
class Reads:
    """A parameter, and whatever may feed it."""

    parameter: str
    kind: str
    sources: tuple[Producer, ...]


@dataclass(frozen=True, slots=True)
class Doing:
    """What an action says of itself: what makes it the same again, what its back end can tell, and its undo.

    `cut_off` is what becomes of a call of which it is not known how it came out. `undo` is the action that takes it
    back ("" for none), at `undo_where`, for `undo_within` ("" for always).
    """

    identity: tuple[str, ...]
    back_end: str
    cut_off: str
    locks: bool
    replaces: bool
    changes: tuple[str, ...]
    undo: str = ""
    undo_where: str = ""
    undo_within: str = ""


@dataclass(frozen=True, slots=True)
class Verb:
    """A badge: what happens around a box when it is slow or fails, or who is asked before."""

    kind: str
    text: str
    path: str
    where: Where
    person: str = ""
    substitute: "Box | None" = None

    @property
    def beside(self) -> bool:
        """Does it lead somewhere else?"""
        return self.substitute is not None or bool(self.person)


@dataclass(frozen=True, slots=True)
class Box:
    """A node without its verbs, which stand in `verbs` from the inside out. Children come with a label.

    The label is the case in a Route, the task (or "lead") in a Delegate, and in a Refine "write", "guard" or
    "last".
    """

    kind: str
    path: str
    title: str
    where: Where
    gives: tuple[str, ...] = ()
    reads: tuple[Reads, ...] = ()
    tools: tuple[tuple[str, str], ...] = ()
    verbs: tuple[Verb, ...] = ()
    children: tuple[tuple[str, "Box"], ...] = ()
    note: str = ""
    keeps: tuple[str, ...] = ()
    named: bool = False
    ends: bool = False
    doing: Doing | None = None

    @property
    def items(self) -> str:
        """What an Each goes through: list[Refund | Tracking] as Refund | Tracking."""
        return self.reads[0].kind.removeprefix("list[").removesuffix("]")

    @property
    def heading(self) -> str:
        """What stands on a frame around this."""
        match self.kind:
            case _ if self.named:
                return self.title
            case "each":
                return f"for each {self.items}"
            case "flow":
                return f"flow {self.title}"
            case "route":
                return ""  # its question says it
            case _:
                return self.title

    def regrouped(self) -> "Box":
        """Equal to this, and each box has plain verbs first, then substitutes and people beside it.

        In `find.or_else(cached).retry(2)` the retry is about both, so both go into a box of their own.
        """
        beside = False
        for index, verb in enumerate(self.verbs):
            if beside and not verb.beside:
                inner = replace(self, verbs=self.verbs[:index], named=False)
                group = Box("sequence", self.path, "", verb.where, self.gives, children=(("", inner),))
                return replace(group, verbs=self.verbs[index:], ends=self.ends).regrouped()
            beside = beside or verb.beside
        return self

    def all(self) -> Iterator["Box"]:
        """This box, what is in it, and what may stand in for it."""
        yield self
        for _, child in self.children:
            yield from child.all()
        for verb in self.verbs:
            if verb.substitute is not None:
                yield from verb.substitute.all()


def tree(flow: Flow[Any]) -> Box:
    """The whole flow as one box."""
    return Box(
        "flow",
        "",
        flow.name,
        flow.where,
        (spell_case(flow.gives),),
        tuple(Reads(t.__name__, spell_case(t), ()) for t in flow.takes),
        children=(("", _box(flow.root, flow.keeps)),),
        keeps=tuple(f"{spell_case(case)} {how_long(seconds)}" for case, seconds in flow.keeps.items()),
        ends=flow.root.ends,
    )


def static_path(path: str) -> str:
    """A path of a recorded event without the indices that Each and Delegate put into it."""
    return re.sub(r"(\.\d+)+(?=/)", "", path)


def how_long(seconds: float) -> str:
    """A duration as one would say it."""
    if seconds == float("inf"):
        return "always"
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def in_words(texts: Texts) -> str:
    """What a customer reads: the text key, or the first language of a table."""
    return texts if isinstance(texts, str) else next(iter(texts.values()), "")


def _box(place: Place, keeps: Keeps) -> Box:
    node = place.node
    if isinstance(node, Named):
        inner = _box(place.children[0], keeps)
        if any(verb.beside for verb in inner.verbs):  # the substitute is called so, too
            inner = Box("sequence", place.path, "", node.where, inner.gives, children=(("", inner),))
        title = node.name if inner.children else f"{node.name}: {inner.title}"
        return replace(inner, title=title, named=True, ends=place.ends)
    if _wraps(place):
        inner = _box(place.children[0], keeps)
        if isinstance(node, Approve):
            inner = replace(inner, gives=_spelled(place))
        return replace(inner, verbs=(*inner.verbs, _verb(place, keeps)), ends=place.ends)
    title, note = _words(node)
    return Box(
        "agent" if node.thinks else re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(node).__name__).lower(),
        place.path,
        title,
        node.where,
        _spelled(place),
        tuple(Reads(wire.parameter, str(wire.kind), wire.producers) for wire in place.wires),
        _tools(node),
        children=tuple(zip(_labels(place), [_box(child, keeps) for child in _shown(place)], strict=True)),
        note=note,
        keeps=_kept(place, keeps),
        ends=place.ends,
        doing=_doing(node) if isinstance(node, Action) else None,
    )


def _spelled(place: Place) -> tuple[str, ...]:
    return tuple(sorted(spell_case(case) for case in place.gives))


def _wraps(place: Place) -> bool:
    """Is it a verb? One that is not known here gives what its only child gives, and reads nothing."""
    if isinstance(place.node, Retry | Within | OrElse | Escalate | Approve):
        return True
    holds = (Sequence, Parallel, Each, Route, Delegate, Refine, Flow, AskCaller)
    return not isinstance(place.node, holds) and len(place.children) == 1 and not place.wires


def _verb(place: Place, keeps: Keeps) -> Verb:
    node = place.node
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(node).__name__).lower()
    match node:
        case OrElse():
            return Verb(kind, "or else", place.path, node.where, substitute=_box(place.children[1], keeps))
        case Escalate():
            return Verb(kind, node.title, place.path, node.where, person=node.to.name)
        case Approve():
            return Verb(kind, _approval(node), place.path, node.where, person=node.by.name)
        case Retry() if node.on != ("builtins.Exception",):
            errors = ", ".join(name.rpartition(".")[2] for name in node.on)
            return Verb(kind, f"{node.title} on {errors}", place.path, node.where)
        case _:
            return Verb(kind, node.title, place.path, node.where)


def _approval(node: Approve[Any]) -> str:
    """When somebody is asked, in a few words."""
    match node.when:
        case None:
            return "approval"
        case Limits(each, count, most):
            above = [f"above {each}"] if each is not None else []
            above += [f"for more than {count} a day"] if count is not None else []
            above += [f"above {most} a day"] if most is not None else []
            return f"approval {' or '.join(above)}" if above else "no approval"
        case when:
            name = getattr(when, "__name__", "<lambda>")
            return "approval for some" if name == "<lambda>" else f"approval when {name}"


def _doing(action: Action[Any, Any]) -> Doing:
    facts = list(action.signature.facts.items())[: action.counts]
    undo = action.undo
    back_end, cut_off = _cut_off(action)
    return Doing(
        identity=tuple(f"{name}: {kind}" for name, kind in facts),
        back_end=back_end,
        cut_off=cut_off,
        locks=action.on is not None,
        replaces=action.replaces,
        changes=tuple(spell_case(case) for case in action.changes),
        undo=undo.name if undo else "",
        undo_where=undo.where.short if undo else "",
        undo_within=how_long(action.undo_within) if action.undo_within else "",
    )


def _cut_off(action: Action[Any, Any]) -> tuple[str, str]:
    """What the back end of an action can tell, and what becomes of a call that is cut off."""
    if action.repeats_safely and action.lookup is not None:
        return "honours keys and can be asked", "looked up, or sent again"
    if action.repeats_safely:
        return "honours keys", "sent again"
    if action.lookup is None:
        return "can tell nothing", "an unknown outcome goes to a person"
    if action.settles_within is None:
        return "can be asked", "looked up; while absent, an unknown outcome goes to a person"
    within = how_long(action.settles_within)
    return f"can be asked and settles within {within}", "looked up; absent after that, sent again"


def _words(node: Node[Any]) -> tuple[str, str]:
    """Title and note of a box."""
    match node:
        case Sequence():
            return "", ""
        case Parallel():
            return "at the same time", ""
        case Each():
            return "for each", ""
        case Route():
            return "which one?", ""
        case Delegate():
            return f"{node.lead.title} leads", f"at most {_count(node.at_most, 'round')}"
        case Refine():
            rounds = node.at_most if node.rewrites else 1
            return "checked before it is sent", f"at most {_count(rounds, 'draft')}"
        case AskPerson():
            return f"ask {node.person.name}", f"waits {how_long(node.patience)}"
        case AskCaller():
            return "ask the customer", f"{in_words(node.asking)} · waits {how_long(node.patience)}"
        case TakeOver():
            return f"{node.person.name} takes over", node.because
        case UndoAll():
            return node.title, ", ".join(node.actions)
        case Action():
            own = f"with its own {', '.join(sorted(node.bound))}; " if node.bound else ""
            return node.title, f"{own}{_cut_off(node)[0]}"
        case Step() if node.thinks:
            return node.title, " ".join(("an agent", *node.remarks))
        case Step() if node.bound:
            return node.title, f"with its own {', '.join(sorted(node.bound))}"
        case _:
            return node.title, ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _shown(place: Place) -> tuple[Place, ...]:
    """The children worth showing: not the reader that an ask brings itself."""
    if isinstance(place.node, AskCaller) and place.node.reader is None:
        return ()
    return place.children


def _labels(place: Place) -> list[str]:
    match place.node:
        case Route() as route:
            return [spell_case(case) for case in route.branches]
        case Delegate() as delegate:
            return ["lead", *(spell_case(task) for task in delegate.to)]
        case Refine() as refine:
            return ["write", *("guard" for _ in refine.against), *(["last"] if refine.last else [])]
        case _:
            return ["" for _ in _shown(place)]


def _tools(node: Node[Any]) -> tuple[tuple[str, str], ...]:
    if not isinstance(node, Step):
        return ()
    # Of tools given with .using it says no more than that: their values may hold anything.
    tools = [
        (name, getattr(kind, "__qualname__", str(kind)) + (" (its own)" if name in node.bound else ""))
        for name, kind in node.signature.tools.items()
    ]
    if isinstance(node, Action) and node.lookup is not None:
        tools += [(f"lookup {name}", kind) for name, kind in _tools(node.lookup) if (name, kind) not in tools]
    return tuple(tools)


def _kept(place: Place, keeps: Keeps) -> tuple[str, ...]:
    """Which facts of a step outlast the turn; a substitute's do not."""
    if not isinstance(place.node, Step):
        return ()
    return tuple(
        how_long(seconds)
        for case, seconds in keeps.items()
        if case in place.gives and not place.adds[case].producers[0].substitute
    )
