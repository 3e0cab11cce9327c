"""A router learned from a desk's own examples: likenesses in, calibrated guesses out."""

import itertools
from collections.abc import Hashable, Sequence
from typing import Protocol

from segue.agents.arrays import Floats, Ints, np
from segue.agents.ridge import NOTHING, Ridge
from segue.agents.routing import USUAL_BANDS, Bands, Examples, Guess, Routed, Router, label_name

LONGEST = 4_000
"""Characters of a message that are read; the rest rarely says what it is about."""

MOST = 4_000
"""Examples that are learned; of more, an even choice per label. That takes about 1 GB for a minute."""


class Alike(Protocol):
    """How alike texts are to the examples learned, from 0 (nothing in common) to 1 (the same)."""

    def __call__(self, text: str) -> Floats:
        """Likeness (n,) of a text to each example."""

    def among(self) -> Floats:
        """Likeness (n, n) of the examples to each other."""


class Likeness(Protocol):
    """A way to compare texts: n-grams, embeddings or your own; it must be a positive semi-definite kernel."""

    def learn(self, examples: Sequence[str]) -> Alike: ...


class LearnedRouter(Router):
    """Routes by likeness to examples, from three labels with five examples each.

    Several likenesses are mixed in the shares that explain the desk's own examples best, so that a desk whose
    language an embedding does not know falls back on n-grams. A confidence is the chance that the message is
    about any label at all times the chance that it is about this one; both are learned from what the model
    would have said of each example had it not seen it, or not seen its label. `out_of_scope`, messages that
    are about none of the labels, sharpen the first.
    """

    def __init__(
        self,
        examples: Examples,
        likenesses: Sequence[Likeness],
        *,
        bands: Bands = USUAL_BANDS,
        out_of_scope: Sequence[str] = (),
    ) -> None:
        labels, texts, numbers = _rows(examples, out_of_scope)
        self.examples, self.out_of_scope, self.bands = examples, tuple(out_of_scope), bands
        self._labels = labels
        self._alikes = [likeness.learn(texts) for likeness in likenesses]
        amongs = [alike.among() for alike in self._alikes]
        fits = (_Fit(amongs, shares, numbers) for shares in _mixes(len(likenesses)))
        self._fit = min(fits, key=lambda fit: fit.surprise)
        self._scope = _Scope(self._fit.ridge, numbers)

    async def route(self, text: str) -> Routed:
        best, second, *_ = self.rank(text)
        return self.bands.judge(best, second)

    def rank(self, text: str) -> list[Guess]:
        """Every label, the most likely first. Only the first 4,000 characters are read."""
        text = text[:LONGEST]
        if not any(sign.isprintable() and not sign.isspace() for sign in text):
            return [Guess(label, 0.0) for label in self._labels]
        parts = [alike(text) for alike in self._alikes]
        scores = self._fit.ridge.scores(_mixed(parts, self._fit.shares))
        chances = self._scope.chance(scores) * _softmax(scores * self._fit.sharpness)
        order = np.argsort(-chances, kind="stable")
        return [Guess(self._labels[at], float(chances[at])) for at in order]


class _Fit:
    """One mix of likenesses, its ridge, how sharply it reads scores, and how far unseen ones surprise it."""

    def __init__(self, amongs: Sequence[Floats], shares: Sequence[float], numbers: Ints) -> None:
        self.shares = shares
        self.ridge = Ridge(_mixed(amongs, shares), numbers)
        known = numbers != NOTHING
        scores, right = self.ridge.unseen()[known], numbers[known]
        costs = [
            _surprise(scores * sharp, right) + _unusual(sharp, SHARP) / len(right) for sharp in SHARPNESS
        ]
        best = int(np.argmin(costs))
        self.sharpness = float(SHARPNESS[best])
        self.surprise = costs[best]


