"""Public intent sets, and what routers that learned ten examples of each intent say of the rest."""

import asyncio
import csv
import json
import random
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

from segue.agents.cascade import Trial
from segue.agents.routing import Examples, Routed, Router

SHOTS = 10
HELD = 500
"""Messages of the desk that a cut is picked on, others for each draw; CLINC150 has 100 strangers for it besides."""

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "intents"

Row = tuple[str, str]
MakesRouter = Callable[[Examples], Router]


@dataclass(frozen=True)
class Part:
    """An intent data set: rows of (text, intent), and texts about none of them; what is held is for picking cuts."""

    train: list[Row]
    held: list[Row]
    test: list[Row]
    held_strangers: list[str]
    strangers: list[str]


@dataclass(frozen=True)
class Heard:
    """What one router answered, in the order of the rows; milliseconds are of CPU, one message at a time."""

    part: Part
    held_rows: list[Row]
    held: list[Routed]
    test: list[Routed]
    held_strangers: list[Routed]
    strangers: list[Routed]
    learning_s: float
    ms: float

    @property
    def trial(self) -> Trial:
        """The test messages."""
        return trial(self.test, self.part.test, self.strangers)

    @property
    def held_trial(self) -> Trial:
        """The messages a cut is picked on."""
        return trial(self.held, self.held_rows, self.held_strangers)


def hear(make: MakesRouter, part: Part, seed: int) -> Heard:
    """Let a router learn a draw of examples, and ask it all the rest."""
    texts: dict[Hashable, list[str]] = {}
    for text, intent in part.train:
        texts.setdefault(intent, []).append(text)
    draw = random.Random(seed)
    examples = {intent: draw.sample(texts[intent], SHOTS) for intent in sorted(texts, key=str)}
    begun = time.perf_counter()
    router = make(examples)
    learning = time.perf_counter() - begun
    held_rows = random.Random(seed).sample(part.held, HELD)
    held = _routed(router, [text for text, _ in held_rows])
    begun = time.process_time()
    test = _routed(router, [text for text, _ in part.test])
    ms = 1000 * (time.process_time() - begun) / len(test)
    strangers = _routed(router, part.held_strangers), _routed(router, part.strangers)
    return Heard(part, held_rows, held, test, *strangers, learning, ms)


def trial(routed: Sequence[Routed], rows: Sequence[Row], strangers: Sequence[Routed]) -> Trial:
    """What a cut is picked on, or measured on."""
    own = [
        (it.best.confidence, it.best.label == intent) for it, (_, intent) in zip(routed, rows, strict=True)
    ]
    return Trial(own, [it.best.confidence for it in strangers])


def _routed(router: Router, texts: Sequence[str]) -> list[Routed]:
    async def each() -> list[Routed]:
        return [await router.route(text) for text in texts]

    return asyncio.run(each())


def clinc150(folder: Path) -> Part:
    rows = json.loads((folder / "clinc150.json").read_text("utf-8"))
    pairs = {key: [(text, intent) for text, intent in rows[key]] for key in ("train", "val", "test_dev")}
    strangers = {key: [text for text, _ in rows[key]] for key in ("oos_val", "oos_test_dev")}
    return Part(
        pairs["train"], pairs["val"], pairs["test_dev"], strangers["oos_val"], strangers["oos_test_dev"]
    )


def banking77(folder: Path) -> Part:
    def rows(name: str) -> list[Row]:
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            return [(row["text"], row["category"]) for row in csv.DictReader(lines)]

    train = rows("banking77_train.csv")
    random.Random(0).shuffle(train)
    return Part(train[2_000:], train[:2_000], rows("banking77_test_dev.csv"), [], [])
