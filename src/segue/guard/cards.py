"""Card numbers never leave the desk, whoever wrote them down."""

from segue.flow.builtin import Draft, Objection
from segue.flow.step import step
from segue.run.cards import find_cards


@step
async def no_card_numbers(draft: Draft) -> list[Objection]:
    """An objection if the draft holds what passes for a payment card number; see `segue.run.cards`."""
    found = any(True for _ in find_cards(draft.text))
    return [Objection("no_card_numbers", "it holds a card number")] if found else []
