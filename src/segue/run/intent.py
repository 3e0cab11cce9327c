"""Intent: which call an action is about to make: what makes it the same as another, and what it comes to."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from segue.flow.action import Action
from segue.flow.builtin import GIVEN, Message
from segue.flow.keys import digest
from segue.flow.node import Place
from segue.run.facts import Held
from segue.run.outcome import Scope

UNIT = 10_000
"""What an amount is counted in: ten-thousandths."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One call of an action, before it is made.

    `identity` and `object` are digests of what it is and what it is done to; `call` of the arguments that count, which
    tells a repetition from a contradiction; `exact` of all arguments, which is what a person approves. `label` is the
    object as people know it.
    """

    action: Action[Any, Any]
    facts: tuple[Held | None, ...]
    identity: str
    object: str
    call: str
    exact: str
    label: str = ""
    amount: int | None = None
    currency: str = ""

    @property
    def values(self) -> list[Any]:
        return [fact.value if fact is not None else None for fact in self.facts]


def intent_of(action: Action[Any, Any], place: Place, scope: Scope, tenant: str) -> Intent:
    """The call that an action would make here; TypeError when its identity cannot be written in one way only."""
    facts = tuple(
        next((fact for case in wire.cases if (fact := scope.get(case)) is not None), None)
        for wire in place.wires
    )
    values = [fact.value if fact is not None else None for fact in facts]
    on = action.of(action.on, values) if action.on is not None else None
    amount, currency = _amount(action, values)
    return Intent(
        action,
        facts,
        identity=digest(tenant, action.name, action.of(action.identity, values)),
        object=digest(tenant, "on", on) if action.on is not None else "",
        call=_digest(place, facts[: action.counts]),
        exact=_digest(place, facts),
        label=str(on) if isinstance(on, str | int) else "",
        amount=amount,
        currency=currency,
    )


def in_units(amount: Decimal | int) -> int:
    """An amount in ten-thousandths; TypeError when it is no exact amount."""
    if type(amount) not in (Decimal, int):
        raise TypeError(f"an amount is a Decimal or a whole number, not a {type(amount).__name__}")
    units = Decimal(amount) * UNIT
    if units != units.to_integral_value():
        raise TypeError(f"{amount} has more than four decimal places")
    return int(units)


def _amount(action: Action[Any, Any], values: list[Any]) -> tuple[int | None, str]:
    if action.amount is None:
        return None, ""
    amount, currency = action.of(action.amount, values)
    return in_units(amount), str(currency)


def _digest(place: Place, facts: tuple[Held | None, ...]) -> str:
    """Of what was found out and told; who talks where, and what was said before, is no argument."""
    ours = {*GIVEN, Message}
    parts = [
        fact.data if fact is not None else b"-"
        for fact, wire in zip(facts, place.wires, strict=False)
        if not ours & set(wire.kind.cases)
    ]
    return hashlib.blake2b(b"\0".join(parts), digest_size=16).hexdigest()
