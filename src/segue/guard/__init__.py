"""Guards: what a draft is checked against before it may become a reply."""

from segue.guard.cards import no_card_numbers
from segue.guard.grounding import grounding

__all__ = ["grounding", "no_card_numbers"]
