"""What does the customer want? One message may hold several requests."""

import re
from collections.abc import Callable

from examples.shop import requests as asked
from examples.shop.requests import CALLED
from examples.shop.texts import TEXTS
from segue import History, Message, step
from segue.agents.clauses import requests as split_requests
from segue.agents.routing import Guess, OutOfScope, Router, Sure, Unsure

REFUND_FROM = 0.8
"""A refund is paid at once and cannot be taken back by a next message: below this sureness we ask first."""

NO_REFUND = re.compile(
    r"(?i)\b(do not|don['’]?t|never)\s+((want|need)\s+)?((a|any|the|my)\s+)?(refund|return|reimburse)"
    r"|\b(keine|nicht)\s+(\w+\s+){0,2}(rück)?erstatt"
)
"""A likeness to examples does not see a "not"."""


@step
async def understand(
    message: Message, history: History, *, router: Router
) -> list[
    asked.Tracking
    | asked.RefundRequest
    | asked.AddressChange
    | asked.Complaint
    | asked.Question
    | asked.SmallTalk
    | asked.WantsPerson
    | asked.Unclear
    | asked.OffTopic
]:
    """Every request of the message, in order; short answers are read in the light of what we said last."""
    if (meant := _answer_to_us(message, history)) is not None:
        return [meant]
    offered = _offered(history)
    found: list[asked.Request] = []
    for part in await split_requests(without_pleasantries(message.text), router):
        match part.routed:
            case Sure(best) if best.label in offered and not NO_REFUND.search(part.text):
                found.append(MAKES[best.label](f"{_last(history, 'customer')}\n{part.text}"))
            case Sure(best) if best.label is asked.RefundRequest and best.confidence < _refund_from(
                part.text
            ):
                doubt = Unsure(best, Guess(asked.Question, 0.0), _refund_from(part.text))
                found.append(_unclear(part.text, doubt, message.language))
            case Sure(best):
                found += requested(best.label, part.text)
            case OutOfScope():
                found.append(asked.OffTopic(part.text))
            case Unsure() as unsure:
                found.append(_unclear(part.text, unsure, message.language))
    # Who greets or thanks and asks for something else wants an answer to that.
    found = [one for one in found if not isinstance(one, asked.SmallTalk)] or found[:1]
    return found or [asked.OffTopic(message.text)]


def without_pleasantries(text: str) -> str:
    """A message without its greeting and its thanks, unless there is nothing else in it."""
    bare = CLOSING.sub("", OPENING.sub("", text, count=1), count=1)
    return bare if len(bare.split()) > 1 else text


OPENING = re.compile(
    r"(?i)^\W*(?:(?:hello|hi|hiya|hey|good (?:morning|day|afternoon|evening)|dear (?:team|sirs?|sir or madam)"
    r"|hallo|moin|servus|gr(?:ü|ue)(?:ß|ss) (?:gott|dich|euch)|guten? (?:morgen|tag|abend)|sehr geehrtes? team"
    r"|sehr geehrte damen und herren)"
    r"(?: (?:there|all|everyone|team|zusammen|liebes team|ihr))?(?:\s*[,.!\n:;)–-]+\s*))+"
)
CLOSING = re.compile(
    r"(?i)(?<=[.!?\n])\s*(?:(?:many |best |kind |vielen |besten |lieben )?(?:thanks|thank you|thx|danke?|cheers|regards"
    r"|greetings|(?:mit )?(?:freundlichen?|besten?|vielen?|lieben?|schönen?) gr(?:ü|ue)(?:ß|ss)en?|mfg|lg)\b"
    r"[^?]{0,40})$"
)


def order_in(text: str) -> int:
    """The first order number in a text; 0 if there is none."""
    found = [match for match in (NAMED_ORDER.search(text), ORDER.search(text)) if match]
    return int(min(found, key=lambda match: match.start(1))[1]) if found else 0


NAMED_ORDER = re.compile(
    r"(?i)(?:\b(?:order|bestellung|bestellnummer|auftrag|number|nummer|nr|no)\b|#)[\s.:#]*"
    r"(?:(?:number|nummer|nr|no)\b[\s.:#]*)?(1\d{3})(?!\d|[.,]\d)"
)
ORDER = re.compile(
    r"""(?xi)
    (?<![\d.,+/-]) (?<!\d\s) (?! (?<=,\s) 1\d{3}\s+ (?-i:[A-ZÄÖÜ]) )       # no postcode, as in ", 1010 Wien"
    (1\d{3})
    (?! [.,]?\d | \s\d{2,} | \s?(?:€|eur|euros?\b|g\b|grams?\b|gramm\b) )  # no amount, date or telephone number
    """
)
JOINED = re.compile(
    r"(?i)1\d{3}(?:\s*,\s*1\d{3})*\s*,?\s*(?:&|\+|\b(?:and|und|plus|sowie)\b)\s*(?:#|(?:nr|no)\.?\s)?1\d{3}\b"
)
"""Several orders in one breath, as in "1001, 1002 and 1007"."""
PLEASE = re.compile(r"(?i)\W*(?:(?:please|pls|bitte|thanks|thank you|danke)\W*)?")


