"""A flow as a Mermaid flowchart, for pages that render those (GitHub, GitLab, wikis)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from segue.flow.tree import CONTAINERS, Box, Mark, Verb

_SHAPES = {
    "ask_person": ("([", "])"),
    "take_over": ("([", "])"),
    "ask_caller": ("[/", "/]"),
    "action": ("[[", "]]"),
    "guard": ("{{", "}}"),
    "which": ("{", "}"),
    "end": ("([", "])"),
}
_STYLES = """\
classDef kept stroke-width:3px
classDef person stroke:#b7791f,stroke-width:2px
classDef action stroke:#8a4b08,stroke-width:2px
classDef agent stroke:#7c5bd1,stroke-width:2px
classDef taken stroke:#2f855a,stroke-width:3px
classDef failed stroke:#c53030,stroke-width:3px
classDef waiting stroke:#b7791f,stroke-width:3px,stroke-dasharray:6 4
classDef slow stroke:#c05621,stroke-width:3px"""


def mermaid(flow: Box, marks: Mapping[str, Mark]) -> str:
    """The flowchart as text; ids come from paths, so they stay when a flow grows."""
    chart = _Chart(marks)
    taken = " + ".join(reads.kind for reads in flow.reads)
    chart.node("takes", "end", [taken, *(f"keeps {kept}" for kept in flow.keeps)])
    part = chart.box(flow.children[0][1])
    chart.edge("takes", part.entry)
    if part.exits:
        chart.node("gives", "end", [flow.gives[0]])
        for exit in part.exits:
            chart.edge(exit, "gives")
    lines = [*chart.lines, *chart.edges, *_STYLES.splitlines(), *chart.classes]
    return "\n".join(["flowchart TD", *("    " + line for line in lines)]) + "\n"


@dataclass(frozen=True, slots=True)
class _Part:
    """A drawn box: where one comes in, where one leaves, and what its dashed lines start from."""

    entry: str
    exits: tuple[str, ...]
    handle: str


