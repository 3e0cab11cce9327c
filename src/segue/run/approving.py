"""Approving: does a call need an approval, and what is a person shown who is to give it?"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from segue.flow.builtin import GIVEN, Draft, Message, Objection
from segue.flow.limits import Limits
from segue.flow.node import Approve
from segue.run.intent import UNIT, Intent, in_units
from segue.run.journal import Journal
from segue.run.outcome import Scope

DAY = 86_400_000
LONGEST = 4000
"""Characters of one piece of evidence."""


async def needs_approval(rule: Approve[Any], intent: Intent, journal: Journal, now: int) -> str:
    """Why this call needs an approval, in a few words; empty when it does not. `now` is ms since 1970."""
    when = rule.when
    if when is None:
        return "always"
    if not isinstance(when, Limits):
        return "when" if intent.action.of(when, intent.values) else ""
    amount = intent.amount or 0
    if when.each is not None and amount > in_units(when.each):
        return f"above {when.each}"
    if when.count is not None or when.sum is not None:
        tally = await journal.tally(intent.action.name, intent.currency, now - now % DAY)
        if when.count is not None and tally.count + 1 > when.count:
            return f"more than {when.count} a day"
        if when.sum is not None and tally.sum + amount > in_units(when.sum):
            return f"above {when.sum} a day"
    return ""


def shown(intent: Intent, scope: Scope, because: str) -> Mapping[str, Any]:
    """What a person sees who is to approve: the exact call, what it comes to, and what it was concluded from."""
    own = {id(fact) for fact in intent.facts}
    ours = {*GIVEN, Message, Draft, Objection}
    amount = None if intent.amount is None else str(Decimal(intent.amount) / UNIT)
    return {
        "action": intent.action.name,
        "kinds": intent.action.kinds,
        "object": intent.label,
        "amount": amount,
        "currency": intent.currency,
        "because": because,
        "call": intent.exact,
        "arguments": [orjson.loads(fact.data) for fact in intent.facts if fact is not None],
        "evidence": [
            orjson.loads(fact.data)
            for case, fact in scope.items()
            if fact is not None and case not in ours and id(fact) not in own and len(fact.data) <= LONGEST
        ],
    }
