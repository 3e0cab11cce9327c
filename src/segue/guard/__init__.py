"""Guards: what a draft is checked against before it may become a reply."""

from segue.guard.cards import no_card_numbers
from segue.guard.claims import can_check, check_claims, check_draft, find_claims, vocabulary_of
from segue.guard.grounding import grounding, grounding_for
from segue.guard.privacy import privacy, privacy_for
from segue.guard.receipts import receipts, receipts_with

__all__ = [
    "can_check",
    "check_claims",
    "check_draft",
    "find_claims",
    "grounding",
    "grounding_for",
    "no_card_numbers",
    "privacy",
    "privacy_for",
    "receipts",
    "receipts_with",
    "vocabulary_of",
]
