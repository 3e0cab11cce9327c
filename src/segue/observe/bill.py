"""Bill: what was asked of language models, and what that came to."""

from dataclasses import dataclass, fields
from decimal import Decimal

from segue.run import events as ev
from segue.run.events import Event

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Bill:
    """What models did for somebody. Bills can be added.

    `answers` and `failures` are requests. `cached` are those of `tokens_in` that came from a cache. `money` is in US
    dollars; `unpriced` answers cost more than is known. `took` is how many ms it all took, `waited` how many of them it
    was held back by a limit.
    """

    answers: int = 0
    failures: int = 0
    tokens_in: int = 0
    cached: int = 0
    tokens_out: int = 0
    money: Decimal = Decimal(0)
    unpriced: int = 0
    took: float = 0.0
    waited: int = 0

    def __add__(self, other: "Bill") -> "Bill":
        return Bill(*(getattr(self, name) + getattr(other, name) for name in _FIELDS))

    def __bool__(self) -> bool:
        return bool(self.answers or self.failures)

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.tokens_in + self.tokens_out


_FIELDS = tuple(field.name for field in fields(Bill))


def bill_of(event: Event) -> Bill:
    """What this event was; what a failure cost is not known."""
    match event:
        case ev.ModelAnswered(tokens=(tokens_in, tokens_out, cached), micros=micros) as e:
            money, unpriced = Decimal(micros or 0).scaleb(-6), int(micros is None)
            return Bill(1, 0, tokens_in, cached, tokens_out, money, unpriced, e.took, e.waited)
        case ev.ModelFailed() as e:
            return Bill(failures=1, took=e.took)
    return Bill()


def dollars(money: Decimal) -> str:
    """`$0.02`, `$0.000123`: as exact as it is known, and cents at least."""
    return f"${max(money.normalize(), money.quantize(CENT), key=_places):f}"


def _places(money: Decimal) -> int:
    return -int(money.as_tuple().exponent)
