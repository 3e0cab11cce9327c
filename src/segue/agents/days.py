"""Days in a text, in English and German, absolute and relative."""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta


def read_days(text: str, today: date, month_first: bool) -> list[tuple[date, int, int]]:
    """Every day that a part `text[start:end]` means, as (day, start, end) in the order of the text.

    Of readings that overlap, the one that begins first stands, of those the longest. Days that do not exist
    are left out.
    """
    readings = [
        (day, *match.span())
        for pattern, read in _DATES
        for match in pattern.finditer(text)
        for day in [read(match, today, month_first)]
        if day
    ]
    found: list[tuple[date, int, int]] = []
    for reading in sorted(readings, key=lambda reading: (reading[1], -reading[2])):
        if not found or reading[1] >= found[-1][2]:
            found.append(reading)
    return found


_DAYS = {
    word: at
    for at, words in enumerate(
        (
            "monday montag", "tuesday dienstag", "wednesday mittwoch", "thursday donnerstag",
            "friday freitag", "saturday samstag sonnabend", "sunday sonntag",
        )
    )
    for word in words.split()
}  # fmt: skip
_MONTHS = {
    word: at
    for at, words in enumerate(
        (
            "january januar jänner jan", "february februar feber feb", "march märz maerz mar mär mrz",
            "april apr", "may mai", "june juni jun", "july juli jul", "august aug",
            "september sept sep", "october oktober oct okt", "november nov", "december dezember dec dez",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_COUNTS = {
    word: at
    for at, words in enumerate(
        (
            "a an one ein eine einen einem einer", "two couple zwei", "three drei", "four vier", "five fünf",
            "six sechs", "seven sieben", "eight acht", "nine neun", "ten zehn",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_NEAR = {
    "the day before yesterday": -2, "day before yesterday": -2, "vorgestern": -2,
    "yesterday": -1, "gestern": -1,
    "today": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "the day after tomorrow": 2,
    "day after tomorrow": 2, "übermorgen": 2, "uebermorgen": 2,
}  # fmt: skip


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _dated(match: re.Match[str], today: date, month: int) -> date | None:
    """The day of the match in a month, in its year or the nearest."""
    day, year = int(match["day"]), match["year"]
    if year:
        return _make(int(year) + (2000 if len(year) == 2 else 0), month, day)
    years = (today.year, today.year - 1, today.year + 1)
    days = [made for made in (_make(year, month, day) for year in years) if made]
    return min(days, key=lambda made: abs(made - today), default=None)


def _numeric(match: re.Match[str], today: date, month_first: bool) -> date | None:
    return _dated(match, today, int(match["month"]))


def _slashed(match: re.Match[str], today: date, month_first: bool) -> date | None:
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    readings = [_make(year, int(match["b"]), int(match["a"])), _make(year, int(match["a"]), int(match["b"]))]
    return next(filter(None, reversed(readings) if month_first else readings), None)


def _worded(match: re.Match[str], today: date, month_first: bool) -> date | None:
    return _dated(match, today, _MONTHS[match["month"].casefold()])


def _near(match: re.Match[str], today: date, month_first: bool) -> date | None:
    return _moved(today, _NEAR[" ".join(match[0].casefold().split())])


def _weekday(match: re.Match[str], today: date, month_first: bool) -> date | None:
    weekday = _DAYS[match["weekday"].casefold()]
    if match["last"]:
        return _moved(today, -((today.weekday() - weekday - 1) % 7 + 1))
    return _moved(today, (weekday - today.weekday() - 1) % 7 + 1)


def _counted(match: re.Match[str], today: date, month_first: bool) -> date | None:
    number = match["count"].casefold()
    count = _COUNTS.get(number) or int(number)
    count = count if match["ahead"] else -count
    unit = match["unit"].casefold()
    if unit[0] == "m":
        month = today.year * 12 + today.month - 1 + count
        latest = (_make(month // 12, month % 12 + 1, day) for day in range(today.day, today.day - 4, -1))
        return next(filter(None, latest), None)
    return _moved(today, count * (7 if unit[0] == "w" else 1))


def _moved(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days)
    except OverflowError:
        return None


_BEFORE = ("am", "ab", "vom", "bis", "zum", "den", "dem", "der", "seit")
_AFTER = "|".join(rf"(?<=\b{word}\s)" for word in _BEFORE)
_MAY_BE = r"(?!may\s(?:also|be|come|get|go|have|need|not|still|take)\b)"
_YEAR = r"(?P<year>(?:19|20)\d\d|\d\d)"
_COUNT = rf"(?P<count>\d{{1,3}}|{_any(_COUNTS)})(?:\s+of)?"
_Read = Callable[[re.Match[str], date, bool], date | None]
_DATES: list[tuple[re.Pattern[str], _Read]] = [
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"(?<![\w.,/-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d?)-(?P<day>\d\d?)(?![\d-])", _numeric),
        (rf"(?<![\w.,/-])(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.\s?{_YEAR}(?!\w|[.,]\d)", _numeric),
        (
            rf"(?:{_AFTER})(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.(?P<year>)(?!\w)",
            _numeric,
        ),
        (rf"(?<![\w.,/-])(?P<a>\d\d?)([/-])(?P<b>\d\d?)\2{_YEAR}(?![\w/-])", _slashed),
        (
            rf"(?<![\w.,])(?P<day>\d\d?)(?:st|nd|rd|th|\.)?\s?(?:of\s)?{_MAY_BE}(?P<month>{_any(_MONTHS)})\b\.?"
            r"(?:,?\s(?P<year>(?:19|20)\d\d)\b)?",
            _worded,
        ),
        (
            rf"\b(?P<month>{_any(_MONTHS)})\.?\s(?P<day>\d\d?)(?:st|nd|rd|th)?\b(?![.:]\d)"
            r"(?:,?\s(?P<year>(?:19|20)\d\d)\b)?",
            _worded,
        ),
        (rf"(?<!\w)(?<!guten )(?<!heute )(?<!gestern )(?<!jeden )(?<!am )(?:{_any(_NEAR)})(?!\w)", _near),
        (
            r"\b(?:(?P<last>last|past|letzte[nrm]?|vergangene[nrm]?|vorige[nrm]?)"
            rf"|next|nächste[nrm]?|kommende[nrm]?)\s(?P<weekday>{_any(_DAYS)})\b",
            _weekday,
        ),
        (rf"\b{_COUNT}\s(?P<unit>day|week|month)s?\s(?P<ahead>)ago\b", _counted),
        (rf"\bvor\s{_COUNT}\s(?P<ahead>)(?P<unit>tag|woche|monat)(?:en|n|e)?\b", _counted),
        (rf"\b(?P<ahead>in)\s{_COUNT}\s(?P<unit>day|week|month|tag|woche|monat)(?:s|en|n|e)?\b", _counted),
    )
]
