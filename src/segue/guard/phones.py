"""Telephone numbers, told from order numbers, dates and amounts.

With the library `phonenumbers` (the extra `guard`) a number must be valid in its country. Without it whatever is
written like a telephone number counts as one: a reply too many is rewritten, none leaks.
"""

import re
from collections.abc import Iterator
from types import ModuleType

try:
    import phonenumbers as _library
except ImportError:  # the extra `guard` is not installed
    library: ModuleType | None = None
else:
    library = _library

REGIONS = ("GB", "US", "DE", "AT", "CH", "ES", "MX", "FR")
"""Whose national numbers are known without being told."""

_CANDIDATE = re.compile(r"(?<![\w.,/#+-])(?:\+|00)?\(?\d[\d ()./\u00a0\u202f-]{5,20}\d(?![\w/-]|[.,]\d)")
_CALLED = re.compile(
    r"\b(?:tel|phone|call|ring|mobile|cell|whatsapp|fax|handy|mobil|rufnummer|anruf|rufen|erreich|teléfono"
    r"|móvil|llam|téléphone|telephone|portable|appel|joindre|sms|dial|reach)[\w.]*\W+(?:\w+\W+){0,5}$",
    re.I,
)
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$|\d{4}-\d{2}-\d{2}")


def phones_in(text: str, regions: tuple[str, ...] = REGIONS) -> Iterator[str]:
    """Each telephone number, as written."""
    for match in _CANDIDATE.finditer(text):
        written = match[0].strip(" .-/")
        digits = re.sub(r"\D", "", written)
        if not 7 <= len(digits) <= 15 or _DATE.match(written):
            continue
        abroad = written.startswith(("+", "00"))
        # Without a plus or a word such as "call", only what is written in groups looks like one.
        called = _CALLED.search(text[max(0, match.start() - 48) : match.start()]) is not None
        grouped = bool(re.search(r"[ ()/.-]", written)) and digits.startswith("0")
        american = bool(re.fullmatch(r"(?:1[ -])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}", written))
        if (abroad or called or grouped or american) and _valid(written, regions):
            yield written


def _valid(written: str, regions: tuple[str, ...]) -> bool:
    if library is None:
        return True
    number = re.sub(r"^00", "+", written)
    for region in (None,) if number.startswith("+") else regions:
        try:
            parsed = library.parse(number, region)
        except library.NumberParseException:
            continue
        if library.is_valid_number(parsed):
            return True
    return False
