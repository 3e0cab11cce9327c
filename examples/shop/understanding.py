"""What does the customer want? One message may hold several requests."""

import re
from collections.abc import Callable

from examples.shop import requests as asked
from examples.shop.requests import CALLED
from examples.shop.texts import TEXTS
from segue import History, Message, step
from segue.agents.clauses import requests as split_requests
from segue.agents.routing import OutOfScope, Router, Sure

ORDER = re.compile(r"(?<![\d.,])(?:[Nn]r\.?|[Nn]o\.?|#)?\s*(1\d{3})(?![\d.,]*\d)")
YES = {"yes", "yes please", "please", "ok", "okay", "sure", "yep", "ja", "ja bitte", "gern", "gerne", "bitte"}


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
    found: list[asked.Request] = []
    for part in await split_requests(message.text, router):
        match part.routed:
            case Sure(best):
                found.append(MAKES[best.label](part.text))  # type: ignore[index]
            case OutOfScope():
                found.append(asked.OffTopic(part.text))
            case unsure:
                language = message.language
                names = [_called(guess.label, language) for guess in (unsure.best, unsure.second)]
                found.append(asked.Unclear(*names))
    found = [one for one in found if not isinstance(one, asked.SmallTalk)] or found[:1]
    return found or [asked.OffTopic(message.text)]


def order_in(text: str) -> int:
    """The first order number in a text; 0 if there is none."""
    match = ORDER.search(text)
    return int(match[1]) if match else 0


MAKES: dict[type, Callable[[str], asked.Request]] = {
    asked.Tracking: lambda text: asked.Tracking(text, order_in(text)),
    asked.RefundRequest: lambda text: asked.RefundRequest(text, order_in(text)),
    asked.AddressChange: lambda text: asked.AddressChange(text, order_in(text)),
    asked.Complaint: lambda text: asked.Complaint(text, order_in(text)),
    asked.Question: asked.Question,
    asked.SmallTalk: lambda text: asked.SmallTalk(
        thanks=bool(re.search(r"(?i)thank|dank|perfect|super", text))
    ),
    asked.WantsPerson: asked.WantsPerson,
}


def _answer_to_us(message: Message, history: History) -> asked.Request | None:
    """The request that a short answer to "did you mean" or to an offer stands for."""
    ours = next((line.text for line in reversed(history.lines) if line.speaker == "desk"), "")
    earlier = next((line.text for line in reversed(history.lines) if line.speaker == "customer"), "")
    said = message.text.strip().casefold().rstrip(".!")
    if said in YES and any(ours.endswith(offer) for offer in TEXTS["offer_person"].values()):
        return asked.WantsPerson(message.text)
    named = [kind for kind, names in CALLED.items() if any(f"“{name}”" in ours for name in names.values())]
    if len(named) != 2:
        return None
    named.sort(key=lambda kind: min(ours.find(name) % (len(ours) + 1) for name in CALLED[kind].values()))
    for kind in named:
        if any(said == name.casefold() for name in CALLED[kind].values()):
            return MAKES[kind](f"{earlier}\n{message.text}")
    if re.fullmatch(r"(the )?(1|first|former|yes)( one)?|(das )?erste[rs]?|ja", said):
        return MAKES[named[0]](f"{earlier}\n{message.text}")
    if re.fullmatch(r"(the )?(2|second|latter|other)( one)?|(das )?zweite[rs]?", said):
        return MAKES[named[1]](f"{earlier}\n{message.text}")
    return None


def _called(label: object, language: str) -> str:
    names = CALLED[label]  # type: ignore[index]
    return names.get(language, names["en"])
