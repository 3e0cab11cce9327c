"""Acts: every action of a conversation with its status, also those that were never begun because nobody approved."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from segue.flow.receipts import Receipt
from segue.flow.saying import say
from segue.observe.log import content_of
from segue.people.asks import Ask
from segue.people.bounds import cite, cut, small, told
from segue.people.packet import Act, Again, Status
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.deeds import Deed, deeds

T = TypeVar("T")

AGAIN: Mapping[Status, Again] = {
    **{"done": "never", "pending_approval": "never", "replaced": "may", "undone": "may"},
    **{"under_way": "look_first", "unknown": "look_first", "with_person": "look_first"},
    **{"not_done": "may", "refused": "may", "expired": "may", "dropped": "may"},
}

OPEN: frozenset[Status] = frozenset(("pending_approval", "under_way", "unknown", "with_person"))


def acts_in(events: Sequence[Happened], asks: Sequence[Ask], most: int) -> tuple[list[Act], int]:
    """Those that are open and the latest others, oldest first; and how many were left out."""
    begun = deeds(events)
    late = weighty(begun, lambda deed: deed.open, most)
    found = sorted([*map(_begun, late), *_not_begun(asks)], key=lambda act: act.evidence[0])
    kept = weighty(found, is_open, most)
    return kept, len(begun) - len(late) + len(found) - len(kept)


def is_open(act: Act) -> bool:
    """Is it not settled, or not approved yet?"""
    return act.status in OPEN


def weighty(items: Sequence[T], is_open: Callable[[T], bool], most: int) -> list[T]:
    """What is open, however old, and of the others the latest, so many in all."""
    settled = [place for place, item in enumerate(items) if not is_open(item)]
    spare = max(most - (len(items) - len(settled)), 0)
    dropped = {*settled[: len(settled) - spare]} if len(settled) > spare else set()
    return [item for place, item in enumerate(items) if place not in dropped]


def named(act: Act) -> str:
    """`pay_refund for 1002 (329.00 EUR)`."""
    of = f" for {act.object}" if act.object else ""
    amount = f" ({act.amount} {act.currency})".replace(" )", ")") if act.amount else ""
    return f"{act.action}{of}{amount}"


def _begun(deed: Deed) -> Act:
    receipt = deed.receipt
    status: Status = deed.standing
    until = receipt.undo_until
    return Act(
        action=deed.action,
        kinds=receipt.kinds,
        object=cut(receipt.object, 100),
        amount=_amount(receipt.amount),
        currency=receipt.currency,
        status=status,
        again=AGAIN[status],
        told=cut(say(receipt, "en")),
        reference=cut(receipt.reference, 100),
        why=told(deed.tried[-1].came, 200) if deed.tried and status != "done" else "",
        key=deed.key,
        identity=deed.identity,
        person="",
        approved_by=deed.approved_by,
        settled_by=deed.settled_by,
        undo_until=round(until.timestamp() * 1000) if until is not None and status == "done" else None,
        arguments=tuple(small(content_of(fact)) for fact in deed.arguments if fact is not None and deed.open),
        evidence=cite(*deed.seqs),
        at=deed.began,
    )


def _not_begun(asks: Sequence[Ask]) -> Iterator[Act]:
    """What was to be approved, and is not or not yet."""
    for ask in asks:
        if (event := ask.asked) is None or not event.about:
            continue
        status, why, seq = _standing(ask)
        if status is not None:
            yield _wanted(ask, event.about, event.person, status, why, seq)


def _standing(ask: Ask) -> tuple[Status | None, str, int]:
    if ask.answer is not None:
        assert isinstance(ask.answer.event, ev.PersonAnswered)
        said = content_of(ask.answer.event.fact)
        if said is None or said["granted"]:  # what was approved is told by what was begun then
            return None, "", 0
        return "refused", said.get("note", ""), ask.answer.seq
    if ask.end is None:
        return "pending_approval", "", 0
    expired = isinstance(ask.end.event, ev.WaitExpired)
    return ("expired" if expired else "dropped"), "", ask.end.seq


def _wanted(ask: Ask, about: Mapping[str, Any], person: str, status: Status, why: str, seq: int) -> Act:
    amount = None if about["amount"] is None else Decimal(about["amount"])
    receipt = Receipt(
        *(about["action"], tuple(about["kinds"]), about["object"], amount, about["currency"]),
        status="pending" if status == "pending_approval" else "not_done",
    )
    return Act(
        action=receipt.action,
        kinds=receipt.kinds,
        object=cut(receipt.object, 100),
        amount=_amount(amount),
        currency=receipt.currency,
        status=status,
        again=AGAIN[status],
        told=cut(say(receipt, "en")),
        reference="",
        why=told(why or str(about["because"]), 200),
        key="",
        identity=str(about["call"]),
        person=person,
        approved_by="",
        settled_by="",
        undo_until=None,
        arguments=()
        if status != "pending_approval"
        else tuple(small(fact.get("d", fact)) for fact in about["arguments"]),
        evidence=cite(ask.put.seq, seq),
        at=ask.put.at,
    )


def _amount(amount: Decimal | None) -> str | None:
    """With two decimals at least, as one counts money."""
    if amount is None:
        return None
    return f"{amount:.2f}" if amount == amount.quantize(Decimal("0.01")) else f"{amount.normalize():f}"
