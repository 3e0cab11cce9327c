"""Beginning: an action is begun when nobody has begun or done the same, and nothing else is under way on its object.

That it was begun is durable before its call. Otherwise it joins the same in its turn, waits, or is declined.
"""

import asyncio
import logging
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from segue.errors import JournalError
from segue.flow.action import Action
from segue.flow.limits import Limits
from segue.flow.receipts import ActionConflict, AlreadyDone, Receipt
from segue.flow.saying import has_words, say
from segue.run import events as ev
from segue.run import receipting, settling
from segue.run.approving import needs_approval, shown
from segue.run.entries import Entry
from segue.run.facts import Held
from segue.run.intent import Intent, intent_of
from segue.run.journal import ActionRow
from segue.run.turn import Turn
from segue.run.wants import Act, Weigh

if TYPE_CHECKING:
    from segue.run.ledger import Ledger

log = logging.getLogger("segue")

BUSY = 0.1
"""Seconds until it is seen again whether what stands in the way is settled."""

BLOCKED = 20_000
"""Milliseconds that one waits for something else that is under way on the same object."""


async def begin(ledger: "Ledger", turn: Turn, want: Act) -> None:
    engine, office = ledger.engine, ledger.office
    intent = _intent(ledger, turn, want)
    if intent is None:
        return
    began, reserves = office.now(), {intent.identity, intent.object or intent.identity}
    while not engine.gone and want.key in turn.wants:
        known = engine.state.ledger.get(intent.identity)
        if known is not None and known.call == intent.call and _may_join(turn, known):
            _join(ledger, turn, want, known)
            return
        if reserves.isdisjoint(office.reserved):
            office.reserved |= reserves
            try:
                async with office.counted(want.step.name) if _counts(want) else nullcontext():
                    if await _begun(ledger, turn, want, intent):
                        return
            except JournalError:
                log.warning("whether %s was done before cannot be read just now", want.step.name)
            finally:
                office.reserved -= reserves
        if office.now() - began > BLOCKED or (known is not None and known.open and known.with_person):
            ledger.failed(turn, want.key, "unknown", "the same, or another on it, is not settled yet")
            return
        await asyncio.sleep(BUSY)


async def _begun(ledger: "Ledger", turn: Turn, want: Act, intent: Intent) -> bool:
    """Begin it, or say why not; False when something stands in the way that may pass."""
    engine, office = ledger.engine, ledger.office
    row = await office.journal.action(intent.identity)
    if row is not None and row.status in ("open", "done") and row.call != intent.call:
        await _decline(ledger, turn, want, row, intent)
        return True
    if row is not None and row.status == "done":
        await _decline(ledger, turn, want, row, None)
        return True
    others = await office.journal.actions_on(intent.object) if intent.object else ()
    if (row is not None and row.status == "open") or any(other.status == "open" for other in others):
        return False
    if not await _is_approved(ledger, want, intent):
        ledger.failed(turn, want.key, "unapproved", "what was approved is not what would be done")
        return True
    undid, told = await _undone(ledger, want.undoes) if want.undoes else (0, "")
    if engine.gone or want.key not in turn.wants:
        return True
    # Done anew, it can be taken back anew.
    replaces = [e.identity for e in engine.state.ledger.values() if e.undoes == intent.identity]
    if want.step.replaces:
        replaces += [o.identity for o in others if o.action == want.step.name and o.status == "done"]
    generation = 0 if row is None else row.generation + (row.status == "retired")
    now = office.now()
    by = want.approved.by if want.approved is not None else ""
    event = ev.ActionBegan(
        *(turn.number, *want.key, want.step.name, intent.identity),
        key=intent.identity + (f"-{generation}" if generation else ""),
        object=intent.object,
        call=intent.call,
        generation=generation,
        sends_until=now + settling.SEND,
        amount=intent.amount,
        currency=intent.currency,
        undoes=want.undoes,
        approved_by=by,
        replaces=tuple(replaces),
        undid=undid,
        facts=intent.facts,
        receipt=office.book.hold(receipting.begun(intent, now, by, undoes=want.undoes), {Receipt}),
        told=told,
    )
    ledger.begun_now.add(intent.identity)
    ledger.record(event)
    ledger.wanted.pop((turn.number, want.key), None)
    try:
        await engine.written()
    except JournalError:
        return True  # it is rebuilt from what is durable, and sees then
    if not engine.gone:
        settling.send(ledger, engine.state.ledger[intent.identity], first=True)
    ledger.begun_now.discard(intent.identity)
    return True


