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
    if cut.strip():
        start, end = start + len(cut) - len(cut.lstrip()), end - len(cut) + len(cut.rstrip())
    text = message[start:end]
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
    begin = last = 0
    for match in _BOUNDARY.finditer(text):
        asked = asked or _asks(text[begin : match.start()], match["stop"] or "")
        begin = match.end() if match["stop"] or match["pause"] else match.start()
        rest = text[begin : begin + CLAUSE]
        if match["stop"]:
            end = _BOUNDARY.search(rest, 1)
            clause = (rest[: end.start()], end["stop"] or "") if end else (rest, "")
            may = bool(_ON_TOP.match(rest)) or (asked and (_asks(*clause) or bool(_JOINED.match(rest))))
        elif match["top"]:
            may = bool(_JOINED.match(rest)) or text[:begin].rstrip().endswith(",") or _opens(rest)
        else:
            may = asked and _opens(rest)
        if may and not _NOTHING.fullmatch(text, last, begin):
            yield begin
            last = begin


CLAUSE = 400
"""Characters of a clause that tell whether it asks for something."""


def _asks(clause: str, stop: str) -> bool:
    return any(mark in stop for mark in "?？؟") or _opens(clause) or bool(_WISH.search(clause))


def _opens(clause: str) -> bool:
    """Begins as a question, a wish or an instruction does."""
    return bool(_OPENING.match(clause))


def _phrases(*lines: str) -> list[str]:
    """Phrases parted by /, longest first."""
    return sorted((phrase for line in lines for phrase in line.split("/")), key=len, reverse=True)


def _any(*lines: str) -> str:
    """A pattern of phrases parted by /; a blank in them stands for any white space."""
    return "|".join(_phrases(*lines)).replace(" ", r"\s+")


_TOPS = _any(
    "i also/we also/ich (?:möchte|will|brauche|hätte) (?:auch|außerdem|noch)",
    "also/plus/additionally/besides/furthermore/another thing/one more thing/by the way",
    "auch/außerdem/ausserdem/zudem/zusätzlich/übrigens/ferner/noch etwas/noch eine frage/dann noch",
)
_LEADS = f"{_TOPS}|and|und|but|aber|oh|so|then|dann|hi|hello|hallo|please|bitte"
_WISHES = _any(
    "(?:i|we) (?:(?:also|just|only|really|still) )?(?:want|need|wish|demand)",
    "(?:i|we)(?:['’]?d| would) (?:also )?like/please/pls/bitte",
    "ich möchte/ich moechte/ich will/ich wollte/ich brauche/ich bräuchte/ich wünsche/ich hätte/ich würde",
    "wir möchten/wir wollen/wir brauchen/wir hätten",
)
_ASKING = _any(
    "(?:can|could|would|will) (?:you|i|we)",
    "(?:how|when|where|what|why) (?:is|are|do|does|did|can|long|much|many)",
    "(?:möchte|will|hätte|würde|kann|könnte|brauche) ich",
    "(?:können|könnten|würden) sie/(?:kannst|könntest) du",
    "(?:wo|wann|wie|warum|wieso) (?:ist|sind|kann|bekomme|kommt|bleibt|finde|lange|viel)",
)
_STARTS = _any(
    "where/what/when/how/why/who/which/is/are/am/do/does/did/can/could/would/will/should/may/has/have",
    "let me/if i/cancel/refund/return/replace/exchange/send/resend/tell/give/change/update/track/check/help",
    "show/stop/close/reset/make/add/remove/report/explain/find",
    "wo/was/wann/wie/warum/wieso/weshalb/wer/welche[rsmn]?/wieviel/ist/sind/hat/habe/haben/kann/können/kannst",
    "könnte[nt]?/möchte/will/brauche/hätte/würde[nt]?/darf/soll/storniere[n]?/erstatte[nt]?/schicke[nt]?",
    "sende[nt]?/ändere/ändern/gib/geben/sagen/zeig/zeigen/tausche[n]?/lösche[n]?/kündige[n]?/prüfe[n]?",
)
_SHORTENED = _phrases(
    "nr/no/dr/mr/mrs/ms/prof/st/str/tel/ca/vs/art/approx/incl/e.g/i.e",
    "bzw/inkl/evtl/usw/etc/z.b/d.h/u.a",
)
_FULL_STOP = "".join(rf"(?<!\b{re.escape(word)})" for word in _SHORTENED) + r"(?<!\s\d)(?<!\s\d\d)[.…]+"
_STOP = "".join(rf"(?<!\b{re.escape(word)})" for word in _SHORTENED) + r"(?<!\s\d)(?<!\s\d\d)[.…]+"
_STOP = rf"(?:[?!？！。؟;]+[\"'”»)\]]*\s*|{_FULL_STOP}[\"'”»)\]]*\s+|\n\s*)"
_BOUNDARY = re.compile(
    rf"(?P<stop>{_STOP})|(?P<pause>,(?=\s))"
    rf"|(?<=[\s,])(?:(?P<top>(?:(?:and|und)\s+)?(?:{_TOPS}))|(?P<joint>and|und))\b",
    re.IGNORECASE,
)
_ON_TOP = re.compile(rf"\W{{0,9}}(?:(?:and|und|oh)\b\W{{0,9}})?(?:{_TOPS})\b", re.IGNORECASE)
_NOTHING = re.compile(rf"(?:\W|\b(?:{_LEADS})\b){{0,30}}", re.IGNORECASE)
_JOINED = re.compile(r"\W{0,9}(?:and|und)\b", re.IGNORECASE)
_WISH = re.compile(rf"\b(?:{_WISHES}|{_ASKING})\b", re.IGNORECASE)
_OPENING = re.compile(
    rf"\W{{0,9}}(?:(?:{_LEADS})\b\W{{0,9}}){{0,3}}"
    rf"(?:{_WISHES}|{_STARTS})\b",
    re.IGNORECASE,
)
