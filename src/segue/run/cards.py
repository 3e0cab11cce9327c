"""Card numbers: where payment card numbers stand in a text, however they are spelled.

A card number has an issuer's first digits, that issuer's length, and Luhn's checksum. Its digits may be of any
script and may be apart by spaces, dots, dashes or line breaks: in the groups that are printed on cards anywhere,
in other groups where no further digits stand beside them.

Left alone are order, parcel and telephone numbers, amounts, IBANs, article numbers (GTIN-13), hexadecimal ids, and
whatever is part of a longer run of digits. A number that is none of these and yet has first digits, length and
checksum of a card is taken for one: of random numbers with 16 digits that is one in 25.

Missed are numbers in words ("four one one one"), those in several messages or fields, those with more than three
signs between digits, those in odd groups beside other numbers, and JSON numbers, which are no text. Expiry dates and
security codes are not looked for.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

SHORTEST: Final = 12
LONGEST: Final = 19

# What may stand between two digits: spaces, line breaks, dots, dashes, and signs that nobody sees.
BETWEEN: Final = (
    " \\t\\n\\r\\u00a0\\u1680\\u2000-\\u200f\\u2028\\u2029\\u202f\\u205f\\u2060\\u3000\\ufeff"
    ".\\uff0e\\u00b7\\u30fb\\-\\u00ad\\u2010-\\u2015\\u2212\\ufe58\\ufe63\\uff0d"
)
MASKED: Final = "•••• •••• •••• "

# A quick look for where a chain may be, and then the chain itself. The last four digits of a masked number are not
# the beginning of another one.
_SPAN: Final = re.compile(rf"\d[\d{BETWEEN}]{{{SHORTEST - 1},}}")
_ASCII_SPAN: Final = re.compile(rf"[0-9][0-9 \t\n\r.-]{{{SHORTEST - 1},}}")
_CHAIN: Final = re.compile(rf"(?<!\d)(?<!{MASKED})\d(?:[{BETWEEN}]{{0,3}}\d){{{SHORTEST - 1},}}")
_DIGITS: Final = re.compile(r"\d+")
_BREAK: Final = re.compile(r"[\n\r\u2028\u2029]")
_DECIMALS: Final = re.compile(r"\d+\.\d+(?:\s\d+\.\d+)*")
_IBAN: Final = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}\d\d")
_BEFORE: Final = re.compile(r"[0-9A-Za-z]*\Z")
_TOKEN_BEFORE: Final = re.compile(r"[0-9A-Za-z-]*\Z")
_TOKEN_AFTER: Final = re.compile(r"[0-9A-Za-z-]*")
_HEX: Final = re.compile(r"(?=.*[a-fA-F])[0-9a-fA-F]{20,}")

_LAYOUTS: Final = {
    *((4, 4, 4, 4), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (4, 5, 6)),
    *((4, 4, 4, 1), (4, 3, 3, 3), (4, 4, 4, 2), (4, 4, 4, 3), (8, 8), (6, 13), (6, 10), (8, 11)),
}

_SIXTEEN: Final = frozenset({16})
_FIFTEEN: Final = frozenset({15})
_SIXTEEN_ON: Final = frozenset(range(16, 20))
_FOURTEEN_ON: Final = frozenset(range(14, 20))
_THIRTEEN_ON: Final = frozenset(range(13, 20))
_TWELVE_ON: Final = frozenset(range(12, 20))

# First four digits (from, to) and lengths; ISO/IEC 7812 as the networks publish their ranges.
_ISSUERS: Final = (
    (4000, 4999, frozenset({13, 16, 19})),  # Visa
    *((2221, 2720, _SIXTEEN), (5100, 5599, _SIXTEEN)),  # Mastercard
    *((3400, 3499, _FIFTEEN), (3700, 3799, _FIFTEEN)),  # American Express
    *((3000, 3059, _FOURTEEN_ON), (3095, 3095, _FOURTEEN_ON)),  # Diners Club
    *((3600, 3699, _FOURTEEN_ON), (3800, 3999, _FOURTEEN_ON)),
    *((3500, 3599, _SIXTEEN), (3528, 3589, _SIXTEEN_ON)),  # JCB, and what many take for it
    *((2131, 2131, _FIFTEEN), (1800, 1800, _FIFTEEN)),
    *((6011, 6011, _SIXTEEN_ON), (6440, 6599, _SIXTEEN_ON)),  # Discover
    (6200, 6299, _SIXTEEN_ON),  # UnionPay
    *((5018, 5018, _TWELVE_ON), (5020, 5020, _TWELVE_ON), (5038, 5038, _TWELVE_ON), (5893, 5893, _TWELVE_ON)),
    *((6304, 6304, _TWELVE_ON), (6759, 6759, _TWELVE_ON), (6761, 6763, _TWELVE_ON)),  # Maestro
    *((5000, 5099, _THIRTEEN_ON), (5600, 5899, _THIRTEEN_ON), (6300, 6399, _THIRTEEN_ON)),
    (6700, 6799, _THIRTEEN_ON),
    *((6000, 6099, _SIXTEEN), (8100, 8299, _SIXTEEN)),  # RuPay, Hipercard
    *((2200, 2204, _SIXTEEN_ON), (9792, 9792, _SIXTEEN), (8600, 8600, _SIXTEEN), (9860, 9860, _SIXTEEN)),
)
_LENGTHS: Final = {
    first: tuple(sorted({n for low, high, ns in _ISSUERS if low <= first <= high for n in ns}, reverse=True))
    for low, high, _ in _ISSUERS
    for first in range(low, high + 1)
}


class Card(NamedTuple):
    """A card number in a text: from `start` up to `end`, and its digits as ASCII."""

    start: int
    end: int
    digits: str


def find_cards(text: str) -> Iterator[Card]:
    """Every card number in a text, from left to right."""
    for card in possible_cards(text):
        if not _belongs_to_another(text, card):
            yield card


def possible_cards(text: str) -> Iterator[Card]:
    """The same without a look at what stands around each; never fewer."""
    for span in (_ASCII_SPAN if text.isascii() else _SPAN).finditer(text):
        for chain in _CHAIN.finditer(text, span.start(), span.end()):
            yield from _in_chain(text, [*_DIGITS.finditer(text, chain.start(), chain.end())])


def is_card(digits: str) -> bool:
    """Do these ASCII digits have the first digits, the length and the checksum of a card?"""
    return len(digits) in _LENGTHS.get(int(digits[:4]), ()) and passes_luhn(digits)


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right is doubled, and all digits sum to 0 mod 10."""
    doubled = digits[-2::-2].translate(_DOUBLED)
    return sum(map(int, digits[-1::-2])) % 10 == -sum(map(int, doubled)) % 10


