"""Budget: what language models may cost, in a turn and in a whole conversation."""

from dataclasses import dataclass
from decimal import Decimal

from segue.errors import DefinitionError

MICRO = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Spent:
    """What models cost so far: tokens in and out, millionths of a US dollar, ms of their work, and requests."""

    tokens: int = 0
    micros: int = 0
    took: int = 0
    requests: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.tokens + other.tokens,
            self.micros + other.micros,
            self.took + other.took,
            self.requests + other.requests,
        )

    @property
    def money(self) -> Decimal:
        """US dollars."""
        return Decimal(self.micros) / MICRO


@dataclass(frozen=True, slots=True)
class Allowance:
    """Limits of what models may cost; None is no limit. `money` is in US dollars, `seconds` is their time at work."""

    tokens: int | None = None
    money: float | Decimal | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        for name in ("tokens", "money", "seconds"):
            limit = getattr(self, name)
            if limit is not None and limit <= 0:
                raise DefinitionError(
                    f"Allowance({name}={limit}) allows nothing; leave it out, or do without agents"
                )

    def used(self, spent: Spent) -> float:
        """Which share of it is gone; of several limits, that of the nearest."""
        shares = [0.0]
        if self.tokens is not None:
            shares.append(spent.tokens / self.tokens)
        if self.money is not None:
            shares.append(float(spent.money / Decimal(str(self.money))))
        if self.seconds is not None:
            shares.append(spent.took / 1000 / self.seconds)
        return max(shares)


@dataclass(frozen=True, slots=True)
class Budget:
    """What models may cost in a turn and in a conversation. It degrades before it ends.

    From `small_from` of either allowance on, agents ask the small model, if there is one; when one is used up they fail
    with BudgetSpent, so that what stands after `.or_else` writes the reply, or a person does. A request is asked for
    only while something is left, so no more is overspent than the requests in flight.
    """

    turn: Allowance = Allowance()
    conversation: Allowance = Allowance()
    small_from: float = 0.7

    def __post_init__(self) -> None:
        if not 0 < self.small_from <= 1:
            raise DefinitionError(
                f"Budget(small_from={self.small_from}) is a share of an allowance: above 0, up to 1"
            )

    def used(self, turn: Spent, conversation: Spent) -> float:
        """Which share of the nearer allowance is gone."""
        return max(self.turn.used(turn), self.conversation.used(conversation))
