"""Card numbers never leave the desk, whoever wrote them down."""

import re

from segue.flow.builtin import Draft, Objection
from segue.flow.step import step

_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")


@step
async def no_card_numbers(draft: Draft) -> list[Objection]:
    """An objection if the draft holds what passes for a card number (13 to 19 digits, Luhn's checksum)."""
    found = any(passes_luhn(re.sub(r"\D", "", match[0])) for match in _CARD.finditer(draft.text))
    return [Objection("no_card_numbers", "it holds a card number")] if found else []


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right is doubled, and all digits sum to 0 mod 10."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        digit = int(sign)
        if place % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0
