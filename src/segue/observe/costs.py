"""Costs: what language models cost, over all conversations of a journal or those of some time.

It reads envelopes only, one conversation after the other, so it also counts what was erased, and remembers of each
conversation no more than its id.
"""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from segue.observe.bill import Bill, bill_of
from segue.run import events as ev
from segue.run.codec import Happened, unseal
from segue.run.facts import FactBook
from segue.run.journal import Head, Journal

PAGE = 500

_INDEX = re.compile(r"\.\d+(?=[./]|$)")


@dataclass(frozen=True, slots=True)
class Share:
    """What one model, one step or one day came to."""

    name: str
    bill: Bill


@dataclass(frozen=True, slots=True)
class Apiece:
    """What one conversation came to."""

    money: Decimal
    tokens: int


@dataclass(frozen=True, slots=True)
class Costs:
    """What the conversations opened between two moments (ms since 1970) cost since; `total` is in US dollars.

    One is **resolved** when it is closed, or was replied to and never handed over to a person. `per_resolved` is all
    that was spent, on the others too, by how many were resolved; None where there are none.

    Days are those of the calls, in UTC. Steps are `flow: path`, the items of an Each and the tasks of a lead together.
    """

    since: int
    until: int
    conversations: int
    resolved: int
    total: Bill
    per_conversation: Apiece | None
    per_resolved: Apiece | None
    by_model: tuple[Share, ...]
    by_step: tuple[Share, ...]
    by_day: tuple[Share, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain dictionaries and lists; money is text, as JSON has no exact numbers."""
        written: dict[str, Any] = TypeAdapter(Costs).dump_python(self, mode="json")
        return written


async def costs(journal: Journal, *, since: int = 0, until: int) -> Costs:
    """Count the conversations that were opened from `since` on and before `until`."""
    counted = _Counted()
    async for head in _opened(journal, since, until):
        one = _Conversation(head.owner == "closed")
        async for happened in _events(journal, head.conversation):
            one.see(happened, counted)
        counted.conversations += 1
        counted.resolved += one.resolved
    total = sum(counted.by_model.values(), Bill())
    return Costs(
        since,
        until,
        counted.conversations,
        counted.resolved,
        total,
        per_conversation=_apiece(total, counted.conversations),
        per_resolved=_apiece(total, counted.resolved),
        by_model=_dearest(counted.by_model),
        by_step=_dearest(counted.by_step),
        by_day=tuple(Share(day, bill) for day, bill in sorted(counted.by_day.items())),
    )


@dataclass
class _Counted:
    conversations: int = 0
    resolved: int = 0
    by_model: dict[str, Bill] = field(default_factory=lambda: defaultdict(Bill))
    by_step: dict[str, Bill] = field(default_factory=lambda: defaultdict(Bill))
    by_day: dict[str, Bill] = field(default_factory=lambda: defaultdict(Bill))


@dataclass
class _Conversation:
    closed: bool
    replied: bool = False
    handed_over: bool = False
    flows: dict[int, str] = field(default_factory=dict)  # by turn

    @property
    def resolved(self) -> bool:
        return self.closed or (self.replied and not self.handed_over)

    def see(self, happened: Happened, counted: _Counted) -> None:
        match happened.event:
            case ev.TurnStarted() as e:
                self.flows[e.turn] = e.flow
            case ev.ReplySent():
                self.replied = True
            case ev.HandedOver():
                self.handed_over = True
            case ev.ModelAnswered() | ev.ModelFailed() as e:
                bill = bill_of(e)
                step = f"{self.flows.get(e.turn, '')}: {_INDEX.sub('', e.path)}"
                day = datetime.fromtimestamp(happened.at / 1000, UTC).date().isoformat()
                counted.by_model[e.model] += bill
                counted.by_step[step] += bill
                counted.by_day[day] += bill


async def _opened(journal: Journal, since: int, until: int) -> AsyncIterator[Head]:
    """Every conversation once, also one that is touched meanwhile and so moves to the front of the list."""
    seen: set[str] = set()
    floor, more = since, True
    while more:
        more, before, top = False, None, floor
        while heads := await journal.heads(PAGE, before):
            for head in heads:
                if head.touched >= floor and since <= head.opened < until and head.conversation not in seen:
                    seen.add(head.conversation)
                    more = True
                    yield head
            top = max(top, heads[0].touched)
            before = (heads[-1].touched, heads[-1].conversation)
            if heads[-1].touched < floor:
                break
        floor = top


async def _events(journal: Journal, conversation: str) -> AsyncIterator[Happened]:
    book, seen = FactBook([]), 0
    while records := await journal.read(conversation, seen):
        seen = records[-1].seq
        for record in records:
            yield unseal(record._replace(payload=None), book)


def _apiece(bill: Bill, count: int) -> Apiece | None:
    if not count:
        return None
    return Apiece((bill.money / count).quantize(Decimal("0.000001")), round(bill.tokens / count))


def _dearest(bills: Mapping[str, Bill]) -> tuple[Share, ...]:
    shares = [Share(name, bill) for name, bill in bills.items()]
    return tuple(sorted(shares, key=lambda one: (-one.bill.money, -one.bill.tokens, one.name)))
