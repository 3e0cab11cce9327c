"""What customers of the shop ask for, and how they put it."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Tracking:
    """Where is my parcel? `order` is 0 where no number was given; `words` is what was written."""

    words: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class RefundRequest:
    words: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class AddressChange:
    words: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class Complaint:
    words: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the help pages may answer."""

    words: str


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A greeting or thanks, with nothing asked."""

    thanks: bool = False


@dataclass(frozen=True, slots=True)
class WantsPerson:
    words: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may be one or the other; both as the customer would call them.

    The first was likely with the chance `confidence`; from `needed` on it would not have been asked about.
    """

    first: str
    second: str
    words: str = ""
    confidence: float = 0.0
    needed: float = 1.0


@dataclass(frozen=True, slots=True)
class OffTopic:
    words: str


Request: TypeAlias = (
    Tracking
    | RefundRequest
    | AddressChange
    | Complaint
    | Question
    | SmallTalk
    | WantsPerson
    | Unclear
    | OffTopic
)

CALLED: dict[type, dict[str, str]] = {
    Tracking: {"en": "where a parcel is", "de": "wo ein Paket ist"},
    RefundRequest: {"en": "a refund", "de": "eine Erstattung"},
    AddressChange: {"en": "another delivery address", "de": "eine andere Lieferadresse"},
    Complaint: {"en": "a complaint", "de": "eine Beschwerde"},
    Question: {"en": "a question about our shop", "de": "eine Frage zu unserem Shop"},
    SmallTalk: {"en": "just a hello", "de": "nur ein Hallo"},
    WantsPerson: {"en": "talking to a colleague", "de": "mit jemandem aus dem Team sprechen"},
}
"""What a customer would call each kind of request."""
