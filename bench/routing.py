"""How well the routers route: `python -m bench.routing [folder with the intents]`.

Ten examples per intent, drawn from the train part, the mean of three draws. Accuracy is over all messages in
scope, whatever their band; AUROC tells how well the confidence of the best guess parts messages in scope from
those out of scope, of which the routers are shown none. Milliseconds are of CPU, one message at a time.
Then what a cascade makes of it (`bench/cascade.py`), and, with SEGUE_MODEL set, a language model (`bench/asking.py`).
The last line is JSON. Exits with 1 when a figure is below its floor.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean

from bench import asking, cascade
from bench.intents import DATA, SHOTS, Heard, MakesRouter, banking77, clinc150, hear
from segue.agents.models import Models
from segue.agents.ngrams import NgramRouter
from segue.agents.routing import Sure

SEEDS = (1, 2, 3)
FLOORS = {
    "ngrams": {"clinc150": 0.80, "banking77": 0.72, "auroc": 0.91, "kept": 0.35, "right_if_kept": 0.93},
    "local": {"clinc150": 0.895, "banking77": 0.84, "auroc": 0.95, "kept": 0.60, "right_if_kept": 0.93},
}


def main(folder: Path = DATA) -> int:
    if not (folder / "clinc150.json").exists():
        return _skipped(f"no intents in {folder}")
    clinc, banking = clinc150(folder), banking77(folder)
    heard = {
        name: [(hear(make, clinc, seed), hear(make, banking, seed)) for seed in SEEDS]
        for name, make in _routers()
    }
    figures: dict[str, dict[str, float]] = {}
    for name, draws in heard.items():
        measured = [_measure(*draw) | cascade.figures(draw[0]) for draw in draws]
        figures[name] = {key: fmean(draw[key] for draw in measured) for key in measured[0]}
    _show(figures)
    cascade.show(heard)
    if (models := Models.from_env()) is not None:
        name, ((clinc_heard, _), *_) = [*heard.items()][-1]
        asking.show(name, models, clinc_heard, figures[name]["sure_from"])
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


def _routers() -> Iterable[tuple[str, MakesRouter]]:
    yield "ngrams", NgramRouter
    try:
        from segue.agents.minilm import EmbeddingRouter
    except ImportError as missing:
        print(f"local is left out: {missing}")
    else:
        yield "local", EmbeddingRouter


def _measure(clinc: Heard, banking: Heard) -> dict[str, float]:
    right = [right for _, right in clinc.trial.own]
    sure = [right for right, routed in zip(right, clinc.test, strict=True) if type(routed) is Sure]
    return {
        "clinc150": fmean(right),
        "banking77": fmean(right for _, right in banking.trial.own),
        "auroc": _auroc([confidence for confidence, _ in clinc.trial.own], clinc.trial.strangers),
        "answered": len(sure) / len(right),
        "right_if_answered": fmean(sure),
        "answered_out_of_scope": fmean(type(routed) is Sure for routed in clinc.strangers),
        "ms": clinc.ms,
        "learning_s": clinc.learning_s,
    }


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
