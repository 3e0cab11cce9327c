"""Explain: a flow as a list of what feeds what, with file and line of both ends."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from segue.flow.builtin import GIVEN
from segue.flow.flow import Flow
from segue.flow.kinds import spell_case
from segue.flow.tree import Box, Reads, tree
from segue.flow.wires import Producer

Row: TypeAlias = tuple[str, str, str]
"""What, where it comes from, and where that is written."""

_NAMES = {"route": "Route", "each": "Each", "delegate": "Delegate", "refine": "Refine", "flow": "Flow"}
_EVERYWHERE = frozenset(spell_case(case) for case in GIVEN)


def explain(flow: Flow[Any]) -> str:
    """Every step with its file and line, what feeds each of its parameters, its tools and what it gives."""
    whole = tree(flow)
    taken = " and ".join(reads.kind for reads in whole.reads)
    first = [(f"{flow.name}: takes {taken}, gives {whole.gives[0]}", "", flow.where.short)]
    first += [(f"  keeps {kept}", "", "") for kept in whole.keeps]
    blocks = [first, *(block for box in whole.children[0][1].all() if (block := _block(box)))]
    wide, middle = (max(len(row[i]) for block in blocks for row in block) for i in (0, 1))
    lines = ("\n".join(f"{a:{wide}}  {b:{middle}}  {c}".rstrip() for a, b, c in block) for block in blocks)
    return "\n\n".join(lines) + "\n"


def _block(box: Box) -> list[Row]:
    """Nothing for what only holds others and does nothing to them."""
    rows: list[Row] = [row for reads in box.reads for row in _sources(reads)]
    rows += [(f"  uses {name}: {kind}", "", "") for name, kind in box.tools]
    if box.kind not in ("sequence", "parallel", "route"):
        rows += [(f"  gives {' | '.join(box.gives)}", "", "")] if box.gives else []
    rows += [(f"  {kept}", "", "") for kept in (f"kept {kept}" for kept in box.keeps)]
    for verb in box.verbs:
        to = verb.substitute.path if verb.substitute else ""
        rows.append((f"  {verb.text}", to, verb.where.short))
    if not rows:
        return []
    return [(_name(box), "", box.where.short), *rows]


def _name(box: Box) -> str:
    match box.kind:
        case "route":
            return f"Route {' | '.join(label for label, _ in box.children)}"
        case "each":
            return f"Each {box.items}"
        case "delegate" | "refine" | "flow":
            return f"{_NAMES[box.kind]} {box.title}"
        case "sequence" | "parallel":
            return f"{box.kind.capitalize()} {box.title}".rstrip()
        case _:
            return box.path


def _sources(reads: Reads) -> Iterator[Row]:
    """A row for each node that may feed a parameter, the one to look at first on top."""
    what = f"  reads {reads.parameter}: {reads.kind}"
    for source in reads.sources:
        yield what, _told(source), source.where.short if source.where else ""
        what = ""


def _told(source: Producer) -> str:
    if source.where is None:
        return "every flow has it" if source.name in _EVERYWHERE else "the flow takes it"
    return source.path if source.name in source.path.rpartition("/")[2] else source.name