_DOUBLED: Final = str.maketrans("0123456789", "0246813579")


def _in_chain(text: str, groups: "Sequence[re.Match[str]]") -> Iterator[Card]:
    """Card numbers made of whole groups of digits with only signs between them."""
    digits = "".join([group[0] for group in groups])
    if not digits.isascii():
        digits = "".join(str(int(sign)) for sign in digits)
    ends: dict[int, int] = {}  # how many digits come up to the end of a group, and which one
    count = 0
    for index, group in enumerate(groups):
        count += len(group[0])
        ends[count] = index
    at = taken = 0
    for first, group in enumerate(groups):
        if first >= taken:
            for length in _LENGTHS.get(int(digits[at : at + 4]), ()):
                last = ends.get(at + length)
                if last is None or not passes_luhn(number := digits[at : at + length]):
                    continue
                if _is_spelled_so(text, groups, first, last):
                    taken = last + 1
                    yield Card(group.start(), groups[last].end(), number)
                    break
        at += len(group[0])


def _is_spelled_so(text: str, groups: "Sequence[re.Match[str]]", first: int, last: int) -> bool:
    """Would anybody write a card number in these groups?"""
    sizes = [len(group[0]) for group in groups[first : last + 1]]
    if len(sizes) == 1:
        decimals = first > 0 and text[groups[first - 1].end() : groups[first].start()] == "."
        return not decimals and not (sizes[0] == 13 and _is_article(groups[first][0]))
    if tuple(sizes) in _LAYOUTS:
        return not _is_in_table(groups, first, last)
    if sum(sizes) < 14:
        return False  # a German mobile number with its country code looks like a Visa of old
    if (first, last) == (0, len(groups) - 1):
        return not _DECIMALS.fullmatch(text, groups[0].start(), groups[-1].end())
    # Digits apart one by one or in pairs, beside numbers of another kind.
    signs = {_sign(text, groups, index) for index in range(first, last)} - {"\n"}
    if len(signs) > 1:
        return False
    beside = [index for index in (first - 1, last + 1) if 0 <= index < len(groups)]
    alike = {*sizes[:-1]} == {sizes[0]} and sizes[-1] <= sizes[0]
    if alike and all(len(groups[index][0]) != sizes[0] for index in beside):
        return True
    return all(_sign(text, groups, min(index, last)) not in (signs or {"\n"}) for index in beside)


def _is_in_table(groups: "Sequence[re.Match[str]]", first: int, last: int) -> bool:
    """Does it stand amid more groups of the same size than two cards have?"""
    size = len(groups[first][0])
    begins, ends = first, last
    while begins and len(groups[begins - 1][0]) == size:
        begins -= 1
    while ends + 1 < len(groups) and len(groups[ends + 1][0]) == size:
        ends += 1
    return ends - begins >= 8 and begins < first and last < ends


def _sign(text: str, groups: "Sequence[re.Match[str]]", index: int) -> str:
    """What stands between a group and the next; all line breaks are alike."""
    between = text[groups[index].end() : groups[index + 1].start()]
    return "\n" if _BREAK.search(between) else between


def _belongs_to_another(text: str, card: Card) -> bool:
    """Is it part of an id, a telephone number or an IBAN?"""
    before = text[max(0, card.start - 64) : card.start]
    if before.endswith("+") and len(card.digits) <= 15:
        return True
    directly = _BEFORE.search(before)
    if directly and any(sign.isdigit() for sign in directly[0]):
        return True
    around = [_TOKEN_BEFORE.search(before), _TOKEN_AFTER.match(text, card.end)]
    left, right = (found[0] if found else "" for found in around)
    token = left + text[card.start : card.end] + right
    if _HEX.fullmatch(token.replace("-", "")):
        return True
    return any(
        _is_iban(text, found.start(), card.end)
        for found in _IBAN.finditer(text, max(0, card.start - 44), card.start + 2)
    )


def _is_article(digits: str) -> bool:
    """GTIN-13, as on every product: from the left digits weigh 1, 3, 1, 3 …, and the sum is 0 mod 10."""
    return sum(int(sign) * (3 if place % 2 else 1) for place, sign in enumerate(digits)) % 10 == 0


def _is_iban(text: str, start: int, end: int) -> bool:
    """Does an IBAN (ISO 13616) begin here that goes on at least to `end`?"""
    signs = ""
    for at in range(start, min(len(text), start + 44)):
        sign = text[at]
        if sign.isascii() and sign.isalnum():
            signs += sign
        elif sign != " ":
            return False
        if at + 1 >= end and 15 <= len(signs) <= 34:
            moved = "".join(str(int(one, 36)) for one in signs[4:] + signs[:4])
            if int(moved) % 97 == 1:
                return True
    return False
