"""Replies: templates over what was found and done, nothing else."""

from datetime import date

from examples.shop import outcomes as out
from examples.shop.facts import Money
from examples.shop.texts import EXCUSES, OFFERED_AFTER, SENTENCES, STATUS, TEXTS, TRACKING
from segue import Draft, Message, step

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}


@step
async def write_reply(
    message: Message,
    outcomes: list[
        out.ParcelNews
        | out.RefundPaid
        | out.AddressSet
        | out.Guidance
        | out.Resolved
        | out.DidYouMean
        | out.Welcome
        | out.Excuse
    ],
) -> Draft:
    """One paragraph for each request, in the language the customer writes."""
    return Draft("\n\n".join(paragraph(outcome, message.language) for outcome in outcomes))


@step
async def plain_reply(
    message: Message,
    outcomes: list[
        out.ParcelNews
        | out.RefundPaid
        | out.AddressSet
        | out.Guidance
        | out.Resolved
        | out.DidYouMean
        | out.Welcome
        | out.Excuse
    ],
) -> Draft:
    """The same without the help pages' own words, in case a guard objects to one."""
    safe = [one for one in outcomes if not isinstance(one, out.Guidance)] or [out.Excuse("nothing_found")]
    return Draft("\n\n".join(paragraph(outcome, message.language) for outcome in safe))


def paragraph(outcome: object, language: str) -> str:
    """What to tell about one outcome."""
    language = language if language in MONTHS else "en"

    def say(key: str, **values: object) -> str:
        return SENTENCES[key][language].format(**values)

    match outcome:
        case out.ParcelNews():
            return _parcel(outcome, language)
        case out.RefundPaid(order, amount, reference):
            return say("refund_paid", order=order, amount=_money(amount, language), reference=reference)
        case out.AddressSet(order, address):
            return say("address_set", order=order, address=address)
        case out.Guidance(_, title, text):
            return f"{title}\n{text}"
        case out.Resolved():
            found = [say("twice", order=outcome.order)] if outcome.twice else []
            found += [say("lost", order=outcome.order)] if outcome.lost else []
            paid = _money(outcome.paid_back, language)
            return " ".join([*found, say("put_right", amount=paid, reference=outcome.reference)])
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


def _day(day: date, language: str) -> str:
    dot = "." if language == "de" else ""
    return f"{day.day}{dot} {MONTHS[language].split()[day.month - 1]} {day.year}"


def _money(money: Money, language: str) -> str:
    digits = f"{money.amount:,.2f}"
    if language == "de":
        digits = digits.translate(str.maketrans(",.", ".,"))
        return f"{digits} {money.currency}"
    return f"{money.currency} {digits}"
