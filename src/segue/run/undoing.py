"""Undoing what a conversation did: what can be taken back and what cannot, and the order to do it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from segue.errors import Conflict, NotFound
from segue.flow.receipts import Receipt
from segue.flow.undoing import UndoAsked, UndoStep
from segue.run import events as ev
from segue.run.facts import Held
from segue.run.journal import Receipt as Delivered
from segue.run.office import Office


@dataclass(frozen=True, slots=True)
class Undoable:
    """One action that was done in a conversation. `why_not` is empty when it can be taken back now."""

    identity: str
    receipt: Receipt
    undo: str
    why_not: str
    facts: tuple[Held, ...] = ()


async def undo_plan(office: Office, conversation: str) -> Sequence[Undoable]:
    """What was done in a conversation, the latest first, which is the order in which it is taken back.

    What was taken back already, and what takes something back itself, is left out. NotFound for no such conversation.
    """
    events = await office.events(conversation)
    if not events:
        raise NotFound(f"there is no conversation {conversation!r}")
    found: dict[str, Undoable] = {}
    begun: dict[str, ev.ActionBegan] = {}
    for happened in events:
        event = happened.event
        if isinstance(event, ev.ActionBegan):
            begun[event.identity] = event
            found.pop(event.identity, None)
        elif isinstance(event, ev.ActionDone):
            for retired in event.retires:
                found.pop(retired, None)
            began = begun[event.identity]
            if not began.undoes:
                found[event.identity] = _undoable(office, began, event)
    return list(reversed(found.values()))


async def undo(
    office: Office, conversation: str, *, by: str, id: str, only: Collection[str] | None = None
) -> Delivered:
    """Take back what can be taken back (or `only` these identities), the latest first; durable when this returns.

    Conflict when nothing of it can be.
    """
    plan = await undo_plan(office, conversation)
    wanted = [one for one in plan if not one.why_not and (only is None or one.identity in only)]
    if not wanted:
        reasons = "; ".join(f"{one.receipt.action}: {one.why_not}" for one in plan) or "nothing was done"
        raise Conflict(f"nothing of this conversation can be taken back ({reasons})")
    steps = (
        UndoStep(
            one.identity, one.receipt.action, tuple(fact.data.decode() for fact in one.facts), one.receipt
        )
        for one in wanted
    )
    return await office.tell(conversation, UndoAsked(by, tuple(steps)), id=id, by=by)


def _undoable(office: Office, began: ev.ActionBegan, done: ev.ActionDone) -> Undoable:
    action = office.desk.action_at(began.path, began.action)
    held = done.receipt
    receipt: Receipt = held.value if isinstance(held, Held) else Receipt(began.action)
    undo = action.undo.name if action is not None and action.undo is not None else ""
    facts = tuple(fact for fact in (*began.facts, done.fact) if isinstance(fact, Held))
    why_not = ""
    if not undo:
        why_not = "it has no undo"
    elif receipt.undo_until is not None and office.now() > receipt.undo_until.timestamp() * 1000:
        why_not = f"its time was over at {receipt.undo_until:%Y-%m-%d %H:%M} UTC"
    elif not isinstance(done.fact, Held):
        why_not = "what it gave is not known (a person settled it, or it was erased)"
    return Undoable(began.identity, receipt, undo, why_not, facts)
