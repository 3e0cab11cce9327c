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
    """It may be one or the other; both as the customer would call them."""

    first: str
    second: str


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

EXAMPLES: dict[type, tuple[str, ...]] = {
    Tracking: (
        "Where is my order?",
        "Where is my parcel?",
        "When will my package arrive?",
        "Has order 1234 been shipped yet?",
        "Track my delivery please",
        "My boots have still not arrived, where are they?",
        "What is the delivery status of my order?",
        "When can I expect my jacket?",
        "Is my parcel on its way?",
        "Which day will it be delivered?",
        "Wo ist meine Bestellung?",
        "Wo bleibt mein Paket?",
        "Wann kommt meine Lieferung an?",
        "Wurde Bestellung 1234 schon verschickt?",
        "Wie ist der Lieferstatus meiner Bestellung?",
        "Mein Rucksack ist noch nicht da, wo ist er?",
        "Wann wird mein Paket zugestellt?",
        "Sendungsverfolgung für meine Bestellung bitte",
    ),
    RefundRequest: (
        "I want a refund for order 1234",
        "I would like my money back",
        "Please refund my order",
        "I want to return this and get my money back",
        "The jacket does not fit, I want to send it back",
        "Can you refund the pullover from order 1234?",
        "Refund 1234 please",
        "I sent it back, now give me my money",
        "I'd like to return the boots",
        "Give me a refund",
        "Ich möchte mein Geld zurück",
        "Bitte erstatten Sie mir die Bestellung 1234",
        "Ich möchte eine Erstattung",
        "Ich will die Bestellung zurückgeben",
        "Das Hemd passt nicht, ich möchte es zurückschicken",
        "Kann ich für Bestellung 1234 das Geld zurückbekommen?",
        "Rückerstattung bitte",
        "Ich hätte gern den Kaufpreis zurück",
    ),
    AddressChange: (
        "I want to change the delivery address of my order",
        "Can you send order 1234 to another address?",
        "I have moved, please ship it to my new address",
        "Please change the shipping address",
        "The address on my order is wrong",
        "Deliver it to my office instead",
        "I need to correct the address for order 1234",
        "Update my delivery address please",
        "Ship my parcel to a different address",
        "Ich möchte die Lieferadresse ändern",
        "Bitte schicken Sie die Bestellung an eine andere Adresse",
        "Ich bin umgezogen, meine neue Adresse lautet",
        "Die Adresse meiner Bestellung ist falsch",
        "Kann Bestellung 1234 an mein Büro geliefert werden?",
        "Lieferadresse korrigieren bitte",
        "Adresse ändern",
    ),
    Complaint: (
        "I was charged twice and my parcel never came",
        "You took the money twice for one order",
        "This is unacceptable, I have been charged two times",
        "I want to complain about order 1234",
        "My parcel was lost and nobody helps me",
        "Your service is terrible, everything about this order went wrong",
        "There are two payments on my card for the same order",
        "I have been waiting for weeks, the parcel is lost and you charged me double",
        "I want to make a complaint",
        "Something is wrong with my bill, it was debited twice",
        "Mir wurde zweimal Geld abgebucht und das Paket ist nie angekommen",
        "Ich möchte mich beschweren",
        "Sie haben doppelt abgebucht",
        "Das ist eine Frechheit, das Paket ist verloren und niemand hilft",
        "Auf meinem Konto sind zwei Zahlungen für dieselbe Bestellung",
        "Beschwerde über Bestellung 1234",
        "Alles an dieser Bestellung ist schiefgegangen",
    ),
    Question: (
        "How long do I have to return something?",
        "What does shipping to Germany cost?",
        "Do you ship to Austria?",
        "Which payment methods do you accept?",
        "How long does a refund take?",
        "What are your opening hours?",
        "How do I get an invoice?",
        "Is there a warranty on tents?",
        "How do I wash a down jacket?",
        "What is your returns policy?",
        "How does the size chart work?",
        "Can I use two gift cards for one order?",
        "How do I unsubscribe from the newsletter?",
        "What do the loyalty tiers give me?",
        "Please delete my data",
        "Can I send back a gift card?",
        "Wie lange kann ich etwas zurückgeben?",
        "Was kostet der Versand nach Österreich?",
        "Welche Zahlungsarten gibt es?",
        "Wie lange dauert eine Erstattung?",
        "Wann haben Sie geöffnet?",
        "Gibt es Garantie auf Zelte?",
        "Wie bekomme ich eine Rechnung?",
        "Wie wasche ich eine Daunenjacke?",
        "Wie funktionieren Geschenkgutscheine?",
        "Wie fallen die Größen aus?",
    ),
    SmallTalk: (
        "Hello",
        "Hi there",
        "Good morning",
        "Hey, how are you?",
        "Thanks a lot",
        "Thank you very much, bye",
        "Great, that was all",
        "Perfect, thanks",
        "Hallo",
        "Guten Tag",
        "Guten Morgen zusammen",
        "Danke schön",
        "Vielen Dank, das war alles",
        "Super, danke",
    ),
    WantsPerson: (
        "I want to talk to a person",
        "Give me a human",
        "Let me speak to an agent please",
        "Can I talk to somebody real?",
        "Connect me with a colleague",
        "I do not want to talk to a bot",
        "Human please",
        "Ich möchte mit einem Menschen sprechen",
        "Geben Sie mir einen Mitarbeiter",
        "Kann ich mit jemandem aus Ihrem Team reden?",
        "Verbinden Sie mich bitte mit einer Person",
        "Ich will nicht mit einem Bot reden",
        "Mitarbeiter bitte",
    ),
}
"""How customers put each kind of request, in both languages of the shop."""

ELSEWHERE = (
    "What is the weather like tomorrow?",
    "Tell me a joke",
    "Who won the football match yesterday?",
    "Write me a poem about the sea",
    "What is the capital of France?",
    "Can you help me with my tax return?",
    "Book me a flight to Rome",
    "How do I bake a chocolate cake?",
    "Translate this sentence into Spanish",
    "What is seven times eight?",
    "Wie wird das Wetter morgen?",
    "Erzähl mir einen Witz",
    "Wer hat gestern das Spiel gewonnen?",
    "Schreib mir ein Gedicht",
    "Wie backe ich einen Kuchen?",
    "Buche mir einen Flug nach Rom",
)
"""What is none of the shop's business."""
