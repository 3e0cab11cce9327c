"""Settling: the call of an action, and what is done until it is known how it came out.

What is not certain is looked up, with growing pauses, or sent again under the same key where that is safe. What cannot
be told goes to a person, while nobody can do it again.
"""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from segue.flow.action import Absent, Action
from segue.flow.receipts import Receipt
from segue.run import events as ev
from segue.run import moves, receipting
from segue.run.entries import Entry
from segue.run.masking import mask_cards
from segue.run.outcalls import Answer, Refusal, Silence, call_out

if TYPE_CHECKING:
    from segue.run.ledger import Ledger

SEND = 5_000
"""Milliseconds within which a call must be sent once it is durable that it was begun."""

CALL = 30.0
"""Seconds that a call may take."""

LOOK = 10.0
"""Seconds that a lookup may take."""

PATIENCE = 60_000
"""Milliseconds (and what its back end takes to settle) after which a person is asked how an action came out."""

TRIES = 20
"""Calls and lookups that told nothing after which a person is asked in any case."""

SOON = 30_000
"""The longest pause between two lookups while somebody waits for it."""

LONGEST = 3_600_000
"""The longest pause between two lookups."""

GIVE_UP = 86_400_000
"""Milliseconds after which nothing more is looked up."""

NOT_DONE = ("segue.errors.NotDone", "segue.errors.SegueError", "builtins.Exception")


def send(ledger: "Ledger", entry: Entry, *, first: bool) -> None:
    work, botched = _call(ledger, entry, first=first), partial(unsure_still, ledger, entry.identity)
    ledger.start(ledger.calls, entry.identity, work, botched)


async def _call(ledger: "Ledger", entry: Entry, *, first: bool) -> None:
    office, action = ledger.office, ledger.action_of(entry)
    if action is None:
        unsure(ledger, entry, 0.0, f"this desk has no action {entry.action} any more")
        return
    if office.now() > entry.sends_until:  # too long ago; who looks it up counts on that it is not sent
        if first:
            _not_done(ledger, entry, 0.0, "late", "it was not sent in time")
        else:
            unsure(ledger, entry, 0.0, "it was not sent again in time")
        return
    ledger.sent[entry.identity] = office.now()
    answer = await call_out(ledger.engine, action, entry, CALL, late=partial(_late, ledger, entry.identity))
    ledger.sent[entry.identity] = office.now()  # it may have been sent at its very end
    hurried = entry.identity in ledger.hurried
    ledger.hurried.discard(entry.identity)
    now = ledger.engine.state.ledger.get(entry.identity)
    if ledger.engine.gone or now is None or not now.open:
        return  # its lookup was faster
    match answer:
        case Answer(took, value):
            _done(ledger, now, action, took, value, "called")
        case Refusal(took, kinds, why):
            _not_done(ledger, now, took, "refused", why, kinds)
        case Silence(took, why):
            unsure(ledger, now, took, why, how="silent", soon=hurried)


async def look(ledger: "Ledger", entry: Entry) -> None:
    engine = ledger.engine
    await engine.written()  # that it is resumed is durable before what may end the process runs again
    action = ledger.action_of(entry)
    if action is None or (action.lookup is None and not (action.repeats_safely and ledger.is_wanted(entry))):
        if entry.identity in ledger.calls:  # which may still tell
            unsure(ledger, entry, 0.0, entry.why)
            return
        unsure(ledger, entry, 0.0, entry.why or "nobody can tell how it came out", hopeless=True)
        return
    asked = ledger.office.now()
    answer: Answer | Refusal | Silence = Answer(0.0, Absent())
    if action.lookup is not None:
        answer = await call_out(ledger.engine, action, entry, LOOK, lookup=True)
    now = engine.state.ledger.get(entry.identity)
    if engine.gone or now is None or not now.open:
        return
    if isinstance(answer, Answer) and not isinstance(answer.value, Absent):
        _done(ledger, now, action, answer.took, answer.value, "found")
    elif isinstance(answer, Answer):
        await _absent(ledger, now, action, answer.took, asked)
    else:
        unsure(ledger, now, answer.took, f"its lookup failed: {answer.why}", how="lookup")


async def _absent(ledger: "Ledger", entry: Entry, action: Action[Any, Any], took: float, asked: int) -> None:
    """The back end knows nothing of it: surely not done, not done yet, or not to be told.

    What counts is when it was asked: the answer may have been on its way while the effect took place.
    """
    settles = action.settles_within
    surely = settles is not None and asked > _sent_by(ledger, entry) + settles * 1000
    in_flight = entry.identity in ledger.calls
    if (surely or action.repeats_safely) and not in_flight and not entry.with_person:
        if ledger.is_wanted(entry):
            await again(ledger, entry)
            return
        if surely:
            _not_done(ledger, entry, took, "absent", "its back end knows nothing of it")
            return
    if surely and entry.with_person and not in_flight:
        _not_done(ledger, entry, took, "absent", "its back end knows nothing of it")
        return
    how = "absent" if action.lookup is not None else ""
    unsure(ledger, entry, took, entry.why or "its back end knows nothing of it yet", how=how)


