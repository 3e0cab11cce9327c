"""How wide a text will be, without a font at hand: by the widths of DejaVu Sans, the widest common one."""

import re
import unicodedata

_WIDTHS = {
    0.36: "ijlIJ '|,.:;/\\·-f",
    0.43: "!()[]rt",
    0.56: 'csz?"*_`“”L',
    0.64: "0123456789abdeghknopquvxyEFPSTY${}",
    0.71: "ABCKRVXZ",
    0.80: "DGHNOQU&",
    0.87: "wM#+<=>^~→",
    1.00: "mW%@…",
}
_WIDTH = {sign: width for width, signs in _WIDTHS.items() for sign in signs}
_BOLD = 1.13


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels at this font size; never less than what a browser needs."""
    ems = sum(_WIDTH.get(sign) or _of_rare(sign) for sign in text)
    return ems * size * (_BOLD if bold else 1.0)


def wrapped(text: str, size: float, most: float, *, bold: bool = False) -> list[str]:
    """The text in lines no wider than this, broken at spaces, after underscores or, if need be, anywhere."""
    lines: list[str] = [""]
    for part in re.findall(r"\s+|[^\s_]+_*|_+", text):
        for piece in _pieces(part, size, most, bold):
            if lines[-1] and width_of(lines[-1] + piece.rstrip(), size, bold=bold) > most:
                lines.append("")
            lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines if line.strip()]


def _pieces(part: str, size: float, most: float, bold: bool) -> list[str]:
    """A word, or what has to be made of one that is wider than a line."""
    pieces = [""]
    for sign in part:
        if width_of(pieces[-1] + sign, size, bold=bold) > most and pieces[-1]:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _of_rare(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    plain = unicodedata.normalize("NFD", sign)[0]
    if plain in _WIDTH:
        return _WIDTH[plain]
    return 1.4 if unicodedata.east_asian_width(sign) in "WF" or ord(sign) > 0xFFFF else 0.9
