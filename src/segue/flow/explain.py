"""Explain: a flow as a list of what feeds what, with file and line of both ends."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from segue.flow.builtin import GIVEN
from segue.flow.flow import Flow
from segue.flow.kinds import spell_case
from segue.flow.tree import CONTAINERS, Box, Doing, Reads, tree
from segue.flow.wires import Producer, Where

Row: TypeAlias = tuple[str, str]
"""What is said of a node, and where that comes from or goes to."""

_EVERYWHERE = frozenset(spell_case(case) for case in GIVEN)


def explain(flow: Flow[Any]) -> str:
    """Every step with its file and line, what feeds each of its parameters, its tools and what it gives."""
    whole = tree(flow)
    taken = " and ".join(reads.kind for reads in whole.reads)
    keeps = [(f"keeps {kept}", "") for kept in whole.keeps]
    blocks = [_block(f"{flow.name} takes {taken} and gives {whole.gives[0]}", flow.where, keeps)]
    for box in whole.children[0][1].all():
        if rows := list(_rows(box)):
            blocks.append(_block(_name(box), box.where, rows))
    return "\n".join(blocks)


def _block(name: str, where: Where, rows: list[Row]) -> str:
    wide = max((len(what) for what, whence in rows if whence), default=0)
    lines = [f"    {what:{wide}}  {whence}".rstrip() for what, whence in rows]
    return "\n".join([f"{name} [{where.short}]", *lines]) + "\n"


def _rows(box: Box) -> Iterator[Row]:
    """Nothing for what only holds others and does nothing to them."""
    for reads in box.reads:
        yield from _sources(reads)
    yield from ((f"uses {name}: {kind}", "") for name, kind in box.tools)
    if box.kind not in ("sequence", "parallel", "route") and box.gives:
        yield f"gives {' | '.join(box.gives)}", ""
    yield from ((f"kept {kept}", "") for kept in box.keeps)
    if box.doing is not None:
        yield from _what_it_does(box.doing)
    for verb in box.verbs:
        to = f"{verb.substitute.path} " if verb.substitute else ""
        to += f"by {verb.person} " if verb.kind == "approve" else ""
        yield verb.text, f"{to}[{verb.where.short}]"


def _what_it_does(doing: Doing) -> Iterator[Row]:
    """What an action says of itself."""
    yield f"is what identity= says of {' and '.join(doing.identity) or 'nothing'}, and not done twice", ""
    if doing.locks:
        yield "begins when nothing else is under way on the same object", ""
    if doing.replaces:
        yield "replaces what an earlier one did to the same object", ""
    yield f"its back end {doing.back_end}; a call that is cut off: {doing.cut_off}", ""
    yield from ((f"changes {case}, which is read again afterwards", "") for case in doing.changes)
    within = f", for {doing.undo_within}" if doing.undo_within else ""
    if doing.undo:
        yield f"undone by {doing.undo}{within}", f"[{doing.undo_where}]"
    else:
        yield "cannot be undone", ""


def _sources(reads: Reads) -> Iterator[Row]:
    """A row for each node that may feed a parameter, the one to look at first on top."""
    what = f"reads {reads.parameter}: {reads.kind}"
    for source in reads.sources:
        yield what, _told(source)
        what = ""


def _told(source: Producer) -> str:
    if source.where is None:
        return "every flow has it" if source.name in _EVERYWHERE else "the flow takes it"
    name = source.path if source.name in source.path.rpartition("/")[2] else source.name
    return f"{name} [{source.where.short}]"


def _name(box: Box) -> str:
    """A path, or what kind of thing it is that holds others."""
    if box.doing is not None:
        return f"{box.path}, an action"
    if box.kind not in CONTAINERS:
        return f"{box.path} ({box.note})" if box.note else box.path
    labels = " | ".join(label for label, _ in box.children)
    about = {"route": labels, "each": box.items if box.kind == "each" else "", "refine": "", "parallel": ""}
    title = box.title if box.named else about.get(box.kind, box.title)
    words = ", ".join(word for word in (title, box.note) if word)
    return f"{box.kind.capitalize()} ({words})" if words else box.kind.capitalize()
