"""What a router will do on this desk, and where its bands should lie: told from the desk's own examples."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from segue.agents.routing import Bands, Examples, Guess, OutOfScope, Routed, Router, Sure, Unsure, label_name


class MakesRouter(Protocol):
    """What makes a router of examples: `NgramRouter`, `EmbeddingRouter`, or a function of yours."""

    def __call__(self, examples: Examples, *, bands: Bands, out_of_scope: Sequence[str]) -> Router: ...


@dataclass(frozen=True, slots=True)
class Shares:
    """What happens to `count` messages, as shares from 0 to 1.

    `right` is a share of those answered, `offered` of those asked: one of the two labels offered is right.
    """

    count: int
    answered: float
    right: float
    asked: float
    offered: float
    handed_over: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """`times` of the `of` examples of a label were taken for another one; `text` is one of them."""

    label: Hashable
    taken_for: Hashable
    times: int
    of: int
    text: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """The bands, and what to expect of them; `print` shows it as a short table.

    `own` are the desk's examples, each routed by a router that had not seen it. `strangers` are about
    something else: the out-of-scope examples, or where none are given, examples routed by a router that did
    not know their label, which are harder than most of what comes in. Bands are judged on messages that did
    not choose them. A router that learns all the examples will do a little better.
    """

    bands: Bands
    own: Shares
    strangers: Shares
    confusions: tuple[Confusion, ...]

    def __str__(self) -> str:
        return "\n".join(_table(self))


async def calibrate(
    make: MakesRouter,
    examples: Examples,
    *,
    out_of_scope: Sequence[str] = (),
    right: float = 0.95,
    lost: float = 0.05,
    strange: float = 0.1,
    folds: int = 10,
) -> Calibration:
    """The widest bands that keep these promises, by cross-validation on the desk's own examples.

    Of the messages answered, the share `right` is answered rightly, if the share `strange` of all messages
    is about something else. Of the desk's own messages, no more than the share `lost` is handed over although
    one of the two best guesses was right. Where no confidence keeps the first promise, nothing is answered.
    Makes a router for each of `folds` parts, and up to five more.
    ValueError when a label has fewer than two examples.
    """
    if folds < 2:
        raise ValueError(f"cross-validation needs two folds or more, not {folds}")
    for label, texts in examples.items():
        if len(set(texts)) < 2:
            raise ValueError(
                f"calibrating needs two examples of each label or more, {label_name(label)} has one"
            )
    readings = await _read(make, examples, out_of_scope, folds)
    promises = _Promises(right, lost, strange)
    own: list[_Verdict] = []
    strangers: list[_Verdict] = []
    for fold in sorted({reading.row.fold for reading in readings}):
        bands = promises.bands([reading for reading in readings if reading.row.fold != fold])
        for reading in readings:
            if reading.row.fold == fold:
                verdict = bands.judge(reading.best, reading.second)
                (own if reading.own else strangers).append((reading, verdict))
    return Calibration(promises.bands(readings), _shares(own), _shares(strangers), _confusions(readings))


STRANGER = object()
"""Stands where a label would, on messages about something else."""

ASK = Bands(sure=1, out=0)
"""Bands that show the two best guesses."""


@dataclass(frozen=True, slots=True)
class _Reading:
    row: "_Row"
    best: Guess
    second: Guess

    @property
    def own(self) -> bool:
        return self.row.label is not STRANGER

    @property
    def right(self) -> bool:
        return self.best.label == self.row.label

    @property
    def offered(self) -> bool:
        return self.row.label in (self.best.label, self.second.label)


async def _read(
    make: MakesRouter, examples: Examples, out_of_scope: Sequence[str], folds: int
) -> list[_Reading]:
    rows = [*_dealt(examples, folds), *_dealt({STRANGER: out_of_scope}, folds)]
    readings = []
    for fold in sorted({row.fold for row in rows}):
        asked = [row for row in rows if row.fold == fold]
        readings += await _route(make, [row for row in rows if row.fold != fold], asked)
    if not out_of_scope and len(examples) > 2:
        labels = list(examples)
        parts = 3 if len(labels) == 3 else min(5, len(labels) // 2)
        for hidden in (set(labels[part::parts]) for part in range(parts)):
            strange = [_Row(row.text, STRANGER, row.fold) for row in rows if row.label in hidden]
            readings += await _route(make, [row for row in rows if row.label not in hidden], strange)
    return readings


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    label: Hashable
    fold: int


def _dealt(examples: Examples, folds: int) -> list[_Row]:
    """Every label's examples, dealt out to the folds in turn."""
    return [
        _Row(text, label, at % folds)
        for label, texts in examples.items()
        for at, text in enumerate(dict.fromkeys(texts))
    ]


