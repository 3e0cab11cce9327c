"""From which confidence a router's own answer is kept, and below which it is sent on: told from labelled messages."""

from collections.abc import Sequence
from dataclasses import dataclass

from segue.agents.routing import Examples, Router


@dataclass(frozen=True, slots=True)
class Cut:
    """What becomes of a trial's messages where guesses are kept from the confidence `sure` on; counts.

    `right` and `wrong` are messages of the desk that are kept, out of `own`; `taken` are strangers that are kept
    although they are about no label, out of `strangers`.
    """

    sure: float
    own: int
    right: int
    wrong: int
    strangers: int
    taken: int

    @property
    def sent(self) -> float:
        """The share of all messages that is sent on."""
        return 1 - (self.right + self.wrong + self.taken) / (self.own + self.strangers)

    @property
    def mistaken(self) -> float:
        """The share of the kept ones that is wrong; 0 where none is kept."""
        kept = self.right + self.wrong + self.taken
        return (self.wrong + self.taken) / kept if kept else 0.0

    def accuracy(self, model: float) -> float:
        """The share of all messages that is read rightly, if whoever they are sent on to is right so often."""
        return self.right / (self.own + self.strangers) + self.sent * model

    def __str__(self) -> str:
        return f"from {self.sure:.2f} on {1 - self.sent:.0%} kept, {self.mistaken:.1%} of these wrong"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a router said of messages it had not learned from.

    `own` are the desk's: how sure the best guess was, and whether it was right. `strangers` are about no label: how
    sure it was all the same.
    """

    own: Sequence[tuple[float, bool]]
    strangers: Sequence[float] = ()

    def at(self, sure: float) -> Cut:
        """What becomes of these messages where guesses are kept from this confidence on."""
        kept = [right for confidence, right in self.own if confidence >= sure]
        taken = sum(confidence >= sure for confidence in self.strangers)
        right = sum(kept)
        return Cut(sure, len(self.own), right, len(kept) - right, len(self.strangers), taken)

    def cut(self, *, wrong: float = 0.05) -> Cut:
        """The lowest confidence, in hundredths, at which no more than the share `wrong` of what is kept is wrong.

        One more mistake is counted than was made: a share met exactly on these messages would be exceeded on most
        others, the more so the fewer there are. Where nothing keeps the promise `sure` is 1, and all is sent on.
        """
        if not 0 < wrong < 1:
            raise ValueError(f"the share that may be wrong lies between 0 and 1, not at {wrong}")
        cuts = (self.at(hundredth / 100) for hundredth in range(100))
        return next((cut for cut in cuts if _keeps(cut, wrong)), self.at(1.0))


async def try_out(router: Router, messages: Examples, *, out_of_scope: Sequence[str] = ()) -> Trial:
    """Route labelled messages that the router has not learned from, in the proportion in which they come in.

    ValueError when there are none, or the router has learned one of them: of that it is always sure.
    """
    learned = _learned(router)
    for text in [*(text for texts in messages.values() for text in texts), *out_of_scope]:
        if text in learned:
            raise ValueError(f"the router has learned {text!r}; try it out on messages it has not seen")
    own = [(label, (await router.route(text)).best) for label, texts in messages.items() for text in texts]
    if not own:
        raise ValueError("a router is tried out on messages of the desk, and there are none")
    strangers = [(await router.route(text)).best for text in out_of_scope]
    return Trial(
        [(best.confidence, best.label == label) for label, best in own],
        [best.confidence for best in strangers],
    )


def _keeps(cut: Cut, wrong: float) -> bool:
    kept = cut.right + cut.wrong + cut.taken
    return cut.wrong + cut.taken + 1 <= wrong * (kept + 1)


def _learned(router: Router) -> set[str]:
    """What a `LearnedRouter` has learned; another has nothing to tell."""
    examples: Examples = getattr(router, "examples", {})
    strangers: Sequence[str] = getattr(router, "out_of_scope", ())
    return {*strangers, *(text for texts in examples.values() for text in texts)}
