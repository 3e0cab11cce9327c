"""What is wrong with a picture: texts on one another, out of the picture or their box, lines through boxes."""

import re
from itertools import combinations, pairwise
from typing import NamedTuple
from xml.etree import ElementTree as Xml

from segue.flow.draw_style import STYLES
from segue.flow.draw_text import width_of

SVG = "{http://www.w3.org/2000/svg}"


class Area(NamedTuple):
    """A rectangle, by its corners."""

    what: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Area") -> bool:
        across = self.left < other.right - 0.5 and other.left < self.right - 0.5
        return across and self.top < other.bottom - 0.5 and other.top < self.bottom - 0.5

    def holds(self, other: "Area") -> bool:
        across = self.left <= other.left + 0.5 and other.right <= self.right + 0.5
        return across and self.top <= other.top + 0.5 and other.bottom <= self.bottom + 0.5


def faults(picture: str) -> list[str]:
    """Everything that is wrong with it, in words."""
    root = Xml.fromstring(picture)
    texts = [_text(element) for element in root.iter(f"{SVG}text")]
    cards = [_rect(element) for element in root.iter(f"{SVG}rect") if element.get("class") == "sg-card"]
    frames = [_rect(e) for e in root.iter(f"{SVG}rect") if (e.get("class") or "").startswith("sg-frame")]
    _, _, wide, high = map(float, (root.get("viewBox") or "").split())
    paper = Area("the picture", 0, 0, wide, high)
    found = [f"{a.what!r} lies on {b.what!r}" for a, b in combinations(texts, 2) if a.meets(b)]
    found += [f"{text.what!r} is cut off" for text in [*texts, *cards, *frames] if not paper.holds(text)]
    found += [f"two boxes lie on one another: {a}, {b}" for a, b in combinations(cards, 2) if a.meets(b)]
    for text in texts:
        found += [
            f"{text.what!r} leaves its box" for card in cards if text.meets(card) and not card.holds(text)
        ]
    for box in (*texts, *cards, *frames):
        for frame in frames:
            if frame is not box and frame.meets(box) and not (frame.holds(box) or box.holds(frame)):
                found.append(f"{box.what!r} leaves its frame")
    for line in _segments(root):
        found += [f"a line runs through the box at {card[1:]}" for card in cards if line.meets(_inside(card))]
    return found


def texts_of(picture: str) -> list[str]:
    """Every word that can be read in it, from top to bottom."""
    texts = [_text(element) for element in Xml.fromstring(picture).iter(f"{SVG}text")]
    return [text.what for text in sorted(texts, key=lambda text: (text.top, text.left))]


def _text(element: Xml.Element) -> Area:
    style = STYLES[(element.get("class") or "").split()[0].removeprefix("sg-")]
    width = width_of(element.text or "", style.size, bold=style.bold)
    x, base = float(element.get("x") or 0), float(element.get("y") or 0)
    left = x if element.get("text-anchor") == "start" else x - width / 2
    return Area(element.text or "", left, base - style.size * 0.8, left + width, base + style.size * 0.22)


def _rect(element: Xml.Element) -> Area:
    x, y, width, height = (float(element.get(name) or 0) for name in ("x", "y", "width", "height"))
    return Area(element.get("class") or "", x, y, x + width, y + height)


def _inside(card: Area) -> Area:
    return Area(card.what, card.left + 2, card.top + 2, card.right - 2, card.bottom - 2)


def _segments(root: Xml.Element) -> list[Area]:
    """The parts of every line, each as a very thin area."""
    found = []
    for path in root.iter(f"{SVG}path"):
        names = (path.get("class") or "").split()
        if "sg-line" in names and "sg-tip" not in names:
            numbers = list(map(float, re.findall(r"-?\d+(?:\.\d+)?", path.get("d") or "")))
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
            for (ax, ay), (bx, by) in pairwise(points):
                found.append(
                    Area("line", min(ax, bx) - 0.6, min(ay, by) - 0.6, max(ax, bx) + 0.6, max(ay, by) + 0.6)
                )
    return found
