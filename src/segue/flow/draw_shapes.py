"""Shapes: what a drawing is made of, and how shapes are put together into larger ones.

A shape is a size, the `axis` on which one comes in at its top and leaves at its bottom, the height of the
`side` where dashed lines start, and how it is painted. Sizes are pixels. Shapes are made from the inside out
and painted from the outside in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar
from xml.sax.saxutils import escape

from segue.flow.draw_style import STYLES
from segue.flow.draw_text import width_of

GAP = 26.0  # between boxes that follow one another
BESIDE = 20.0  # between boxes that stand side by side
PAD = 14.0  # between a frame and what is in it
RAIL = 24.0  # what a line needs that passes boxes

Point: TypeAlias = tuple[float, float]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Shape:
    """Something that can be painted with its left upper corner at a point. `quiet` shapes step back."""

    width: float
    height: float
    axis: float
    paint: "Callable[[Pen, float, float], None]"
    side: float = 0.0
    ends: bool = False
    quiet: bool = False
    tries: tuple[
        tuple[str, "Shape"], ...
    ] = ()  # of what it is made, if its parts are tried one after another


Columns: TypeAlias = Sequence[tuple[str, Shape]]
"""Shapes with the labels on the lines that lead to them."""


class Pen:
    """Collects what is painted, in layers: quiet lines must not be seen on top of others."""

    def __init__(self) -> None:
        self.frames: list[str] = []
        self.quiet_lines: list[str] = []
        self.lines: list[str] = []
        self.boxes: list[str] = []

    def line(self, *points: Point, dashed: bool = False, quiet: bool = False, arrow: bool = False) -> None:
        """A line of level and upright parts, with round corners."""
        corners = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
        if len(corners) < 2:
            return
        style = "sg-line" + " sg-quiet" * quiet
        lines = self.quiet_lines if quiet else self.lines
        lines.append(f'<path class="{style}{" sg-dash" * dashed}" d="{_rounded(corners)}"/>')
        if arrow:
            lines.append(f'<path class="{style} sg-tip" d="{_tip(corners[-2], corners[-1])}"/>')

    def text(
        self, x: float, y: float, words: str, style: str, *, left: bool = False, quiet: bool = False
    ) -> None:
        """Words on this base line, to the right of the point or around it."""
        name, anchor = f"sg-{style}{' sg-quiet' * quiet}", "start" if left else "middle"
        place = f'x="{n(x)}" y="{n(y)}" text-anchor="{anchor}"'
        self.boxes.append(f'<text class="{name}" {place}>{escape(words)}</text>')

    def pill(self, x: float, y: float, words: str, style: str, *, quiet: bool = False) -> None:
        """A small label."""
        width = pill_width(words, style)
        back = f"sg-{style}-back{' sg-quiet' * quiet}"
        self.boxes.append(rect(back, x, y, width, 18, 9))
        self.text(x + width / 2, y + 12.8, words, style, quiet=quiet)


def column(shapes: Sequence[Shape], gap: float = GAP, *, dashed: bool = False) -> Shape:
    """One below the other, on one axis."""
    axis = max(shape.axis for shape in shapes)
    width = axis + max(shape.width - shape.axis for shape in shapes)
    height = sum(shape.height for shape in shapes) + gap * (len(shapes) - 1)

    def paint(pen: Pen, x: float, y: float) -> None:
        for index, shape in enumerate(shapes):
            if index and gap:
                quiet = shape.quiet or shapes[index - 1].quiet
                pen.line((x + axis, y - gap), (x + axis, y), dashed=dashed, quiet=quiet, arrow=True)
            shape.paint(pen, x + axis - shape.axis, y)
            y += shape.height + gap

    quiet = all(shape.quiet for shape in shapes)
    return Shape(width, height, axis, paint, shapes[0].side, shapes[-1].ends, quiet)


def row_width(columns: Columns) -> float:
    """How wide a row of these will be."""
    return sum(sum(_halves(label, shape)) for label, shape in columns) + BESIDE * (len(columns) - 1)


def row(columns: Columns, *, returns: bool = False) -> Shape:
    """Side by side below a common line.

    What `returns` goes back up to where it came from, as a specialist's finding does.
    """
    return rows([columns], returns=returns)


def rows(lines: Sequence[Columns], *, returns: bool = False) -> Shape:
    """Rows below one another, between a line that leads in on their left and one that leads out on their right."""
    joins = not returns and not all(shape.ends for columns in lines for _, shape in columns)
    spread = [_axes(columns) for columns in lines]
    rail = RAIL if len(lines) > 1 else 0.0
    widths = [row_width(columns) for columns in lines]
    width = rail + max(widths) + (rail if joins else 0.0)
    _, axis = max(zip(widths, (middle for _, middle in spread), strict=True))  # that of the widest row
    shifts = [
        max(0.0, min(axis - middle, max(widths) - wide))
        for wide, (_, middle) in zip(widths, spread, strict=True)
    ]
    head = 54.0 if any(label for columns in lines for label, _ in columns) else 30.0
    foot = 26.0 if joins else 10.0
    highs = [head + max(shape.height for _, shape in columns) + foot for columns in lines]
    height = sum(highs) - (0.0 if joins else foot)

    def paint(pen: Pen, x: float, y: float) -> None:
        at, center, end = y, x + rail + axis, y + height
        for columns, (axes, _), shift, high in zip(lines, spread, shifts, highs, strict=True):
            for (label, shape), own in zip(columns, axes, strict=True):
                place = x + rail + shift + own
                into = [(center, y), (center, y + 13), (place, y + 13), (place, y + head)]
                if at > y:  # past the rows above
                    into[2:] = [(x + 8, y + 13), (x + 8, at + 13), (place, at + 13), (place, at + head)]
                pen.line(*into, quiet=shape.quiet, arrow=True)
                if returns:
                    pen.line(*reversed(into), quiet=shape.quiet, arrow=True)
                if label:
                    left = place - pill_width(label, "case") / 2
                    pen.pill(left, at + 22, label, "case", quiet=shape.quiet)
                shape.paint(pen, place - shape.axis, at + head)
                if joins and not shape.ends:
                    out, level = [(place, at + head + shape.height)], at + high - 13
                    if columns is not lines[-1]:
                        out += [(place, level), (x + width - 8, level), (x + width - 8, end - 13)]
                    else:
                        out += [(place, end - 13)]
                    pen.line(*out, (center, end - 13), (center, end), quiet=shape.quiet)
            at += high

    quiet = all(shape.quiet for columns in lines for _, shape in columns)
    return Shape(width, height, rail + axis, paint, ends=not joins and not returns, quiet=quiet)


def _axes(columns: Columns) -> tuple[list[float], float]:
    """Where the axes of the columns in a row are, and where its own is."""
    axes, at = [], 0.0
    for label, shape in columns:
        left, right = _halves(label, shape)
        axes.append(at + left)
        at += left + right + BESIDE
    middle = (axes[0] + axes[-1]) / 2
    nearest = min(axes, key=lambda axis: abs(axis - middle))
    return axes, nearest if abs(nearest - middle) < 16 else middle  # a line with a small kink looks wrong


def or_else(main: Shape, other: Shape, label: str, width: float) -> Shape:
    """What stands in when something fails: to its right, or below it where that would be too wide."""
    across = pill_width(label, "badge") + 34
    if main.tries or main.width + across + other.width > width:
        return _tries([*(main.tries or [("", main)]), (label, other)])
    side = max(main.side, other.side)
    left, down, other_down = main.width + across, side - main.side, side - other.side
    height = max(down + main.height, other_down + other.height) + (0 if other.ends else 26)

    def paint(pen: Pen, x: float, y: float) -> None:
        axis, level, end = x + main.axis, y + side, y + height
        pen.line((axis, y), (axis, y + down), quiet=main.quiet)
        main.paint(pen, x, y + down)
        pen.line((x + main.width, level), (x + left, level), dashed=True, quiet=other.quiet, arrow=True)
        pen.pill(x + main.width + 13, level - 9, label, "badge", quiet=other.quiet)
        other.paint(pen, x + left, y + other_down)
        if not main.ends:
            pen.line((axis, y + down + main.height), (axis, end), quiet=main.quiet)
        if not other.ends:
            out, below = x + left + other.axis, y + other_down + other.height
            corners = [(out, below), (out, end - 13), (axis, end - 13), (axis, end)]
            pen.line(*corners, dashed=True, quiet=other.quiet)

    ends, quiet = main.ends and other.ends, main.quiet and other.quiet
    return Shape(left + other.width, height, main.axis, paint, side, ends, quiet)


def _tries(tries: Columns) -> Shape:
    """One below the other. What succeeded leaves at its side, for below it stands what is tried otherwise."""
    shapes = [shape for _, shape in tries]
    axis = RAIL + max(shape.axis for shape in shapes)
    width = axis + max(shape.width - shape.axis for shape in shapes)
    height = sum(shape.height for shape in shapes) + 44 * (len(shapes) - 1) + 20

    def paint(pen: Pen, x: float, y: float) -> None:
        center, at, end = x + axis, y, y + height
        for label, shape in tries:
            if label:
                start = (center, at)
                at += 44
                pen.line(start, (center, at), dashed=True, quiet=shape.quiet, arrow=True)
                left = center - pill_width(label, "badge") / 2
                pen.pill(left, at - 34, label, "badge", quiet=shape.quiet)
            shape.paint(pen, center - shape.axis, at)
            beside = (center - shape.axis, at + shape.side)
            at += shape.height
            if shape.ends:
                continue
            if shape is shapes[-1]:
                pen.line((center, at), (center, end), dashed=True, quiet=shape.quiet)
            else:
                rail = [(x + 8, beside[1]), (x + 8, end - 9), (center, end - 9), (center, end)]
                pen.line(beside, *rail, quiet=shape.quiet)

    ends, quiet = all(shape.ends for shape in shapes), all(shape.quiet for shape in shapes)
    return Shape(width, height, axis, paint, shapes[0].side, ends, quiet, tuple(tries))


def framed(inner: Shape, head: Sequence[Shape], kind: str, *, open: bool, ends: bool) -> Shape:
    """A frame with a head that says what is done inside. From an `open` one no line leads out."""
    rows = flowed([(item.width, item) for item in head], max([inner.width, 240.0, *(i.width for i in head)]))
    wide = max([inner.width, *(_row_width(items) for items in rows)]) + 2 * PAD
    heights = [max(item.height for _, item in items) + 6 for items in rows]
    top = sum(heights) + 4 if rows else 0.0
    high = top + PAD + inner.height + PAD
    shift = (wide - inner.width) / 2
    behind = 5.0 if kind == "each" else 0.0  # a second sheet behind the first

    def paint(pen: Pen, x: float, y: float) -> None:
        style = f"sg-frame sg-{kind}-frame{' sg-quiet' * inner.quiet}"
        if behind:
            pen.frames.append(_second_sheet(style, x, y, wide, high, behind))
        pen.frames.append(rect(style, x, y, wide, high, 10))
        if rows:
            pen.frames.append(_strip(f"sg-head-back sg-{kind}-head", x, y, wide, top))
        line = y + 5
        for items, row_height in zip(rows, heights, strict=True):
            at = x + PAD
            for item_width, item in items:
                item.paint(pen, at, line + (row_height - 6 - item.height) / 2)
                at += item_width + 8
            line += row_height
        axis, begins, below = x + shift + inner.axis, y + top + PAD, y + high - PAD
        pen.line((axis, y + top), (axis, begins), quiet=inner.quiet, arrow=kind != "parallel")
        inner.paint(pen, x + shift, begins)
        if not (open or inner.ends):
            pen.line((axis, below), (axis, y + high + behind), quiet=inner.quiet)

    side = min(high / 2, 34.0)
    return Shape(wide + behind, high + behind, shift + inner.axis, paint, side, ends, inner.quiet)


# Words and lines


def flowed(items: Iterable[tuple[float, _T]], most: float) -> list[list[tuple[float, _T]]]:
    """Items with their widths, in rows no wider than this unless a single item is."""
    rows: list[list[tuple[float, _T]]] = []
    for width, item in items:
        if rows and _row_width(rows[-1]) + 8 + width <= most:
            rows[-1].append((width, item))
        else:
            rows.append([(width, item)])
    return rows


def _row_width(items: Sequence[tuple[float, _T]]) -> float:
    return sum(width for width, _ in items) + 8 * (len(items) - 1)


def _halves(label: str, shape: Shape) -> tuple[float, float]:
    """What a labelled column needs left and right of its axis."""
    half = pill_width(label, "case") / 2 if label else 0.0
    return max(shape.axis, half), max(shape.width - shape.axis, half)


def text_width(text: str, style: str) -> float:
    return width_of(text, STYLES[style].size, bold=STYLES[style].bold)


def pill_width(text: str, style: str) -> float:
    return text_width(text, style) + 16


def rect(style: str, x: float, y: float, width: float, height: float, rounding: float) -> str:
    places = f'x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}" rx="{n(rounding)}"'
    return f'<rect class="{style}" {places}/>'


def n(number: float) -> str:
    """A number as short as a tenth of a pixel needs."""
    return f"{number + 0.0:.1f}".removesuffix(".0")


def _strip(style: str, x: float, y: float, width: float, height: float) -> str:
    """The head of a frame, round at the top only."""
    up, across, down = n(10 - height), n(width - 20), n(height - 10)
    path = f"M{n(x)} {n(y + height)}v{up}q0 -10 10 -10h{across}q10 0 10 10v{down}z"
    return f'<path class="{style}" d="{path}"/>'


def _second_sheet(style: str, x: float, y: float, width: float, height: float, far: float) -> str:
    """What is seen of a sheet below another."""
    right, bottom = (
        f"q{n(far)} 0 {n(far)} 8V{n(y + height - 5)}",
        f"q0 10 -10 10H{n(x + 13)}q-8 0 -8 -{n(far)}",
    )
    return f'<path class="{style} sg-sheet" d="M{n(x + width)} {n(y + far)}{right}{bottom}"/>'


def _rounded(points: Sequence[Point]) -> str:
    data = [f"M{n(points[0][0])} {n(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (ax, ay), (bx, by) = _towards(corner, before, 7), _towards(corner, after, 7)
        data.append(f"L{n(ax)} {n(ay)}Q{n(corner[0])} {n(corner[1])} {n(bx)} {n(by)}")
    return "".join(data) + f"L{n(points[-1][0])} {n(points[-1][1])}"


def _tip(before: Point, end: Point) -> str:
    """The head of an arrow that comes from there."""
    x, y = end
    back_x, back_y = _towards(end, before, 7)
    across = (4.0, 0.0) if back_x == x else (0.0, 4.0)
    one, other = (back_x - across[0], back_y - across[1]), (back_x + across[0], back_y + across[1])
    return f"M{n(one[0])} {n(one[1])}L{n(x)} {n(y)}L{n(other[0])} {n(other[1])}Z"


def _towards(start: Point, goal: Point, far: float) -> Point:
    """The point so far from the start, or half way there if the goal is near."""
    dx, dy = goal[0] - start[0], goal[1] - start[1]
    long = abs(dx) + abs(dy)  # one of them is 0
    part = min(far, long / 2) / long if long else 0.0
    return start[0] + dx * part, start[1] + dy * part
