"""Several requests in one message: cut it where one may begin, and join again what belongs together."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from segue.agents.routing import OutOfScope, Routed, Router, Sure
from segue.agents.slots import ORDER, orders


@dataclass(frozen=True, slots=True)
class Request:
    """One thing the customer wants: `text` is `message[start:end]`, and what it was routed to."""

    text: str
    start: int
    end: int
    routed: Routed


async def requests(
    text: str, router: Router, *, order: str | re.Pattern[str] = ORDER, at_most: int = 5
) -> list[Request]:
    """The requests of a message in their order, at least one; together they cover the whole message.

    A clause may begin a request if it asks or wishes for something, or says that it comes on top ("also",
    "außerdem"). It does begin one if it is clearly about something else than what came before, or is the
    same wish for another order, told by `order`. All else, reasons and greetings, belongs to its neighbour:
    "I want a refund. The shoes are broken." is one request. What would be one too many, or begins after the
    first 4,000 characters, belongs to the last. Asks the router once if only one request is possible.
    """
    cuts = [0, *_cuts(text[:LONGEST]), len(text)]
    parts = list(itertools.pairwise(cuts))[: 4 * at_most]
    parts[-1] = (parts[-1][0], len(text))
    found = [await _request(text, *parts[0], router)]
    for start, end in parts[1:]:
        last, part = found[-1], await _request(text, start, end, router)
        if len(found) < at_most and _apart(last, part, order):
            found.append(part)
        else:
            found[-1] = await _request(text, last.start, end, router)
    return found


LONGEST = 4_000


async def _request(message: str, start: int, end: int, router: Router) -> Request:
    cut = message[start:end]
    start, end = start + len(cut) - len(cut.lstrip()), end - len(cut) + len(cut.rstrip())
    text = message[start:end] if start < end else cut
    return Request(text, start, end, await router.route(text))


def _apart(last: Request, part: Request, order: str | re.Pattern[str]) -> bool:
    if isinstance(last.routed, OutOfScope) or isinstance(part.routed, OutOfScope):
        return False
    if last.routed.best.label == part.routed.best.label:
        before, after = ({found.value for found in orders(it.text, order)} for it in (last, part))
        return bool(before and after and before.isdisjoint(after))
    clear = isinstance(last.routed, Sure) and isinstance(part.routed, Sure)
    return clear or bool(_ON_TOP.match(part.text))


def _cuts(text: str) -> Iterator[int]:
    """Where a request may begin, other than at the start."""
    asked = False
    begin = 0
    for match in _BOUNDARY.finditer(text):
        asked = asked or _asks(text[begin : match.end()])
        begin = match.start("joint") if match["joint"] else match.end()
        rest = text[begin:]
        on_top = bool(_ON_TOP.match(rest))
        if not match["stop"] and not _opens(rest):
            continue
        if on_top or (asked and _asks(_clause(rest))):
            yield begin


def _clause(text: str) -> str:
    """The first clause of a text."""
    boundary = _BOUNDARY.search(text, 1)
    return text[: boundary.end()] if boundary else text


def _asks(clause: str) -> bool:
    return clause.rstrip().endswith(("?", "？", "؟")) or _opens(clause) or bool(_WISH.search(clause))


def _opens(clause: str) -> bool:
    """Begins as a question, a wish or an instruction does."""
    return bool(_OPENING.match(clause))


_ABBREVIATIONS = (
    "nr no dr mr mrs ms prof st str tel ca bzw inkl evtl usw etc vs art approx incl z.b d.h u.a e.g i.e"
)
_STOP = (
    r"[?!？！。؟;]+[\"'”»)\]]*\s*|\n\s*|"
    + "".join(rf"(?<!\b{re.escape(word)})" for word in _ABBREVIATIONS.split())
    + r"(?<!\b\d)(?<!\b\d\d)[.…]+[\"'”»)\]]*\s+"
)
_JOINT = (
    r"and\s+also|and|also|plus|additionally|besides|furthermore|another\s+thing|one\s+more\s+thing|by\s+the\s+way"
    r"|und\s+außerdem|und\s+ausserdem|und\s+auch|und|außerdem|ausserdem|zudem|zusätzlich|übrigens|ferner"
    r"|noch\s+etwas|noch\s+eine\s+frage|dann\s+noch"
)
_BOUNDARY = re.compile(rf"(?P<stop>{_STOP})|(?<=[\s,])(?P<joint>(?:{_JOINT})\b)|,(?P<pause>)", re.IGNORECASE)
_LEAD = rf"\W*(?:(?:{_JOINT}|but|aber|oh|so|then|dann|hi|hello|hallo)\b\W*){{0,3}}"
_ON_TOP = re.compile(
    r"\W*(?:(?:and|und|oh)\b\W*)?(?:also|plus|additionally|besides|furthermore|another\s+thing|one\s+more\s+thing"
    r"|by\s+the\s+way|auch|außerdem|ausserdem|zudem|zusätzlich|übrigens|ferner|noch\s+etwas|noch\s+eine\s+frage)\b",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"\b(?:i\s+(?:want|need|wish|demand|require)|i['’]d\s+like|(?:i|we)\s+would\s+like|please|pls"
    r"|(?:can|could|would|will)\s+(?:you|i|we)"
    r"|ich\s+(?:möchte|moechte|will|brauche|bräuchte|wünsche|hätte|würde|wollte)|bitte"
    r"|(?:möchte|will|hätte|würde|kann|könnte)\s+ich|(?:können|könnten|würden)\s+sie|(?:kannst|könntest)\s+du)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    _LEAD
    + r"(?:(?:i|we)\s+(?:want|need|wish|would|demand|require)|i['’]d\s+like|please|pls|where|what|when|how|why"
    r"|who|which|is|are|am|do|does|did|can|could|would|will|should|may|has|have|cancel|refund|return|replace"
    r"|exchange|send|resend|tell|give|change|update|track|check|help|show|stop|close|reset|let\s+me|make|add|remove"
    r"|ich\s+(?:möchte|moechte|will|brauche|bräuchte|wünsche|hätte|würde|wollte)|bitte|wo|was|wann|wie|warum|wieso"
    r"|weshalb|wer|welche[rsmn]?|wieviel|ist|sind|hat|habe|haben|kann|können|kannst|könnte[nt]?|möchte|will|brauche"
    r"|hätte|würde[nt]?|darf|soll|storniere[n]?|erstatte[nt]?|schicke[nt]?|sende[nt]?|ändere|ändern|gib|geben|sagen"
    r"|zeig|zeigen|tausche[n]?|lösche[n]?|kündige[n]?|prüfe[n]?)\b",
    re.IGNORECASE,
)
