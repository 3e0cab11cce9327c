"""Replies: templates over what was found; what was done is said by its receipt."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from examples.shop import outcomes as out
from examples.shop.languages import language_of
from examples.shop.texts import AFTERWARDS, EXCUSES, OFFERED_AFTER, SENTENCES, STATUS, TEXTS, TRACKING
from segue import Claim, Draft, Message, step
from segue.flow import saying
from segue.guard.claims import VOCABULARIES, find_claims

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}


@step
async def write_reply(
    message: Message,
    outcomes: list[out.ParcelNews | out.Done | out.Guidance | out.DidYouMean | out.Welcome | out.Excuse],
) -> Draft:
    """One paragraph for each request, in the language the customer writes."""
    return together(outcomes, message.language)


@step
async def plain_reply(
    message: Message,
    outcomes: list[out.ParcelNews | out.Done | out.Guidance | out.DidYouMean | out.Welcome | out.Excuse],
) -> Draft:
    """The same without the help pages' own words, in case a guard objects to one."""
    safe = [one for one in outcomes if not isinstance(one, out.Guidance)] or [out.Excuse("nothing_found")]
    return together(safe, message.language)


class WrongLanguage(ValueError):
    """A draft, or what it claims, is not in the language the customer writes, in which it would be checked."""


@step
async def finish(
    draft: Draft,
    message: Message,
    outcomes: list[out.ParcelNews | out.Done | out.Guidance | out.DidYouMean | out.Welcome | out.Excuse],
) -> Draft:
    """A draft in free words, in the customer's language, with the questions whose answers we know by our own words."""
    language, words = _known(message.language), draft.text
    for claim in draft.claims:
        words = words.replace(saying.say(claim.receipt, language), " ")
    claimed = [other for other in VOCABULARIES if other != language and find_claims(words, other)]
    if claimed or language_of(words) not in ("", language):
        raise WrongLanguage(f"the customer writes {language}, and not all of this is: {words}")
    asked = [question for question in _questions(outcomes, language) if question not in draft.text]
    return replace(draft, text="\n\n".join([draft.text, *asked]))


def _questions(outcomes: Iterable[object], language: str) -> Iterator[str]:
    for outcome in outcomes:
        if isinstance(outcome, out.DidYouMean):
            yield paragraph(outcome, language)
    # At the end, where a yes is taken for an answer to it.
    if any(isinstance(outcome, out.Excuse) and outcome.because in OFFERED_AFTER for outcome in outcomes):
        yield TEXTS["offer_person"][language]


def together(outcomes: Iterable[object], language: str) -> Draft:
    """A paragraph for each outcome."""
    language = _known(language)
    segments: list[str | Claim] = []
    for outcome in outcomes:
        segments += ["\n\n"] if segments else []
        segments += (
            done(outcome, language) if isinstance(outcome, out.Done) else [paragraph(outcome, language)]
        )
    return Draft.of(*segments, language=language)


def done(outcome: out.Done, language: str) -> list[str | Claim]:
    """What was done, in the words of its receipt, and what belongs to it."""
    receipt = outcome.receipt
    before = [SENTENCES[found][language].format(order=receipt.object) for found in outcome.found]
    before += [SENTENCES["sorry"][language]] if before else []
    before += [SENTENCES["again"][language]] if outcome.again else []
    after = [AFTERWARDS[kind][language] for kind in receipt.kinds if kind in AFTERWARDS and not outcome.again]
    return [*(f"{sentence} " for sentence in before), Claim(receipt), *(f" {sentence}" for sentence in after)]


def paragraph(outcome: object, language: str) -> str:
    """What to tell about one other outcome."""

    def say(key: str, **values: object) -> str:
        return SENTENCES[key][language].format(**values)

    match outcome:
        case out.ParcelNews():
            return _parcel(outcome, language)
        case out.Guidance(_, title, text):
            return f"{title}\n{text}"
        case out.DidYouMean(first, second):
            return say("did_you_mean", first=first, second=second)
        case out.Welcome(name, thanks):
            return say("thanks" if thanks else "welcome", name=f", {name}" if name else "")
        case out.Excuse():
            return _excuse(outcome, language)
    raise TypeError(f"nothing is written about a {type(outcome).__name__}")


def _parcel(news: out.ParcelNews, language: str) -> str:
    number = news.tracking_number
    return STATUS[news.status][language].format(
        order=news.order,
        carrier=news.carrier,
        estimated=_day(news.estimated, language),
        delivered=_day(news.delivered, language) if news.delivered else "",
        place=news.place,
        tracking=TRACKING[language].format(number=number) if number else "",
    )


def _excuse(excuse: out.Excuse, language: str) -> str:
    last_day = _day(excuse.last_day, language) if excuse.last_day else ""
    said = EXCUSES[excuse.because][language].format(order=excuse.order, last_day=last_day)
    return f"{said} {TEXTS['offer_person'][language]}" if excuse.because in OFFERED_AFTER else said


def _known(language: str) -> str:
    return language if language in MONTHS else "en"


def _day(day: date, language: str) -> str:
    dot = "." if language == "de" else ""
    return f"{day.day}{dot} {MONTHS[language].split()[day.month - 1]} {day.year}"
