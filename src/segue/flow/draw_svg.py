"""A flow as an SVG picture: boxes within boxes, laid out without help, readable in light and in dark."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from segue.flow.draw_shapes import (
    PAD,
    RAIL,
    STYLES,
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
    text_width,
)
from segue.flow.draw_text import wrapped
from segue.flow.tree import CONTAINERS, Box, Mark, Verb

MOST = 210.0
"""The widest text in a box, in pixels."""


def svg(flow: Box, marks: Mapping[str, Mark], width: int) -> str:
    """The picture; it shrinks with what it is put into, and is never larger than its natural size."""
    layout = _Layout(marks)
    body = layout.shape(flow.children[0][1], max(width - 2 * PAD, 240.0))
    taken = " + ".join(reads.kind for reads in flow.reads)
    parts = [_end(taken, f"keeps {flow.keeps}" if flow.keeps else ""), body]
    if not body.ends:
        parts.append(_end(flow.gives[0], ""))
    whole = column(parts)
    pen = Pen()
    whole.paint(pen, PAD, PAD)
    wide, high = n(whole.width + 2 * PAD), n(whole.height + 2 * PAD)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="segue-flow" role="img" viewBox="0 0 {wide} {high}" '
            f'width="{wide}" height="{high}" style="width:100%;max-width:{wide}px;height:auto">',
            f"<title>{escape(f'The flow {flow.title} takes {taken} and gives {flow.gives[0]}')}</title>",
            f"<desc>{escape(_told(flow.children[0][1]))}</desc>",
            f"<style>{_CSS}</style>",
            *pen.frames,
            *pen.lines,
            *pen.boxes,
            "</svg>\n",
        ]
    )


class _Layout:
    """Finds the shape of every box."""

    def __init__(self, marks: Mapping[str, Mark]) -> None:
        self._marks = marks

    def shape(self, box: Box, width: float, role: str = "") -> Shape:
        """A box with what its verbs add to it."""
        box = box.regrouped()
        plain = [verb for verb in box.verbs if not verb.beside]
        beside = [verb for verb in box.verbs if verb.beside]
        if box.kind not in CONTAINERS:
            made = self._leaf(box, plain, role)
        else:
            # A person who takes over from many steps stands in the head of their frame.
            person = beside.pop(0) if beside and beside[0].person else None
            if box.kind in ("sequence", "route") and not (plain or person or box.named):
                made = self._inside(box, width)
            else:
                made = self._frame(box, plain, person, width)
        for verb in beside:
            if verb.substitute is not None:
                made = or_else(made, self.shape(verb.substitute, width - RAIL), "or else", width)
            else:
                made = or_else(made, _person(verb.person, quiet=made.quiet), "if it fails", width)
        return made

    def _inside(self, box: Box, width: float) -> Shape:
        match box.kind:
            case "parallel":
                return row([("", self.shape(child, width - 2 * RAIL)) for _, child in box.children], width)
            case "route":
                return self._route(box, width)
            case "delegate":
                return self._delegate(box, width)
            case "refine":
                return self._refine(box, width)
            case _:
                return column([self.shape(child, width) for _, child in box.children])

    def _route(self, box: Box, width: float) -> Shape:
        branches = [(label, self.shape(child, width - 2 * RAIL)) for label, child in box.children]
        sources = [source.name.rpartition(" from ")[2] for reads in box.reads for source in reads.sources]
        who = f"as {' or '.join(dict.fromkeys(sources))} says" if sources else ""
        which = _decision(box.title if not box.named else "which one?", who, branches)
        return replace(column([which, row(branches, width)], gap=0), ends=box.ends)

    def _delegate(self, box: Box, width: float) -> Shape:
        (_, lead), *specialists = box.children
        tasks = [(label, self.shape(child, width - 2 * RAIL)) for label, child in specialists]
        return column([self.shape(lead, width), row(tasks, width, returns=True)], gap=0)

    def _refine(self, box: Box, width: float) -> Shape:
        guards = []
        for label, child in box.children:
            if label == "write":
                writer = self.shape(child, width)
            elif label == "guard":
                guards.append(("", self.shape(child, width - 2 * RAIL, "guard")))
            else:
                writer = or_else(writer, self.shape(child, width - RAIL), "at last", width)
        return column([writer, row(guards, width)], gap=0)

    def _frame(self, box: Box, plain: Sequence[Verb], person: Verb | None, width: float) -> Shape:
        inner = self._inside(box, width - 2 * PAD)
        title = box.title
        if not box.named:
            title = {"each": f"for each {_items(box)}", "flow": f"flow {title}", "route": ""}.get(
                box.kind, title
            )
        head = [_words("head", line) for line in wrapped(title, STYLES["head"].size, 320, bold=True)]
        head += [_words("note", box.note)] if box.note else []
        head += [_badge(*self._pill(verb)) for verb in plain]
        head += [_person(person.person, "if it fails →", quiet=inner.quiet)] if person else []
        return framed(inner, head, box.kind, open=box.kind == "delegate", ends=box.ends)

    def _leaf(self, box: Box, plain: Sequence[Verb], role: str) -> Shape:
        mark = self._marks.get(box.path)
        quiet = bool(self._marks) and mark is None
        kind = role or box.kind
        lines = [("title", line) for line in wrapped(box.title, 13, MOST, bold=True)]
        if box.gives and kind != "guard":
            lines += [("gives", line) for line in wrapped(f"gives {' | '.join(box.gives)}", 11, MOST)]
        lines += [("note", line) for line in wrapped(box.note, 11, MOST)]
        pills = [self._pill(verb) for verb in plain]
        pills += [("kept", box.keeps)] if box.keeps else []
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
        for items, row_width in zip(rows, row_widths, strict=True):
            at = x + (width - row_width) / 2
            for pill, (kind, text) in items:
                pen.pill(at, at_y, text, kind)
                at += pill + 8
            at_y += 23
        pen.boxes.append("</g>")

    return Shape(width, height, width / 2, paint, side=height / 2)


def _decision(title: str, who: str, branches: Sequence[tuple[str, Shape]]) -> Shape:
    """The hexagon above the branches of a Route."""
    lines = [("title", title), *(("note", line) for line in wrapped(who, 11, MOST))]
    width = max(text_width(text, kind) for kind, text in lines) + 46
    height = 12 + sum(STYLES[kind].line for kind, _ in lines)
    quiet = all(shape.quiet for _, shape in branches)

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


def _end(title: str, note: str) -> Shape:
    """What the flow takes, or what it gives."""
    lines = [("title", line) for line in wrapped(title, 13, MOST, bold=True)]
    lines += [("note", line) for line in wrapped(note, 11, MOST)]
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


def _words(style: str, text: str) -> Shape:
    width = text_width(text, style)
    return Shape(width, 16, 0, lambda pen, x, y: pen.text(x, y + 12, text, style, left=True))


def _badge(style: str, text: str) -> Shape:
    return Shape(pill_width(text, style), 18, 0, lambda pen, x, y: pen.pill(x, y, text, style))


def _set(pen: Pen, x: float, y: float, lines: Sequence[tuple[str, str]], first: float = 0.0) -> None:
    """Lines of text around x, the first one moved to the right."""
    for index, (kind, text) in enumerate(lines):
        y += STYLES[kind].line
        pen.text(x + (0 if index else first), y - 4.5, text, kind)


def _items(box: Box) -> str:
    """list[Refund | Tracking] as Refund | Tracking."""
    return box.reads[0].kind.removeprefix("list[").removesuffix("]")


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
            words = f"for each {_items(box)} ({told[0][1]})"
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
        words += f", or else {_told(verb.substitute)}" if verb.substitute else f", {verb.text}"
    return words


def _icon(name: str, x: float, y: float) -> str:
    return f'<path class="sg-icon" transform="translate({n(x)} {n(y)})" d="{_ICONS[name]}"/>'


_ICON_OF = {"ask_person": "person", "take_over": "person", "ask_caller": "speech", "guard": "shield"}
_ICONS = {  # each in a square of 16 by 16
    "person": "M8 1.8a3.1 3.1 0 1 1 0 6.2 3.1 3.1 0 0 1 0-6.2zM2 14.6c0-3.4 2.7-5.2 6-5.2s6 1.8 6 5.2z",
    "speech": "M2.5 2.5h11a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5H8.5L5 14.5v-3H2.5A1.5 1.5 0 0 1 1 10V4"
    "a1.5 1.5 0 0 1 1.5-1.5z",
    "shield": "M8 1l6 2.2v4.3c0 3.7-2.5 6.4-6 7.5-3.5-1.1-6-3.8-6-7.5V3.2z",
}

_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_LIGHT = (
    "--sg-ink:#1f2733;--sg-muted:#5d6878;--sg-line:#8b96a5;--sg-card:#fff;--sg-edge:#c5ced9;--sg-frame:#5b6f8f0d;"
    "--sg-frame-edge:#d5dce5;--sg-head:#5b6f8f1a;--sg-badge:#e9eef4;--sg-which:#e8effc;--sg-which-edge:#6f8fd0;"
    "--sg-person:#fdf1dc;--sg-person-edge:#cf9332;--sg-guard:#e6f5ec;--sg-guard-edge:#4f9f75;--sg-kept:#efe8fb;"
    "--sg-kept-ink:#5b3f95;--sg-end:#33415a;--sg-end-ink:#fff;--sg-taken:#2f855a;--sg-failed:#c53030;"
    "--sg-waiting:#b7791f;--sg-slow:#c05621"
)
_DARK = (
    "--sg-ink:#e8ecf2;--sg-muted:#a3aebd;--sg-line:#77839a;--sg-card:#1d2430;--sg-edge:#435064;--sg-frame:#9fb3d30d;"
    "--sg-frame-edge:#364256;--sg-head:#9fb3d31a;--sg-badge:#2d3747;--sg-which:#22304d;--sg-which-edge:#6f8fd0;"
    "--sg-person:#3a2e18;--sg-person-edge:#cf9332;--sg-guard:#183426;--sg-guard-edge:#4f9f75;--sg-kept:#33274d;"
    "--sg-kept-ink:#d3c2f5;--sg-end:#c9d5e8;--sg-end-ink:#17202e;--sg-taken:#5cc28e;--sg-failed:#f37a7a;"
    "--sg-waiting:#e0ab4f;--sg-slow:#ee9460"
)
_TEXTS = "".join(
    f".sg-{name}{{font-size:{style.size:g}px{';font-weight:600' if style.bold else ''}}}"
    for name, style in STYLES.items()
)
_MARKED = "".join(
    f".segue-flow .sg-{style} .sg-card{{stroke:var(--sg-{style});stroke-width:2.5}}"
    f".segue-flow .sg-{style} .sg-mark-back{{fill:var(--sg-{style})}}"
    for style in ("taken", "failed", "waiting", "slow")
)
_CSS = (
    f".segue-flow{{{_LIGHT};font-family:{_FONT}}}"
    f"@media(prefers-color-scheme:dark){{.segue-flow{{{_DARK}}}}}"
    f".segue-flow text{{fill:var(--sg-ink)}}{_TEXTS}"
    ".segue-flow .sg-gives,.segue-flow .sg-note{fill:var(--sg-muted)}"
    ".segue-flow .sg-line{fill:none;stroke:var(--sg-line);stroke-width:1.5}"
    ".segue-flow .sg-dash{stroke-dasharray:5 4}"
    ".segue-flow .sg-tip{fill:var(--sg-line);stroke:none}"
    ".segue-flow .sg-card{fill:var(--sg-card);stroke:var(--sg-edge);stroke-width:1.2}"
    ".segue-flow .sg-frame{fill:var(--sg-frame);stroke:var(--sg-frame-edge)}"
    ".segue-flow .sg-head-back{fill:var(--sg-head)}"
    ".segue-flow .sg-refine-frame{stroke:var(--sg-guard-edge)}"
    ".segue-flow .sg-badge-back,.segue-flow .sg-mark-back{fill:var(--sg-badge)}"
    ".segue-flow .sg-kept-back{fill:var(--sg-kept)}.segue-flow .sg-kept{fill:var(--sg-kept-ink)}"
    ".segue-flow .sg-case-back{fill:var(--sg-which);stroke:var(--sg-which-edge)}"
    ".segue-flow polygon{fill:var(--sg-which);stroke:var(--sg-which-edge);stroke-width:1.2}"
    ".segue-flow .sg-icon{fill:var(--sg-muted)}"
    ".segue-flow .sg-person .sg-card,.segue-flow .sg-ask_person .sg-card,.segue-flow .sg-take_over .sg-card,"
    ".segue-flow .sg-ask_caller .sg-card{fill:var(--sg-person);stroke:var(--sg-person-edge)}"
    ".segue-flow .sg-person .sg-icon,.segue-flow .sg-ask_person .sg-icon,.segue-flow .sg-take_over .sg-icon,"
    ".segue-flow .sg-ask_caller .sg-icon{fill:var(--sg-person-edge)}"
    ".segue-flow .sg-guard .sg-card{fill:var(--sg-guard);stroke:var(--sg-guard-edge)}"
    ".segue-flow .sg-guard .sg-icon{fill:var(--sg-guard-edge)}"
    ".segue-flow .sg-end .sg-card{fill:var(--sg-end);stroke:none}"
    ".segue-flow .sg-end text{fill:var(--sg-end-ink)}"
    f"{_MARKED}"
    ".segue-flow .sg-mark{fill:var(--sg-card)}"
    ".segue-flow .sg-quiet{opacity:.38}"
)