class _Scope:
    """The chance that a message is about any label: logistic in its two highest scores.

    The desk's examples, each unseen, are in scope; examples whose label is unseen are not. As those are only
    like strangers, and harder to tell than most, they speak with the weight of few, and what held for other
    desks is a prior. Real out-of-scope examples take over their share as they grow in number.
    """

    def __init__(self, ridge: Ridge, numbers: Ints) -> None:
        unseen = _evidence(ridge.unseen())
        known, given = unseen[numbers != NOTHING], unseen[numbers == NOTHING]
        weight = min(len(known), HEARD)
        trust = len(given) / (len(given) + 10)
        cost = _unusual(STEEPNESS, STEEP) + ((MIDDLES - MIDDLE[0]) / MIDDLE[1]) ** 2 / 2
        for evidence, sign, share in (
            (known, -1, 1 - STRANGE),
            (_evidence(ridge.strangers()), 1, STRANGE * (1 - trust)),
            (given, 1, STRANGE * trust),
        ):
            if share:
                odds = STEEPNESS[..., None] * (evidence - MIDDLES[..., None])
                cost = cost + weight * share * np.logaddexp(0, sign * odds).mean(-1)
        steepness, middle = np.unravel_index(np.argmin(cost), cost.shape)
        self.steepness = float(STEEPNESS[steepness, 0])
        self.middle = float(MIDDLES[0, middle])

    def chance(self, scores: Floats) -> float:
        odds = self.steepness * (float(_evidence(scores[None])[0]) - self.middle)
        return float(1 / (1 + np.exp(-odds)))


# What is tried, and as (usual, spread) what desks of 3 to 150 labels with 5 to 30 examples each, made from
# the train and val parts of CLINC150 and banking77, had in common.
SHARPNESS = np.geomspace(5, 80, 33)
SHARP = (30.0, 0.4)
STEEPNESS = np.geomspace(5, 60, 26)[:, None]
STEEP = (20.0, 0.35)
MIDDLES = np.linspace(0, 0.8, 65)[None, :]
MIDDLE = (0.17, 0.07)

HEARD = 20
"""Examples beyond these add no weight against what is usual."""

STRANGE = 0.2
"""The share of messages that are about no label, as confidence assumes it."""


def _rows(examples: Examples, out_of_scope: Sequence[str]) -> tuple[list[Hashable], list[str], Ints]:
    """Labels, texts and the label number of each text; polite about what cannot be learned from."""
    if len(examples) < 2:
        raise ValueError(f"a router needs examples of two labels or more, not of {len(examples)}")
    labels = list(examples)
    groups = [list(dict.fromkeys(examples[label])) for label in labels] + [list(dict.fromkeys(out_of_scope))]
    for label, group in zip(labels, groups, strict=False):
        if not group:
            raise ValueError(f"{label_name(label)} has no examples")
    for label, group in zip([*labels, "out_of_scope"], groups, strict=True):
        if any(not text.strip() for text in group):
            raise ValueError(f"{label_name(label)} has an empty example")
    groups = _even(groups)
    texts = list(itertools.chain.from_iterable(groups))
    numbers = np.repeat([*range(len(labels)), NOTHING], [len(group) for group in groups])
    return labels, texts, numbers


def _even(groups: list[list[str]]) -> list[list[str]]:
    """At most MOST texts, by cutting the largest groups to one size, evenly over each group."""
    size = max(map(len, groups))
    while size > 1 and sum(min(len(group), size) for group in groups) > MOST:
        size = size * 9 // 10
    return [
        group if len(group) <= size else [group[at * len(group) // size] for at in range(size)]
        for group in groups
    ]


def _mixes(count: int) -> list[tuple[float, ...]]:
    """Shares that add to 1, in quarters."""
    quarters = itertools.product(range(5), repeat=count)
    return [tuple(part / 4 for part in parts) for parts in quarters if sum(parts) == 4]


def _mixed(parts: Sequence[Floats], shares: Sequence[float]) -> Floats:
    mixed = np.zeros_like(parts[0])
    for share, part in zip(shares, parts, strict=True):
        mixed += share * part
    return mixed


def _evidence(scores: Floats) -> Floats:
    """What speaks for any label, (m,) from scores (m, labels): the best score, and half the second."""
    top = np.partition(scores, -2, axis=-1)[:, -2:]
    second = np.where(np.isfinite(top[:, 0]), top[:, 0], 0.0)
    evidence: Floats = top[:, 1] + second / 2
    return evidence


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max())
    chances: Floats = powers / powers.sum()
    return chances


def _surprise(scores: Floats, right: Ints) -> float:
    """Mean negative log chance of the right labels (m,) under scores (m, labels)."""
    top = scores.max(1)
    total = top + np.log(np.exp(scores - top[:, None]).sum(1))
    return float((total - scores[np.arange(len(right)), right]).mean())


def _unusual(value: Floats, usual: tuple[float, float]) -> Floats:
    """Negative log of a log-normal prior."""
    cost: Floats = (np.log(value / usual[0]) / usual[1]) ** 2 / 2
    return cost