async def _route(make: MakesRouter, known: Sequence[_Row], asked: Sequence[_Row]) -> list[_Reading]:
    examples: dict[Hashable, list[str]] = {}
    for row in known:
        examples.setdefault(row.label, []).append(row.text)
    out_of_scope = examples.pop(STRANGER, [])
    router = make(examples, bands=ASK, out_of_scope=out_of_scope)
    readings = []
    for row in asked:
        match await router.route(row.text):
            case Unsure(best, second):
                readings.append(_Reading(row, best, second))
            case Sure(best) | OutOfScope(best):
                readings.append(_Reading(row, best, Guess(best.label, 0.0)))
    return readings


_Verdict: TypeAlias = tuple[_Reading, Routed]


@dataclass(frozen=True, slots=True)
class _Promises:
    right: float
    lost: float
    strange: float

    def bands(self, readings: Sequence[_Reading]) -> Bands:
        own = [reading for reading in readings if reading.own]
        strangers = [reading for reading in readings if not reading.own]
        stranger = self.strange / (1 - self.strange) * len(own) / len(strangers) if strangers else 0.0
        sure = next((sure for sure in _steps(0.5, 1.0) if self._kept(sure, own, strangers, stranger)), 1.0)
        useful = [reading.best.confidence + reading.second.confidence for reading in own if reading.offered]
        outs = [
            out for out in _steps(0.0, sure) if sum(chance < out for chance in useful) <= self.lost * len(own)
        ]
        return Bands(sure, outs[-1])

    def _kept(
        self, sure: float, own: Sequence[_Reading], strangers: Sequence[_Reading], stranger: float
    ) -> bool:
        answered = [reading.right for reading in own if reading.best.confidence >= sure]
        wrong = stranger * sum(reading.best.confidence >= sure for reading in strangers)
        return bool(answered) and sum(answered) >= self.right * (len(answered) + wrong)


def _steps(start: float, end: float) -> list[float]:
    """Hundredths from start to end, both included."""
    return [at / 100 for at in range(round(start * 100), round(end * 100) + 1)]


def _shares(verdicts: Sequence[_Verdict]) -> Shares:
    answered = [reading.right for reading, verdict in verdicts if isinstance(verdict, Sure)]
    asked = [reading.offered for reading, verdict in verdicts if isinstance(verdict, Unsure)]
    count = len(verdicts)
    handed_over = count - len(answered) - len(asked)
    return Shares(
        count,
        _share(len(answered), count),
        _share(sum(answered), len(answered)),
        _share(len(asked), count),
        _share(sum(asked), len(asked)),
        _share(handed_over, count),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _confusions(readings: Sequence[_Reading]) -> tuple[Confusion, ...]:
    """Those that hit one example in ten of a label, the worst ten first."""
    own = [reading for reading in readings if reading.own]
    counts = Counter(reading.row.label for reading in own)
    wrong: dict[tuple[Hashable, Hashable], list[str]] = {}
    for reading in own:
        if not reading.right:
            wrong.setdefault((reading.row.label, reading.best.label), []).append(reading.row.text)
    found = [
        Confusion(label, taken_for, len(texts), counts[label], texts[0])
        for (label, taken_for), texts in wrong.items()
        if len(texts) >= counts[label] / 10
    ]
    found.sort(key=lambda confusion: -confusion.times / confusion.of)
    return tuple(found[:10])


def _table(calibration: Calibration) -> Iterable[str]:
    bands, own, strangers = calibration.bands, calibration.own, calibration.strangers
    rows = [
        ("answered", own.answered, strangers.answered),
        ("  of these rightly", own.right, None),
        ('asked "did you mean"', own.asked, strangers.asked),
        ("  of these with the right one", own.offered, None),
        ("handed over", own.handed_over, strangers.handed_over),
    ]
    yield f"Act from {bands.sure:.2f} on, hand over below {bands.out:.2f}, ask in between."
    yield ""
    yield f"{'expected of messages':<30}{'of the desk':>13}{'about something else':>23}"
    for name, share, strange in rows:
        second = "" if strange is None or not strangers.count else f"{strange:.0%}"
        yield f"{name:<30}{share:>13.0%}{second:>23}".rstrip()
    yield f"{'measured on':<30}{own.count:>13}{strangers.count:>23}"
    if bands.sure == 1:
        yield ""
        yield "Nothing is sure enough to be answered: give more examples, or promise less."
    if calibration.confusions:
        yield ""
        yield "Taken for something else:"
        for confusion in calibration.confusions:
            pair = f"{label_name(confusion.label)} for {label_name(confusion.taken_for)}"
            yield f'  {pair}, {confusion.times} of {confusion.of}: "{_short(confusion.text)}"'


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