GREETING = re.compile(
    r"(?i)\b(hello|hi|hiya|hey|howdy|yo|good (morning|day|afternoon|evening)|morning|evening|(any|some)(one|body)"
    r"|are you (there|well)|how are|how do|what'?s up|nice to meet|dear|hallo|hallöchen|huhu|moin|servus|grüß\w*|na"
    r"|guten?|n'?\s?abend|jemand|da|wie geht|freut|sehr geehrte)\b"
)
THANKS = re.compile(
    r"(?i)\b(thank\w*|thx|ty|cheers|bye|goodbye|see you|have a|that'?s all|that was|danke?\w*|merci|tschüs\w*|tschau"
    r"|ciao|wiedersehen|bis (bald|dann)|das war|schön\w* (tag|abend|wochenende|feierabend)( noch)?$|gute nacht)\b"
)

MAKES: dict[type, Callable[[str], asked.Request]] = {
    asked.Tracking: lambda text: asked.Tracking(text, order_in(text)),
    asked.RefundRequest: lambda text: asked.RefundRequest(text, order_in(text)),
    asked.AddressChange: lambda text: asked.AddressChange(text, order_in(text)),
    asked.Complaint: lambda text: asked.Complaint(text, order_in(text)),
    asked.Question: asked.Question,
    asked.SmallTalk: lambda text: asked.SmallTalk(
        thanks=bool(THANKS.search(text)) or not GREETING.search(text)
    ),
    asked.WantsPerson: asked.WantsPerson,
}


def _refund_from(text: str) -> float:
    """The confidence from which a refund is paid without asking; words against one are always asked about."""
    return 1.0 if NO_REFUND.search(text) else REFUND_FROM


def requested(label: object, text: str) -> list[asked.Request]:
    """What a text asks for that is about this: one request, or one for each order it names in one breath."""
    return [MAKES[label](text) for text in _for_each_order(label, text)]  # type: ignore[index]


def _for_each_order(label: object, text: str) -> list[str]:
    """The text once for each of several orders it names in one breath, that order's number first.

    For refunds only where the orders are its last word: "refund 1001 and 1007 you may forget" is one refund.
    """
    several = JOINED.search(text) if label in (asked.Tracking, asked.RefundRequest) else None
    if several is None or (label is asked.RefundRequest and not PLEASE.fullmatch(text, several.end())):
        return [text]
    return [f"#{number} {text}" for number in dict.fromkeys(re.findall(r"1\d{3}", several[0]))]


def _unclear(text: str, unsure: Unsure, language: str) -> asked.Unclear:
    best, second = unsure.best, unsure.second
    names = called(best.label, language), called(second.label, language)
    return asked.Unclear(*names, text, best.confidence, unsure.needed)


def called(label: object, language: str) -> str:
    """What a customer who writes this language would call it."""
    names = CALLED[label]  # type: ignore[index]
    return names.get(language, names["en"])


YES = {
    *(
        "yes",
        "yes please",
        "yes, please",
        "please",
        "please do",
        "ok",
        "okay",
        "sure",
        "yep",
        "yeah",
        "of course",
    ),
    *(
        "ja",
        "ja bitte",
        "ja, bitte",
        "ja gern",
        "ja gerne",
        "gern",
        "gerne",
        "bitte",
        "klar",
        "jawohl",
        "unbedingt",
    ),
}
NO = {
    *("no", "no thanks", "no, thanks", "no thank you", "no, thank you", "nope", "not now"),
    *("nein", "nein danke", "nein, danke", "nee", "nö", "gerade nicht", "jetzt nicht"),
}
FIRST = r"(the )?(1|1st|first|former|yes)( one| please)?|(das |der |die )?erste[rs]?|ersteres|ja"
SECOND = r"(the )?(2|2nd|second|latter|other)( one| please)?|(das |der |die )?(zweite|andere)[rs]?|letzteres"
NEITHER = (
    r"no|nope|neither( of (them|those|the two|both))?|none( of (them|those|these))?|nein|nee|nichts davon"
    + (r"|weder noch|keins?( von beiden?)?|keines( von beiden)?|beides nicht")
)


def _answer_to_us(message: Message, history: History) -> asked.Request | None:
    """The request that a short answer to "did you mean" or to an offer stands for."""
    earlier = _last(history, "customer")
    said = message.text.strip().casefold().rstrip(".!")
    if any(_last(history, "desk").endswith(offer) for offer in TEXTS["offer_person"].values()):
        if said in YES:
            return asked.WantsPerson(message.text)
        if said in NO:
            return asked.SmallTalk(thanks=True)
    offered = _offered(history)
    if not offered:
        return None
    for kind in offered:
        if any(said == name.casefold() for name in CALLED[kind].values()):
            return MAKES[kind](f"{earlier}\n{message.text}")
    if re.fullmatch(FIRST, said):
        return MAKES[offered[0]](f"{earlier}\n{message.text}")
    if re.fullmatch(SECOND, said):
        return MAKES[offered[1]](f"{earlier}\n{message.text}")
    # Asking a third time would help nobody.
    return asked.WantsPerson(earlier) if re.fullmatch(NEITHER, said) else None


def _offered(history: History) -> tuple[type, ...]:
    """The two kinds of request that our last line gave the choice of, in its order; none if it did not."""
    ours = _last(history, "desk")
    places = {
        ours.index(f"“{name}”"): kind
        for kind, names in CALLED.items()
        for name in names.values()
        if f"“{name}”" in ours
    }
    return tuple(places[at] for at in sorted(places)) if len(places) == 2 else ()


def _last(history: History, speaker: str) -> str:
    return next((line.text for line in reversed(history.lines) if line.speaker == speaker), "")
