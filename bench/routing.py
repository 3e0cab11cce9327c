"""How well the routers route: `python -m bench.routing [folder with the intents]`.

Ten examples per intent, drawn from the train part, the mean of three draws. Accuracy is over all messages in
scope, whatever their band; AUROC tells how well the confidence of the best guess parts messages in scope from
those out of scope, of which the routers are shown none. Milliseconds are of CPU, one message at a time.
The last line is JSON. Exits with 1 when a figure is below its floor.
"""

import asyncio
import csv
import json
import random
import sys
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from segue.agents.ngrams import NgramRouter
from segue.agents.routing import Examples, Routed, Router, Sure

SEEDS = (1, 2, 3)
SHOTS = 10
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "intents"
FLOORS = {
    "ngrams": {"clinc150": 0.80, "banking77": 0.72, "auroc": 0.91},
    "local": {"clinc150": 0.895, "banking77": 0.84, "auroc": 0.95},
}

Row = tuple[str, str]


def main(folder: Path = DATA) -> int:
    if not (folder / "clinc150.json").exists():
        return _skipped(f"no intents in {folder}")
    clinc, banking = _clinc(folder), _banking(folder)
    figures: dict[str, dict[str, float]] = {}
    for name, make in _routers():
        draws = [_measure(make, clinc, banking, seed) for seed in SEEDS]
        figures[name] = {key: fmean(draw[key] for draw in draws) for key in draws[0]}
    _show(figures)
    missed = [
        f"{name}: {key} is {figures[name][key]:.4f}, its floor is {floor}"
        for name in figures
        for key, floor in FLOORS[name].items()
        if figures[name][key] < floor
    ]
    for line in missed:
        print(line)
    rounded = {name: {key: round(value, 4) for key, value in row.items()} for name, row in figures.items()}
    print(json.dumps({"bench": "routing", "shots": SHOTS, "seeds": len(SEEDS), **rounded}))
    return 1 if missed else 0


@dataclass(frozen=True)
class Part:
    """An intent data set: rows of (text, intent), and texts about none of them."""

    train: list[Row]
    test: list[Row]
    out_of_scope: list[str]


def _clinc(folder: Path) -> Part:
    rows = json.loads((folder / "clinc150.json").read_text("utf-8"))
    pairs = {key: [(text, intent) for text, intent in rows[key]] for key in ("train", "test_dev")}
    return Part(pairs["train"], pairs["test_dev"], [text for text, _ in rows["oos_test_dev"]])


def _banking(folder: Path) -> Part:
    def rows(name: str) -> list[Row]:
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            return [(row["text"], row["category"]) for row in csv.DictReader(lines)]

    return Part(rows("banking77_train.csv"), rows("banking77_test_dev.csv"), [])


def _routers() -> Iterable[tuple[str, Callable[[Examples], Router]]]:
    yield "ngrams", NgramRouter
    try:
        from segue.agents.minilm import EmbeddingRouter
    except ImportError as missing:
        print(f"local is left out: {missing}")
    else:
        yield "local", EmbeddingRouter


def _measure(make: Callable[[Examples], Router], clinc: Part, banking: Part, seed: int) -> dict[str, float]:
    router, seconds = _learned(make, clinc, seed)
    begun = time.process_time()
    inside = _route(router, [text for text, _ in clinc.test])
    spent = time.process_time() - begun
    outside = _route(router, clinc.out_of_scope)
    sure = [
        right for right, routed in zip(_right(inside, clinc), inside, strict=True) if type(routed) is Sure
    ]
    banked, _ = _learned(make, banking, seed)
    return {
        "clinc150": fmean(_right(inside, clinc)),
        "banking77": fmean(_right(_route(banked, [text for text, _ in banking.test]), banking)),
        "auroc": _auroc([it.best.confidence for it in inside], [it.best.confidence for it in outside]),
        "answered": len(sure) / len(inside),
        "right_if_answered": fmean(sure),
        "answered_out_of_scope": fmean(type(routed) is Sure for routed in outside),
        "ms": 1000 * spent / len(inside),
        "learning_s": seconds,
    }


def _learned(make: Callable[[Examples], Router], part: Part, seed: int) -> tuple[Router, float]:
    texts: dict[Hashable, list[str]] = {}
    for text, intent in part.train:
        texts.setdefault(intent, []).append(text)
    draw = random.Random(seed)
    examples = {intent: draw.sample(texts[intent], SHOTS) for intent in sorted(texts, key=str)}
    begun = time.perf_counter()
    return make(examples), time.perf_counter() - begun


def _route(router: Router, texts: Sequence[str]) -> list[Routed]:
    async def each() -> list[Routed]:
        return [await router.route(text) for text in texts]

    return asyncio.run(each())


def _right(routed: Sequence[Routed], part: Part) -> list[bool]:
    return [it.best.label == intent for it, (_, intent) in zip(routed, part.test, strict=True)]


def _auroc(high: Sequence[float], low: Sequence[float]) -> float:
    """The chance that one of `high` is above one of `low`, ties counting half (Mann-Whitney)."""
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted([*high, *low])):
        places.setdefault(value, []).append(place)
    ranks = sum(fmean(places[value]) + 1 for value in high)
    return (ranks - len(high) * (len(high) + 1) / 2) / (len(high) * len(low))


def _show(figures: dict[str, dict[str, float]]) -> None:
    rows = (
        ("CLINC150, 150 intents: accuracy", "clinc150", "{:.1%}"),
        ("banking77, 77 intents: accuracy", "banking77", "{:.1%}"),
        ("CLINC150, out of scope: AUROC", "auroc", "{:.3f}"),
        ("CLINC150: answered, in scope", "answered", "{:.1%}"),
        ("  of these rightly", "right_if_answered", "{:.1%}"),
        ("CLINC150: answered, out of scope", "answered_out_of_scope", "{:.1%}"),
        ("CPU per message (ms)", "ms", "{:.2f}"),
        ("learning 1,500 examples (s)", "learning_s", "{:.1f}"),
    )
    print(
        f"{f'{SHOTS} examples per intent, mean of {len(SEEDS)} draws':<42}", *(f"{it:>10}" for it in figures)
    )
    for title, key, form in rows:
        print(f"{title:<42}", *(f"{form.format(row[key]):>10}" for row in figures.values()))
    print()


def _skipped(reason: str) -> int:
    print(f"skipped: {reason}")
    print(json.dumps({"bench": "routing", "skipped": reason}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