async def again(ledger: "Ledger", entry: Entry) -> None:
    if _pursued_for(ledger, entry) > _patience(ledger, entry):
        unsure(ledger, entry, 0.0, entry.why)
        return
    until = ledger.office.now() + SEND
    ledger.record(
        ev.ActionAgain(entry.turn, entry.path, entry.attempt, entry.identity, entry.sent + 1, until)
    )
    await ledger.engine.written()
    if not ledger.engine.gone:
        send(ledger, ledger.engine.state.ledger[entry.identity], first=False)


def _done(
    ledger: "Ledger", entry: Entry, action: Action[Any, Any], took: float, value: Any, how: str
) -> None:
    book = ledger.office.book
    fact = book.hold(value, {action.result})
    receipt = receipting.done(action, entry, fact.value, ledger.office.now(), book)
    told = receipting.told(entry, receipt.value, ledger.engine.state.language)
    ledger.record(
        ev.ActionDone(
            *(entry.turn, entry.path, entry.attempt, entry.identity, took, how, "", entry.retires),
            *(entry.undid, fact, receipt, told),
        )
    )


def _not_done(
    ledger: "Ledger", entry: Entry, took: float, how: str, why: str, kinds: tuple[str, ...] = NOT_DONE
) -> None:
    ledger.record(
        ev.ActionNotDone(
            *(entry.turn, entry.path, entry.attempt, entry.identity, took, kinds, how),
            why=mask_cards(why)[:2000],
        )
    )


def unsure(
    ledger: "Ledger",
    entry: Entry,
    took: float,
    why: str,
    *,
    how: str = "",
    hopeless: bool = False,
    soon: bool = False,
) -> None:
    """It is not known how it came out: look again later, or let a person decide.

    `soon`: what kept it from being sent again is over just now.
    """
    now = ledger.office.now()
    late = hopeless or entry.tries >= TRIES or _pursued_for(ledger, entry) > _patience(ledger, entry)
    pause = 500 if soon else min(500 * 2 ** min(entry.tries, 16), LONGEST if late else SOON)
    over = hopeless or now - entry.at > GIVE_UP
    told = late and not entry.with_person
    nobodys = told and not ledger.is_wanted(entry) and ledger.engine.state.owner != "human"
    event = ev.ActionUnknown(
        *(entry.turn, entry.path, entry.attempt, entry.identity, took, entry.tries + 1),
        *(0 if over else now + pause, told, how),
        why=mask_cards(why)[:2000],
    )
    ledger.record(event, then=moves.unknown(ledger.engine, entry) if nobodys else None)


def unsure_still(ledger: "Ledger", identity: str, why: str) -> None:
    entry = ledger.engine.state.ledger.get(identity)
    if entry is not None and entry.open:
        unsure(ledger, entry, 0.0, why)


def settle(ledger: "Ledger", entry: Entry, outcome: str, by: str, reference: str) -> int:
    """A person says how it came out; the sequence number of that."""
    where = (entry.turn, entry.path, entry.attempt, entry.identity, 0.0)
    if outcome == "not_done":
        return ledger.note(ev.ActionNotDone(*where, NOT_DONE, "told", by, why=f"{by} says so"))
    first = receipting.receipt_of(entry)
    receipt = replace(first, status="done", reference=reference or first.reference)
    held = ledger.office.book.hold(receipt, {Receipt})
    told = receipting.told(entry, held.value, ledger.engine.state.language)
    return ledger.note(ev.ActionDone(*where, "told", by, entry.retires, entry.undid, receipt=held, told=told))


def _sent_by(ledger: "Ledger", entry: Entry) -> float:
    """When its last call had surely been sent, if it was. A process that is dead sends nothing more; one that only
    seems so begins no call after its time, and none takes longer than calls may.
    """
    elsewhere = max(entry.sends_until, min(ledger.made, entry.sends_until + CALL * 1000))
    return ledger.sent.get(entry.identity, elsewhere)


def _pursued_for(ledger: "Ledger", entry: Entry) -> int:
    """For how many milliseconds somebody has been looking into it; nobody does while the desk is down."""
    return ledger.office.now() - max(entry.at, ledger.made)


def _patience(ledger: "Ledger", entry: Entry) -> float:
    action = ledger.action_of(entry)
    return PATIENCE + 1000 * ((action.settles_within or 0) if action is not None else 0)


def _late(ledger: "Ledger", identity: str, answer: Answer) -> None:
    """A call that had been given up came back after all."""
    entry = ledger.engine.state.ledger.get(identity)
    if entry is not None and entry.open and (action := ledger.action_of(entry)) is not None:
        _done(ledger, entry, action, answer.took, answer.value, "called")
    elif entry is not None and entry.standing == "not_done":  # its back end did not settle as it said
        why = f"{entry.action} was done after all, though it was taken for not done"
        late = ev.LateResult(entry.turn, entry.path, entry.attempt, answer.took, why)
        nobodys = ledger.engine.state.owner != "human"
        ledger.record(late, then=moves.unknown(ledger.engine, replace(entry, why=why)) if nobodys else None)
