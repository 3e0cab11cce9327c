"""A flow as an SVG picture: boxes within boxes, laid out without help, readable in light and in dark."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from segue.flow.draw_shapes import (
    BESIDE,
    PAD,
    RAIL,
    Pen,
    Shape,
    column,
    flowed,
    framed,
    n,
    or_else,
    pill_width,
    rect,
    row,
    row_width,
    rows,
    text_width,
)
from segue.flow.draw_style import CSS, STYLES
from segue.flow.draw_text import wrapped
from segue.flow.tree import CONTAINERS, Box, Mark, Verb

MOST = 210.0
"""The widest text in a box, in pixels."""

WIDTH_STEP = 24.0


def svg(flow: Box, marks: Mapping[str, Mark], width: int) -> str:
    """The picture; it shrinks with what it is put into, and is never larger than its natural size."""
    layout = _Layout(marks)
    body = layout.shape(flow.children[0][1], max(width - 2 * PAD, 240.0))
    taken = " + ".join(reads.kind for reads in flow.reads)
    parts = [_end(taken, [f"keeps {kept}" for kept in flow.keeps]), body]
    if not body.ends:
        parts.append(_end(flow.gives[0], []))
    whole = column(parts)
    pen = Pen()
    whole.paint(pen, PAD, PAD)
    wide, high = n(whole.width + 2 * PAD), n(whole.height + 2 * PAD)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="segue-flow" role="img" '
            f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">',
            f"<title>{escape(f'The flow {flow.title} takes {taken} and gives {flow.gives[0]}')}</title>",
            f"<desc>{escape(_told(flow.children[0][1]))}</desc>",
            f"<style>{CSS}</style>",
            *pen.frames,
            *pen.quiet_lines,
            *pen.lines,
            *pen.boxes,
            "</svg>\n",
        ]
    )


class _Layout:
    """Finds the shape of every box."""

    def __init__(self, marks: Mapping[str, Mark]) -> None:
        self._marks = marks
        self._made: dict[tuple[int, float, str], tuple[Box, Shape]] = {}

    def shape(self, box: Box, width: float, role: str = "") -> Shape:
        """A box with what its verbs add to it, as far as possible no wider than this."""
        # Rows try several widths. In steps there are few different ones, and a deep flow is drawn at once.
        width = max(round(width / WIDTH_STEP), 4) * WIDTH_STEP
        key = (id(box), width, role)
        if key not in self._made:
            self._made[key] = (box, self._with_verbs(box.regrouped(), width, role))
        return self._made[key][1]

    def _with_verbs(self, box: Box, width: float, role: str) -> Shape:
        plain = [verb for verb in box.verbs if not verb.beside or verb.kind == "approve"]
        beside = [verb for verb in box.verbs if verb.beside]
        if box.kind not in CONTAINERS:
            made = self._leaf(box, plain, role)
        else:
            # A person who takes over from many steps stands in the head of their frame.
            person = beside.pop(0) if beside and beside[0].person else None
            if box.kind in ("sequence", "route") and not (box.verbs or box.named):
                made = self._inside(box, width)
            else:
                made = self._frame(box, plain, person, width)
        for verb in beside:
            if verb.substitute is not None:
                made = or_else(made, self.shape(verb.substitute, width - RAIL), "or else", width)
            else:
                label = "asks first" if verb.kind == "approve" else "if it fails"
                made = or_else(made, _person(verb.person, quiet=made.quiet), label, width)
        return made

    def _inside(self, box: Box, width: float) -> Shape:
        match box.kind:
            case "parallel":
                return self._row([("", child) for _, child in box.children], width)
            case "route":
                return self._route(box, width)
            case "delegate":
                return self._delegate(box, width)
            case "refine":
                return self._refine(box, width)
            case _:
                return column([self.shape(child, width) for _, child in box.children])

    def _route(self, box: Box, width: float) -> Shape:
        branches = self._row(box.children, width)
        sources = [source.name.rpartition(" from ")[2] for reads in box.reads for source in reads.sources]
        who = f"as {' or '.join(dict.fromkeys(sources))} says" if sources else ""
        which = _decision("which one?", who, quiet=branches.quiet)
        return replace(column([which, branches], gap=0), ends=box.ends)

    def _delegate(self, box: Box, width: float) -> Shape:
        (_, lead), *specialists = box.children
        return column([self.shape(lead, width), self._row(specialists, width, returns=True)], gap=0)

    def _refine(self, box: Box, width: float) -> Shape:
        writer = self.shape(box.children[0][1], width)
        for _, last in (child for child in box.children if child[0] == "last"):
            writer = or_else(writer, self.shape(last, width - RAIL), "at last", width)
        guards = [("", child) for label, child in box.children if label == "guard"]
        return column([writer, self._row(guards, width, role="guard")], gap=0)

    def _row(
        self, columns: Sequence[tuple[str, Box]], width: float, *, role: str = "", returns: bool = False
    ) -> Shape:
        """Side by side if they fit, perhaps each a little narrower than it would like to be."""
        liked = [(label, self.shape(box, width - 2 * RAIL, role)) for label, box in columns]
        if row_width(liked) <= width:
            return row(liked, returns=returns)
        # Whoever needs more than a fair share gives up so much of it that all may fit.
        fair = (width - BESIDE * (len(columns) - 1)) / len(columns)
        greed = [max(shape.width - fair, 0.0) for _, shape in liked]
        part = (row_width(liked) - width) / max(sum(greed), 1.0)
        tight = [
            (label, self.shape(box, shape.width - more * part - WIDTH_STEP / 2, role) if more else shape)
            for (label, shape), (_, box), more in zip(liked, columns, greed, strict=True)
        ]
        if row_width(tight) <= width:
            return row(tight, returns=returns)
        tried = [self._packed(columns, width - 2 * RAIL, most, role, returns) for most in (1, 2)]
        # The flattest of those that fit, or else the narrowest.
        return min(
            tried, key=lambda made: (made.width > width, made.height if made.width <= width else made.width)
        )

    def _packed(
        self, columns: Sequence[tuple[str, Box]], width: float, most: int, role: str, returns: bool
    ) -> Shape:
        """Several rows, of boxes so wide that `most` of them fit into one."""
        share = (width - BESIDE * (most - 1)) / most
        lines: list[list[tuple[str, Shape]]] = []
        for label, box in columns:
            labelled = (label, self.shape(box, share, role))
            if lines and row_width([*lines[-1], labelled]) <= width:
                lines[-1].append(labelled)
            else:
                lines.append([labelled])
        return rows(lines, returns=returns)

    def _frame(self, box: Box, plain: Sequence[Verb], person: Verb | None, width: float) -> Shape:
        inner = self._inside(box, width - 2 * PAD)
        most = max(inner.width, 240.0)
        quiet = inner.quiet
        title = wrapped(box.heading, STYLES["head"].size, most, bold=True)
        head = [_words("head", title, quiet)] if title else []
        head += [_words("note", wrapped(box.note, STYLES["note"].size, most), quiet)] if box.note else []
        head += [_badge(*self._pill(verb), quiet) for verb in plain]
        head += [_person(person.person, "if it fails →", quiet=quiet)] if person else []
        return framed(inner, head, box.kind, open=box.kind == "delegate", ends=box.ends)

    def _leaf(self, box: Box, plain: Sequence[Verb], role: str) -> Shape:
        mark = self._marks.get(box.path)
        quiet = bool(self._marks) and mark is None
        kind = role or box.kind
        lines = [("title", line) for line in wrapped(box.title, 13, MOST, bold=True)]
        if box.gives and kind not in ("guard", "go_on"):
            lines += [("gives", line) for line in wrapped(f"gives {' | '.join(box.gives)}", 11, MOST)]
        lines += [("note", line) for line in wrapped(box.note, 11, MOST)]
        pills = [self._pill(verb) for verb in plain]
        pills += (
            [("badge", f"undone by {box.doing.undo}")] if box.doing is not None and box.doing.undo else []
        )
        pills += [("kept", f"kept {kept}") for kept in box.keeps]
        pills += [("mark", mark.label)] if mark and mark.label else []
        style = f"sg-box sg-{kind}{f' sg-{mark.style}' if mark else ''}{' sg-quiet' * quiet}"
        made = _card(lines, pills, _ICON_OF.get(kind, ""), style, box)
        if box.children:  # the reader of an answer
            made = column([made, self.shape(box.children[0][1], MOST)], dashed=True)
        return replace(made, quiet=quiet, ends=box.ends)

    def _pill(self, verb: Verb) -> tuple[str, str]:
        mark = self._marks.get(verb.path)
        return ("mark", f"{verb.text}: {mark.label}") if mark and mark.label else ("badge", verb.text)


def _card(
    lines: Sequence[tuple[str, str]], pills: Sequence[tuple[str, str]], icon: str, style: str, box: Box
) -> Shape:
    """A box with lines of text and rows of small labels below them."""
    rows = flowed([(pill_width(text, kind), (kind, text)) for kind, text in pills], MOST)
    room = 21.0 if icon else 0.0
    widths = [
        text_width(text, kind) + (room if index == 0 else 0) for index, (kind, text) in enumerate(lines)
    ]
    row_widths = [sum(width for width, _ in items) + 8 * (len(items) - 1) for items in rows]
    width = max([96.0, *widths, *row_widths]) + 2 * PAD
    height = 15 + sum(STYLES[kind].line for kind, _ in lines) + 23 * len(rows)

    def paint(pen: Pen, x: float, y: float) -> None:
        rounding = min(height / 2, 24) if icon == "person" else 8
        pen.boxes.append(f'<g class="{style}" data-path={quoteattr(box.path)}>')
        pen.boxes.append(f"<title>{escape(_tooltip(box))}</title>")
        pen.boxes.append(rect("sg-card", x, y, width, height, rounding))
        if icon:
            left = x + (width - widths[0]) / 2
            pen.boxes.append(_icon(icon, left, y + 8))
        _set(pen, x + width / 2, y + 7, lines, first=room / 2)
        at_y = y + 10 + sum(STYLES[kind].line for kind, _ in lines)
        for items, used in zip(rows, row_widths, strict=True):
            at = x + (width - used) / 2
            for pill, (kind, text) in items:
                pen.pill(at, at_y, text, kind)
                at += pill + 8
            at_y += 23
        pen.boxes.append("</g>")

    return Shape(width, height, width / 2, paint, side=height / 2)


def _decision(title: str, who: str, *, quiet: bool) -> Shape:
    """The hexagon above the branches of a Route."""
    lines = [("title", title), *(("note", line) for line in wrapped(who, 11, MOST))]
    width = max(text_width(text, kind) for kind, text in lines) + 46
    height = 12 + sum(STYLES[kind].line for kind, _ in lines)

    def paint(pen: Pen, x: float, y: float) -> None:
        corners = [
            (0, height / 2),
            (16, 0),
            (width - 16, 0),
            (width, height / 2),
            (width - 16, height),
            (16, height),
        ]
        points = " ".join(f"{n(x + dx)},{n(y + dy)}" for dx, dy in corners)
        pen.boxes.append(f'<g class="sg-which{" sg-quiet" * quiet}"><polygon points="{points}"/>')
        _set(pen, x + width / 2, y + 5, lines)
        pen.boxes.append("</g>")

    return Shape(width, height, width / 2, paint, side=height / 2, quiet=quiet)


def _end(title: str, notes: Sequence[str]) -> Shape:
    """What the flow takes, or what it gives."""
    lines = [("title", line) for line in wrapped(title, 13, MOST, bold=True)]
    lines += [("note", line) for note in notes for line in wrapped(note, 11, MOST)]
    width = max(text_width(text, kind) for kind, text in lines) + 44
    height = 12 + sum(STYLES[kind].line for kind, _ in lines)

    def paint(pen: Pen, x: float, y: float) -> None:
        pen.boxes.append(f'<g class="sg-end">{rect("sg-card", x, y, width, height, min(height / 2, 20))}')
        _set(pen, x + width / 2, y + 5, lines)
        pen.boxes.append("</g>")

    return Shape(width, height, width / 2, paint, side=height / 2)


def _person(name: str, before: str = "", *, quiet: bool = False) -> Shape:
    """Somebody who takes over."""
    lines = wrapped(name, STYLES["case"].size, MOST, bold=True)
    lead = text_width(before, "note") + 8 if before else 0.0
    width = lead + max(text_width(line, "case") for line in lines) + 44
    height = 11.0 + 15 * len(lines)

    def paint(pen: Pen, x: float, y: float) -> None:
        pen.boxes.append(f'<g class="sg-person{" sg-quiet" * quiet}">')
        if before:
            pen.text(x, y + height / 2 + 4, before, "note", left=True)
        pen.boxes.append(rect("sg-card", x + lead, y, width - lead, height, min(height / 2, 13)))
        pen.boxes.append(_icon("person", x + lead + 10, y + height / 2 - 8))
        for index, line in enumerate(lines):
            pen.text(x + lead + 32, y + 17 + 15 * index, line, "case", left=True)
        pen.boxes.append("</g>")

    return Shape(width, height, width / 2, paint, side=height / 2, ends=True, quiet=quiet)


def _words(style: str, lines: Sequence[str], quiet: bool) -> Shape:
    def paint(pen: Pen, x: float, y: float) -> None:
        for index, line in enumerate(lines):
            pen.text(x, y + 12 + 15 * index, line, style, left=True, quiet=quiet)

    return Shape(max(text_width(line, style) for line in lines), 1 + 15 * len(lines), 0, paint)


def _badge(style: str, text: str, quiet: bool) -> Shape:
    return Shape(pill_width(text, style), 18, 0, lambda pen, x, y: pen.pill(x, y, text, style, quiet=quiet))


def _set(pen: Pen, x: float, y: float, lines: Sequence[tuple[str, str]], first: float = 0.0) -> None:
    """Lines of text around x, the first one moved to the right."""
    for index, (kind, text) in enumerate(lines):
        y += STYLES[kind].line
        pen.text(x + (0 if index else first), y - 4.5, text, kind)


def _tooltip(box: Box) -> str:
    lines = [f"{box.path} [{box.where.short}]"]
    lines += [f"reads {reads.parameter}: {reads.kind}" for reads in box.reads]
    lines += [f"uses {name}: {kind}" for name, kind in box.tools]
    lines += [f"gives {' | '.join(box.gives)}"] if box.gives else []
    return "\n".join(lines)


def _told(box: Box) -> str:
    """The flow in a sentence, for those who hear it."""
    told = [(label, _told(child)) for label, child in box.children]
    match box.kind:
        case "sequence":
            words = ", then ".join(child for _, child in told)
        case "parallel":
            words = f"at the same time ({' and '.join(child for _, child in told)})"
        case "route":
            words = f"one of ({'; '.join(f'if {label}: {child}' for label, child in told)})"
        case "each":
            words = f"for each {box.items} ({told[0][1]})"
        case "delegate":
            tasks = "; ".join(f"{label} to {child}" for label, child in told[1:])
            words = f"{told[0][1]} leads and hands out ({tasks})"
        case "refine":
            last = "".join(f", at last {child}" for label, child in told if label == "last")
            guards = " and ".join(child for label, child in told if label == "guard")
            words = f"{told[0][1]}{last}, checked by {guards}"
        case "flow":
            words = f"the flow {box.title} ({told[0][1]})"
        case _:
            words = box.title
    for verb in box.verbs:
        by = f" by {verb.person}" if verb.kind == "approve" else ""
        words += f", or else {_told(verb.substitute)}" if verb.substitute else f", {verb.text}{by}"
    return words


def _icon(name: str, x: float, y: float) -> str:
    return f'<path class="sg-icon" transform="translate({n(x)} {n(y)})" d="{_ICONS[name]}"/>'


_ICON_OF = {
    "ask_person": "person",
    "take_over": "person",
    "ask_caller": "speech",
    "guard": "shield",
    "action": "bolt",
    "agent": "spark",
}
_ICONS = {  # each in a square of 16 by 16
    "person": "M8 1.8a3.1 3.1 0 1 1 0 6.2 3.1 3.1 0 0 1 0-6.2zM2 14.6c0-3.4 2.7-5.2 6-5.2s6 1.8 6 5.2z",
    "speech": "M2.5 2.5h11a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5H8.5L5 14.5v-3H2.5A1.5 1.5 0 0 1 1 10"
    "V4a1.5 1.5 0 0 1 1.5-1.5z",
    "bolt": "M9.5 1L3 9h4.2L6 15l6.5-8.5H8.3z",
    "spark": "M8 .8l1.9 5.3L15.2 8l-5.3 1.9L8 15.2l-1.9-5.3L.8 8l5.3-1.9z",
    "shield": "M8 1l6 2.2v4.3c0 3.7-2.5 6.4-6 7.5-3.5-1.1-6-3.8-6-7.5V3.2z",
}