class _Chart:
    def __init__(self, marks: Mapping[str, Mark]) -> None:
        self.lines: list[str] = []
        self.edges: list[str] = []
        self.classes: list[str] = []
        self._marks = marks
        self._ids: set[str] = set()
        self._people: dict[str, str] = {}
        self._depth = 0

    def node(self, id: str, shape: str, words: list[str], style: str = "") -> None:
        left, right = _SHAPES.get(shape, ("[", "]"))
        text = "<br/>".join(_escaped(line) for line in words if line)
        self._line(f'{id}{left}"{text}"{right}')
        if style:
            self.classes.append(f"class {id} {style}")

    def edge(self, start: str, end: str, label: str = "", *, dashed: bool = False) -> None:
        arrow = "-.->" if dashed else "-->"
        self.edges.append(
            f'{start} {arrow}|"{_escaped(label)}"| {end}' if label else f"{start} {arrow} {end}"
        )

    def box(self, box: Box, role: str = "") -> _Part:
        """A box with what its verbs add to it."""
        box = box.regrouped()
        beside = [verb for verb in box.verbs if verb.beside]
        badges = " · ".join(verb.text for verb in box.verbs if not verb.beside or verb.kind == "approve")
        if box.kind not in CONTAINERS:
            part = self._leaf(box, role, badges)
        elif box.kind in ("sequence", "route") and not (badges or beside or box.named):
            part = self._inside(box)
        else:
            part = self._frame(box, badges)
        for verb in beside:
            part = self._beside(part, verb)
        return part

    def _leaf(self, box: Box, role: str, badges: str) -> _Part:
        id = self._id(box.kind, box.path)
        mark = self._marks.get(box.path)
        silent = role == "guard" or box.kind == "go_on" or not box.gives
        gives = "" if silent else f"gives {' | '.join(box.gives)}"
        kept = [f"kept {kept}" for kept in box.keeps]
        undo = f"undone by {box.doing.undo}" if box.doing is not None and box.doing.undo else ""
        words = [box.title, gives, box.note, undo, badges, *kept, mark.label if mark else ""]
        person = box.kind in ("ask_person", "take_over", "ask_caller")
        style = (
            mark.style
            if mark
            else "kept"
            if box.keeps
            else "person"
            if person
            else box.kind * (bool(box.doing) or box.kind == "agent")
        )
        self.node(id, role if role == "guard" else box.kind, words, style)
        if box.children:
            reader = self.box(box.children[0][1])
            self.edge(id, reader.entry, "reads the answer", dashed=True)
            return _Part(id, reader.exits, id)
        return _Part(id, () if box.ends else (id,), id)

    def _frame(self, box: Box, badges: str) -> _Part:
        id = self._id(box.kind, box.path)
        words = " · ".join(word for word in (box.heading, box.note, badges) if word)
        self._line(f'subgraph {id}["{_escaped(words) or " "}"]')
        self._depth += 1
        self._line("direction TB")
        inside = self._inside(box)
        self._depth -= 1
        self._line("end")
        return _Part(id, () if box.ends or not inside.exits else (id,), id)

    def _inside(self, box: Box) -> _Part:
        match box.kind:
            case "route":
                return self._route(box)
            case "parallel":
                parts = [self.box(child) for _, child in box.children]
                return _Part(parts[0].entry, tuple(exit for part in parts for exit in part.exits), "")
            case "delegate":
                return self._delegate(box)
            case "refine":
                return self._refine(box)
            case _:
                return self._chain([self.box(child) for _, child in box.children])

    def _chain(self, parts: list[_Part]) -> _Part:
        for one, after in pairwise(parts):
            for exit in one.exits:
                self.edge(exit, after.entry)
        return _Part(parts[0].entry, parts[-1].exits, parts[0].entry)

    def _route(self, box: Box) -> _Part:
        id = self._id("which", box.path)
        self.node(id, "which", ["which one?"])
        exits: list[str] = []
        for label, child in box.children:
            part = self.box(child)
            self.edge(id, part.entry, label)
            exits += part.exits
        return _Part(id, tuple(exits), id)

    def _delegate(self, box: Box) -> _Part:
        (_, lead), *specialists = box.children
        lead_part = self.box(lead)
        for task, child in specialists:
            part = self.box(child)
            self.edge(lead_part.entry, part.entry, task)
            for exit in part.exits:
                self.edge(exit, lead_part.entry, "finding", dashed=True)
        return lead_part

    def _refine(self, box: Box) -> _Part:
        drawn = [(label, self.box(child, label)) for label, child in box.children]
        writers = [part for label, part in drawn if label != "guard"]
        guards = [part for label, part in drawn if label == "guard"]
        for writer in writers:
            for exit in writer.exits:
                for guard in guards:
                    self.edge(exit, guard.entry)
        for last in writers[1:]:
            self.edge(writers[0].handle, last.entry, "at last", dashed=True)
        return _Part(writers[0].entry, tuple(exit for guard in guards for exit in guard.exits), "")

    def _beside(self, part: _Part, verb: Verb) -> _Part:
        if verb.substitute is None:
            label = "asks first" if verb.kind == "approve" else "escalate"
            self.edge(part.handle, self._person(verb.person), label, dashed=True)
            return part
        other = self.box(verb.substitute)
        self.edge(part.handle, other.entry, "or else", dashed=True)
        # What is said of both follows the substitute, which is the last that was tried.
        return _Part(part.entry, (*part.exits, *other.exits), other.handle)

    def _person(self, name: str) -> str:
        if name not in self._people:
            self._people[name] = self._id("person", name)
            self.edges.append(f'{self._people[name]}(["{_escaped(name)}"])')
            self.classes.append(f"class {self._people[name]} person")
        return self._people[name]

    def _id(self, kind: str, path: str) -> str:
        """Words and underscores only; a second one of the same kind at a path gets a number."""
        ascii = re.sub(r"[^\x00-\x7f]", lambda sign: f"u{ord(sign[0]):x}", path)
        plain = f"{kind}_{re.sub(r'[^0-9A-Za-z]+', '_', ascii)}".rstrip("_")
        id = next(id for id in _numbered(plain) if id not in self._ids)
        self._ids.add(id)
        return id

    def _line(self, line: str) -> None:
        self.lines.append("    " * self._depth + line)


def _numbered(plain: str) -> Iterator[str]:
    yield plain
    number = 2
    while True:
        yield f"{plain}_{number}"
        number += 1


def _escaped(text: str) -> str:
    """Quotes end a label, and angle brackets, hashes and backticks mean something in it."""
    return re.sub(r'[#"<>`&]', lambda sign: f"#{ord(sign[0])};", text)
