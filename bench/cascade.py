"""What a cascade gains: accuracy against the share of messages that are sent on to a model.

Measured: what is kept, and how much of it is right; what MiniLM makes of what n-grams are not sure of; with SEGUE_MODEL
set, what that model makes of CALLS of the messages sent on. Assumed: where a column says how often the model is right,
as often on these messages as on any, though they are the harder ones.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean

from bench.intents import HELD, Heard
from segue.agents.cascade import Trial

SURE = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
MODEL = (1.0, 0.95, 0.9)
"""How often a model may be right."""

WRONG = 0.05
"""The promise: no more than this share of what is kept is wrong, messages about something else included."""

Draws = Sequence[tuple[Heard, Heard]]


def figures(heard: Heard) -> dict[str, float]:
    """The cut picked on some messages, as it is on others."""
    cut = heard.trial.at(heard.held_trial.cut(wrong=WRONG).sure)
    return {"sure_from": cut.sure, "kept": 1 - cut.sent, "right_if_kept": 1 - cut.mistaken}


def show(heard: Mapping[str, Draws]) -> None:
    """Every table, each the mean of the draws."""
    for name, draws in heard.items():
        _curve(f"CLINC150, {name}", [clinc for clinc, _ in draws])
        _curve(f"banking77, {name}", [banking for _, banking in draws])
    if {"ngrams", "local"} <= set(heard):
        pairs = [(first[0], second[0]) for first, second in zip(heard["ngrams"], heard["local"], strict=True)]
        _two_stages("CLINC150", pairs)
        pairs = [(first[1], second[1]) for first, second in zip(heard["ngrams"], heard["local"], strict=True)]
        _two_stages("banking77", pairs)


def _curve(title: str, draws: Sequence[Heard]) -> None:
    """Accuracies are over messages in scope; strangers are those out of scope that are kept all the same."""
    assumed = "".join(f"{f'model {right:.0%}':>12}" for right in MODEL)
    strange = bool(draws[0].strangers)
    print(f"{title:<22}{'sent on':>9}{'kept: right':>13}{assumed}{'strangers kept' if strange else '':>16}")
    for sure in SURE:
        _line(f"  sure from {sure:.2f}", [(heard.trial, sure) for heard in draws])
    picked = [(heard.trial, heard.held_trial.cut(wrong=WRONG).sure) for heard in draws]
    _line(f"  picked {_range([sure for _, sure in picked])}", picked)
    mistaken = fmean(of.at(sure).mistaken for of, sure in picked)
    others = f"{HELD + len(draws[0].held_strangers)} other messages"
    print(f"  picked on {others} for at most {WRONG:.0%} wrong; wrong here: {mistaken:.1%}\n")


def _line(name: str, cuts: Sequence[tuple[Trial, float]]) -> None:
    own = [Trial(of.own).at(sure) for of, sure in cuts]
    sent = fmean(cut.sent for cut in own)
    models = "".join(f"{fmean(cut.accuracy(right) for cut in own):>12.1%}" for right in MODEL)
    strangers = cuts[0][0].strangers
    taken = fmean(of.at(sure).taken / len(strangers) for of, sure in cuts) if strangers else None
    kept = 1 - fmean(cut.mistaken for cut in own)
    print(f"{name:<22}{sent:>9.1%}{kept:>13.1%}{models}{'' if taken is None else f'{taken:.1%}':>16}")


def _two_stages(title: str, pairs: Sequence[tuple[Heard, Heard]]) -> None:
    """What n-grams are not sure of is read by MiniLM; and what that is not sure of either is sent on."""
    print(f"{title + ', n-grams, then MiniLM':<33}{'to MiniLM':>11}{'right':>9}{'CPU (ms)':>11}")
    for sure in SURE:
        cuts = [Trial(first.trial.own).at(sure) for first, _ in pairs]
        right = fmean(_right(first, second, sure) for first, second in pairs)
        sent = fmean(cut.sent for cut in cuts)
        ms = fmean(first.ms for first, _ in pairs) + sent * fmean(second.ms for _, second in pairs)
        print(f"{f'  sure from {sure:.2f}':<33}{sent:>11.1%}{right:>9.1%}{ms:>11.2f}")
    alone = [Trial(second.trial.own).at(0.0) for _, second in pairs]
    print(
        f"{'  MiniLM alone':<33}{1:>11.1%}{fmean(cut.accuracy(0) for cut in alone):>9.1%}"
        f"{fmean(second.ms for _, second in pairs):>11.2f}"
    )
    _three_stages(pairs)


def _right(first: Heard, second: Heard, sure: float) -> float:
    """The share of test messages that the two read rightly."""
    return fmean(
        (of_first if confidence >= sure else of_second)
        for (confidence, of_first), (_, of_second) in zip(first.trial.own, second.trial.own, strict=True)
    )


def _three_stages(pairs: Sequence[tuple[Heard, Heard]]) -> None:
    """Each stage's cut is picked on what the stage before sends it."""
    sent, mistaken = [], []
    for first, second in pairs:
        to_second = first.held_trial.cut(wrong=WRONG).sure
        held = _beyond(first, second, to_second, held=True)
        to_model = held.cut(wrong=WRONG).sure
        kept = first.trial.at(to_second)
        rest = _beyond(first, second, to_second, held=False).at(to_model)
        everything = kept.own + kept.strangers
        wrong = kept.wrong + kept.taken + rest.wrong + rest.taken
        left = everything - kept.right - kept.wrong - kept.taken - rest.right - rest.wrong - rest.taken
        sent.append(left / everything)
        mistaken.append(wrong / (everything - left))
    alone = [second.trial.at(second.held_trial.cut(wrong=WRONG).sure) for _, second in pairs]
    print(
        f"  both picked for at most {WRONG:.0%} wrong: {fmean(sent):.1%} of all messages, strangers too, are"
    )
    print(f"  left to a model, {fmean(mistaken):.1%} of what is kept is wrong; MiniLM alone leaves", end=" ")
    print(f"{fmean(cut.sent for cut in alone):.1%} and {fmean(cut.mistaken for cut in alone):.1%}\n")


def _beyond(first: Heard, second: Heard, sure: float, *, held: bool) -> Trial:
    """What the second says of the messages that the first is not sure of."""
    before, after = (first.held_trial, second.held_trial) if held else (first.trial, second.trial)
    return Trial(
        [of for (confidence, _), of in zip(before.own, after.own, strict=True) if confidence < sure],
        [of for confidence, of in zip(before.strangers, after.strangers, strict=True) if confidence < sure],
    )


def _range(sure: Sequence[float]) -> str:
    low, high = min(sure), max(sure)
    return f"{low:.2f}" if low == high else f"{low:.2f} to {high:.2f}"