def _intent(ledger: "Ledger", turn: Turn, want: Act | Weigh) -> Intent | None:
    action: Action[Any, Any] = want.place.node  # type: ignore[assignment]
    try:
        return intent_of(action, want.place, want.scope, ledger.engine.state.conversation.tenant)
    except Exception as error:
        why = f"identity= of {action.name}: {type(error).__name__}: {error}"
        ledger.failed(turn, want.key, "bug", why)
        return None


async def _is_approved(ledger: "Ledger", want: Act, intent: Intent) -> bool:
    approved = want.approved
    if approved is None:
        return True
    now = ledger.office.now()
    if approved.by:
        return approved.call == intent.exact and now < approved.until
    return not await needs_approval(approved.rule, intent, ledger.office.journal, now)


async def weigh(ledger: "Ledger", turn: Turn, want: Weigh) -> None:
    intent = _intent(ledger, turn, want)
    if intent is None:
        return
    try:
        because = await needs_approval(want.rule, intent, ledger.office.journal, ledger.office.now())
    except Exception as error:
        ledger.failed(turn, want.key, "bug", f"when= of an approval: {type(error).__name__}: {error}")
        return
    if want.key in turn.wants and not ledger.engine.gone:
        about = shown(intent, want.scope, because) if because else {}
        ledger.record(ev.ApprovalWeighed(turn.number, *want.key, intent.exact, because, about))


def _may_join(turn: Turn, known: Entry) -> bool:
    return known.turn == turn.number and known.standing in ("open", "done")


def _join(ledger: "Ledger", turn: Turn, want: Act, known: Entry) -> None:
    """The same, in the same turn: it gets what the first comes to."""
    if known.open and not known.with_person:
        ledger.joined.setdefault(known.identity, []).append((turn, want))
    elif known.fact is not None:
        ledger.record(ev.FactReused(turn.number, *want.key, known.fact))
    else:
        ledger.failed(turn, want.key, "unknown", "a person decides how the same came out")


async def _decline(ledger: "Ledger", turn: Turn, want: Act, row: ActionRow, intent: Intent | None) -> None:
    receipt = await _receipt(ledger, row, want.step)
    if ledger.engine.gone or want.key not in turn.wants:
        return
    fact: AlreadyDone | ActionConflict = AlreadyDone(receipt)
    if intent is not None:
        asked = receipting.begun(intent, ledger.office.now(), "")
        fact = ActionConflict(
            receipt, f"{asked.action} {asked.object} {asked.amount or ''} {asked.currency}".strip()
        )
    held = ledger.office.book.hold(fact, {AlreadyDone, ActionConflict})
    ledger.record(ev.ActionDeclined(turn.number, *want.key, row.identity, held))


async def _receipt(ledger: "Ledger", row: ActionRow, action: Action[Any, Any]) -> Receipt:
    """Its receipt; of somebody else's conversation only that it was done."""
    receipt = None
    if row.conversation == ledger.engine.state.id or await _is_the_callers(ledger, row.conversation):
        receipt = await _written_receipt(ledger, row)
    if receipt is not None:
        return receipt
    return Receipt(action.name, action.kinds, status="done" if row.status == "done" else "pending")


async def _written_receipt(ledger: "Ledger", row: ActionRow) -> Receipt | None:
    state, journal = ledger.engine.state, ledger.office.journal
    if row.conversation == state.id and (entry := state.ledger.get(row.identity)) is not None:
        return receipting.receipt_of(entry)
    for happened in ledger.office.unseal(await journal.read(row.conversation, row.seq - 1, 1)):
        held = getattr(happened.event, "receipt", None)
        if isinstance(held, Held):
            receipt: Receipt = held.value
            return receipt
    return None  # it was erased


async def _undone(ledger: "Ledger", identity: str) -> tuple[int, str]:
    """The event in which something was done, and what the customer reads of it when it is undone."""
    state, row = ledger.engine.state, await ledger.office.journal.action(identity)
    if row is None or row.conversation != state.id:
        return 0, ""
    receipt = await _written_receipt(ledger, row)
    if receipt is None or not has_words(receipt, state.language):
        return row.seq, ""
    return row.seq, say(replace(receipt, status="undone"), state.language)


async def _is_the_callers(ledger: "Ledger", conversation: str) -> bool:
    caller = ledger.engine.state.caller
    opened = ledger.office.unseal(await ledger.office.journal.read(conversation, 0, 1))[0].event
    assert isinstance(opened, ev.ConversationOpened)
    verified = caller.level == opened.level == "verified"
    return bool(caller.id) and verified and opened.caller == caller.id


def _counts(want: Act) -> bool:
    """Is it up to all that was done today whether this needs an approval?"""
    rule = want.approved.rule.when if want.approved is not None else None
    return isinstance(rule, Limits) and (rule.count is not None or rule.sum is not None)
