"""Ledger: what a conversation does in back ends, each thing once.

An action is begun when no other conversation has begun or done the same, and nothing else is under way on the same
object; that is durable before the call. What comes of the call is recorded; when that is not certain, it is looked up,
with growing pauses, or sent again under the same key where that is safe; and what cannot be told goes to a person,
while nobody can do it again. All of it outlives the turn that wanted it.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from segue.errors import JournalError
from segue.flow.action import Absent, Action
from segue.flow.limits import Limits
from segue.flow.receipts import ActionConflict, AlreadyDone, Receipt
from segue.run import events as ev
from segue.run import moves, receipting
from segue.run.approving import needs_approval, shown
from segue.run.entries import Entry, row_of
from segue.run.facts import Held
from segue.run.intent import Intent, intent_of
from segue.run.journal import ActionRow
from segue.run.masking import mask_cards
from segue.run.outcalls import Answer, Refusal, Silence, call_out
from segue.run.turn import Turn
from segue.run.wants import Act, Key, Weigh

if TYPE_CHECKING:
    from segue.run.engine import Engine

log = logging.getLogger("segue")

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

BUSY = 0.1
"""Seconds until it is seen again whether what stands in the way is settled."""

BLOCKED = 20_000
"""Milliseconds that one waits for something else that is under way on the same object."""

NOT_DONE = ("segue.errors.NotDone", "segue.errors.SegueError", "builtins.Exception")


class Ledger:
    """The actions of one conversation, carried on by its engine."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._office = engine.office
        self._made = engine.office.now()
        self._wanted: dict[tuple[int, Key], asyncio.Task[None]] = {}  # not begun yet
        self._calls: dict[str, asyncio.Task[None]] = {}
        self._looks: dict[str, asyncio.Task[None]] = {}
        self._hurried: set[str] = set()
        self._sent: dict[str, int] = {}  # when calls were under way here
        self._joined: dict[str, list[tuple[Turn, Act]]] = {}
        self._begun_now: set[str] = set()  # begun, and sent as soon as that is durable
        self.out: dict[asyncio.Task[Any], Entry] = {}  # functions of the desk that run just now

    @property
    def pursued(self) -> Collection[str]:
        """Identities of what is just being done or looked into."""
        if not (self._calls or self._looks or self._begun_now):
            return ()
        return {*self._begun_now, *self._looks, *(self._calls.keys() - self._hurried)}

    @property
    def busy(self) -> bool:
        """Is anything being begun, done or looked into?"""
        return bool(self._wanted or self._begun_now or self._calls or self._looks)

    def act(self, turn: Turn, want: Act) -> None:
        """Do this, unless it was begun before; then it is looked into."""
        known = next((e for e in self._open if (e.turn, e.key_of_want) == (turn.number, want.key)), None)
        if known is None:
            botched = partial(self._record_failed, turn, want.key, "bug")
            self._start(self._wanted, (turn.number, want.key), self._begin(turn, want), botched)

    def weigh(self, turn: Turn, want: Weigh) -> None:
        """Find out whether a call needs an approval."""
        botched = partial(self._record_failed, turn, want.key, "bug")
        self._start(self._wanted, (turn.number, want.key), self._weigh(turn, want), botched)

    def forget(self, turn: Turn, key: Key) -> None:
        """Nobody wants this any more: it is not begun; what was begun is settled all the same."""
        if (task := self._wanted.pop((turn.number, key), None)) is not None:
            task.cancel()

    def hurry(self, turn: Turn, key: Key) -> None:
        """The time for this is over: what its call says may still come, but it is looked up now."""
        for entry in self._open:
            if (entry.turn, entry.key_of_want) == (turn.number, key) and entry.identity in self._calls:
                self._hurried.add(entry.identity)
                self._unsure(entry, 0.0, "it was not answered in time", how="silent")

    def look_into(self, entry: Entry) -> None:
        """Find out how this came out, or send it again where that is safe."""
        self._start(
            self._looks, entry.identity, self._look(entry), partial(self._unsure_still, entry.identity)
        )

    def drop(self) -> None:
        """The engine is gone: nothing more is done here."""
        for task in (*self._wanted.values(), *self._calls.values(), *self._looks.values()):
            self._office.give_up(task)

    def at_work(self) -> Iterator[tuple[Turn, Act, asyncio.Task[Any]]]:
        """Every action at work for a turn that still wants it, with its task."""
        for task, entry in list(self.out.items()):
            turn = self._engine.state.turns.get(entry.turn)
            want = turn.wants.get(entry.key_of_want) if turn is not None else None
            if turn is not None and isinstance(want, Act):
                yield turn, want, task

    @property
    def _open(self) -> list[Entry]:
        return self._engine.state.open_entries

    def _start(
        self,
        among: dict[Any, asyncio.Task[None]],
        key: Any,
        work: Coroutine[Any, Any, None],
        botched: Callable[[str], None],
    ) -> None:
        """Do something beside everything else; `botched` hears why when we made a mistake in it."""
        task = among[key] = self._office.loop.create_task(work)
        self._office.watchdog.wake()

        def ended(task: "asyncio.Task[None]") -> None:
            if among.get(key) is task:
                del among[key]
            if self._engine.gone:
                return
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("an action of %s cannot go on", self._engine.state.id, exc_info=error)
                botched(f"{type(error).__name__} in the engine")
            self._engine.advance()
            self._office.awake.tended(self._engine)  # what it recorded last may be durable already

        task.add_done_callback(ended)

    # To begin

    async def _begin(self, turn: Turn, want: Act) -> None:
        engine, office = self._engine, self._office
        intent = self._intent(turn, want)
        if intent is None:
            return
        began, reserves = office.now(), {intent.identity, intent.object or intent.identity}
        while not engine.gone and want.key in turn.wants:
            known = engine.state.ledger.get(intent.identity)
            if known is not None and known.call == intent.call and self._may_join(turn, known):
                self._join(turn, want, known)
                return
            if reserves.isdisjoint(office.reserved):
                office.reserved |= reserves
                try:
                    async with office.counted(want.step.name) if _counts(want) else nullcontext():
                        if await self._begun(turn, want, intent):
                            return
                except JournalError:
                    log.warning("whether %s was done before cannot be read just now", want.step.name)
                finally:
                    office.reserved -= reserves
            if office.now() - began > BLOCKED or (known is not None and known.open and known.with_person):
                self._record_failed(
                    turn, want.key, "unknown", "the same, or another on it, is not settled yet"
                )
                return
            await asyncio.sleep(BUSY)

    async def _begun(self, turn: Turn, want: Act, intent: Intent) -> bool:
        """Begin it, or say why not; False when something stands in the way that may pass."""
        engine, office = self._engine, self._office
        row = await office.journal.action(intent.identity)
        if row is not None and row.status in ("open", "done") and row.call != intent.call:
            await self._decline(turn, want, row, intent)
            return True
        if row is not None and row.status == "done":
            await self._decline(turn, want, row, None)
            return True
        others = await office.journal.actions_on(intent.object) if intent.object else ()
        if (row is not None and row.status == "open") or any(other.status == "open" for other in others):
            return False
        if not await self._is_approved(want, intent):
            self._record_failed(turn, want.key, "unapproved", "what was approved is not what would be done")
            return True
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
            sends_until=now + SEND,
            amount=intent.amount,
            currency=intent.currency,
            undoes=want.undoes,
            approved_by=by,
            replaces=tuple(replaces),
            facts=intent.facts,
            receipt=office.book.hold(receipting.begun(intent, now, by), {Receipt}),
        )
        self._begun_now.add(intent.identity)
        self._record(event)
        self._wanted.pop((turn.number, want.key), None)
        try:
            await engine.written()
        except JournalError:
            return True  # it is rebuilt from what is durable, and sees then
        if not engine.gone:
            self._send(engine.state.ledger[intent.identity], first=True)
        self._begun_now.discard(intent.identity)
        return True

    def _intent(self, turn: Turn, want: Act | Weigh) -> Intent | None:
        action: Action[Any, Any] = want.place.node  # type: ignore[assignment]
        try:
            return intent_of(action, want.place, want.scope, self._engine.state.conversation.tenant)
        except Exception as error:
            why = f"identity= of {action.name}: {type(error).__name__}: {error}"
            self._record_failed(turn, want.key, "bug", why)
            return None

    async def _is_approved(self, want: Act, intent: Intent) -> bool:
        approved = want.approved
        if approved is None:
            return True
        now = self._office.now()
        if approved.by:
            return approved.call == intent.exact and now < approved.until
        return not await needs_approval(approved.rule, intent, self._office.journal, now)

    async def _weigh(self, turn: Turn, want: Weigh) -> None:
        intent = self._intent(turn, want)
        if intent is None:
            return
        try:
            because = await needs_approval(want.rule, intent, self._office.journal, self._office.now())
        except Exception as error:
            self._record_failed(
                turn, want.key, "bug", f"when= of an approval: {type(error).__name__}: {error}"
            )
            return
        if want.key in turn.wants and not self._engine.gone:
            about = shown(intent, want.scope, because) if because else {}
            self._record(ev.ApprovalWeighed(turn.number, *want.key, intent.exact, because, about))

    def _may_join(self, turn: Turn, known: Entry) -> bool:
        return known.turn == turn.number and known.standing in ("open", "done")

    def _join(self, turn: Turn, want: Act, known: Entry) -> None:
        """The same, in the same turn: it gets what the first comes to."""
        if known.open and not known.with_person:
            self._joined.setdefault(known.identity, []).append((turn, want))
        elif known.fact is not None:
            self._record(ev.FactReused(turn.number, *want.key, known.fact))
        else:
            self._record_failed(turn, want.key, "unknown", "a person decides how the same came out")

    async def _decline(self, turn: Turn, want: Act, row: ActionRow, intent: Intent | None) -> None:
        receipt = await self._receipt(row, want.step)
        if self._engine.gone or want.key not in turn.wants:
            return
        fact: AlreadyDone | ActionConflict = AlreadyDone(receipt)
        if intent is not None:
            asked = receipting.begun(intent, self._office.now(), "")
            fact = ActionConflict(
                receipt, f"{asked.action} {asked.object} {asked.amount or ''} {asked.currency}".strip()
            )
        held = self._office.book.hold(fact, {AlreadyDone, ActionConflict})
        self._record(ev.ActionDeclined(turn.number, *want.key, row.identity, held))

    async def _receipt(self, row: ActionRow, action: Action[Any, Any]) -> Receipt:
        """Its receipt; of somebody else's conversation only that it was done."""
        state = self._engine.state
        if row.conversation == state.id and (entry := state.ledger.get(row.identity)) is not None:
            return receipting.receipt_of(entry)
        if row.conversation == state.id or await self._is_the_callers(row.conversation):
            for happened in self._office.unseal(
                await self._office.journal.read(row.conversation, row.seq - 1, 1)
            ):
                held = getattr(happened.event, "receipt", None)
                if isinstance(held, Held):
                    receipt: Receipt = held.value
                    return receipt
        return Receipt(action.name, action.kinds, status="done" if row.status == "done" else "pending")

    async def _is_the_callers(self, conversation: str) -> bool:
        caller = self._engine.state.caller
        opened = self._office.unseal(await self._office.journal.read(conversation, 0, 1))[0].event
        assert isinstance(opened, ev.ConversationOpened)
        verified = caller.level == opened.level == "verified"
        return bool(caller.id) and verified and opened.caller == caller.id

    # To do and to find out

    def _send(self, entry: Entry, *, first: bool) -> None:
        work, botched = self._call(entry, first=first), partial(self._unsure_still, entry.identity)
        self._start(self._calls, entry.identity, work, botched)

    async def _call(self, entry: Entry, *, first: bool) -> None:
        office, action = self._office, self._action(entry)
        if action is None:
            self._unsure(entry, 0.0, f"this desk has no action {entry.action} any more")
            return
        if office.now() > entry.sends_until:  # too long ago; who looks it up counts on that it is not sent
            if first:
                self._not_done(entry, 0.0, "late", "it was not sent in time")
            else:
                self._unsure(entry, 0.0, "it was not sent again in time")
            return
        self._sent[entry.identity] = office.now()
        answer = await call_out(self._engine, action, entry, CALL, late=partial(self._late, entry.identity))
        self._sent[entry.identity] = office.now()  # it may have been sent at its very end
        hurried = entry.identity in self._hurried
        self._hurried.discard(entry.identity)
        now = self._engine.state.ledger.get(entry.identity)
        if self._engine.gone or now is None or not now.open:
            return  # its lookup was faster
        match answer:
            case Answer(took, value):
                self._done(now, action, took, value, "called")
            case Refusal(took, kinds, why):
                self._not_done(now, took, "refused", why, kinds)
            case Silence(took, why):
                self._unsure(now, took, why, how="silent", soon=hurried)

    async def _look(self, entry: Entry) -> None:
        engine = self._engine
        await engine.written()  # that it is resumed is durable before what may end the process runs again
        action = self._action(entry)
        if action is None or (
            action.lookup is None and not (action.repeats_safely and self._is_wanted(entry))
        ):
            if entry.identity in self._calls:  # which may still tell
                self._unsure(entry, 0.0, entry.why)
                return
            self._unsure(entry, 0.0, entry.why or "nobody can tell how it came out", hopeless=True)
            return
        asked = self._office.now()
        answer: Answer | Refusal | Silence = Answer(0.0, Absent())
        if action.lookup is not None:
            answer = await call_out(self._engine, action, entry, LOOK, lookup=True)
        now = engine.state.ledger.get(entry.identity)
        if engine.gone or now is None or not now.open:
            return
        if isinstance(answer, Answer) and not isinstance(answer.value, Absent):
            self._done(now, action, answer.took, answer.value, "found")
        elif isinstance(answer, Answer):
            await self._absent(now, action, answer.took, asked)
        else:
            self._unsure(now, answer.took, f"its lookup failed: {answer.why}", how="lookup")

    async def _absent(self, entry: Entry, action: Action[Any, Any], took: float, asked: int) -> None:
        """The back end knows nothing of it: surely not done, not done yet, or not to be told.

        What counts is when it was asked: the answer may have been on its way while the effect took place.
        """
        settles = action.settles_within
        surely = settles is not None and asked > self._sent_by(entry) + settles * 1000
        in_flight = entry.identity in self._calls
        if (surely or action.repeats_safely) and not in_flight and not entry.with_person:
            if self._is_wanted(entry):
                await self._again(entry)
                return
            if surely:
                self._not_done(entry, took, "absent", "its back end knows nothing of it")
                return
        if surely and entry.with_person and not in_flight:
            self._not_done(entry, took, "absent", "its back end knows nothing of it")
            return
        how = "absent" if action.lookup is not None else ""
        self._unsure(entry, took, entry.why or "its back end knows nothing of it yet", how=how)

    async def _again(self, entry: Entry) -> None:
        if self._pursued_for(entry) > self._patience(entry):
            self._unsure(entry, 0.0, entry.why)
            return
        until = self._office.now() + SEND
        self._record(
            ev.ActionAgain(entry.turn, entry.path, entry.attempt, entry.identity, entry.sent + 1, until)
        )
        await self._engine.written()
        if not self._engine.gone:
            self._send(self._engine.state.ledger[entry.identity], first=False)

    # How it came out

    def _done(self, entry: Entry, action: Action[Any, Any], took: float, value: Any, how: str) -> None:
        book = self._office.book
        fact = book.hold(value, {action.result})
        receipt = receipting.done(action, entry, fact.value, self._office.now(), book)
        self._record(
            ev.ActionDone(
                *(entry.turn, entry.path, entry.attempt, entry.identity, took, how, "", entry.retires, fact),
                receipt=receipt,
            )
        )

    def _not_done(
        self, entry: Entry, took: float, how: str, why: str, kinds: tuple[str, ...] = NOT_DONE
    ) -> None:
        self._record(
            ev.ActionNotDone(
                *(entry.turn, entry.path, entry.attempt, entry.identity, took, kinds, how),
                why=mask_cards(why),
            )
        )

    def _unsure(
        self,
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
        now = self._office.now()
        late = hopeless or entry.tries >= TRIES or self._pursued_for(entry) > self._patience(entry)
        pause = 500 if soon else min(500 * 2 ** min(entry.tries, 16), LONGEST if late else SOON)
        over = hopeless or now - entry.at > GIVE_UP
        told = late and not entry.with_person
        nobodys = told and not self._is_wanted(entry) and self._engine.state.owner != "human"
        event = ev.ActionUnknown(
            *(entry.turn, entry.path, entry.attempt, entry.identity, took, entry.tries + 1),
            *(0 if over else now + pause, told, how),
            why=mask_cards(why),
        )
        self._record(event, then=moves.unknown(self._engine, entry) if nobodys else None)

    def _unsure_still(self, identity: str, why: str) -> None:
        entry = self._engine.state.ledger.get(identity)
        if entry is not None and entry.open:
            self._unsure(entry, 0.0, why)

    def settle(self, entry: Entry, outcome: str, by: str, reference: str) -> int:
        """A person says how it came out; the sequence number of that."""
        where = (entry.turn, entry.path, entry.attempt, entry.identity, 0.0)
        if outcome == "not_done":
            return self._note(ev.ActionNotDone(*where, NOT_DONE, "told", by, why=f"{by} says so"))
        first = receipting.receipt_of(entry)
        receipt = replace(first, status="done", reference=reference or first.reference)
        held = self._office.book.hold(receipt, {Receipt})
        return self._note(ev.ActionDone(*where, "told", by, entry.retires, receipt=held))

    def _sent_by(self, entry: Entry) -> float:
        """When its last call had surely been sent, if it was. A process that is dead sends nothing more; one that only
        seems so begins no call after its time, and none takes longer than calls may.
        """
        elsewhere = max(entry.sends_until, min(self._made, entry.sends_until + CALL * 1000))
        return self._sent.get(entry.identity, elsewhere)

    def _pursued_for(self, entry: Entry) -> int:
        """For how many milliseconds somebody has been looking into it; nobody does while the desk is down."""
        return self._office.now() - max(entry.at, self._made)

    def _patience(self, entry: Entry) -> float:
        action = self._action(entry)
        return PATIENCE + 1000 * ((action.settles_within or 0) if action is not None else 0)

    # Recording

    def _record(self, event: ev.Event, *, then: ev.Event | None = None) -> None:
        if self._engine.gone:
            return
        self._note(event)
        if then is not None:
            self._engine.record(then)
        if not isinstance(event, ev.ActionBegan):  # that is waited for, and then sent
            self._engine.advance()

    def _note(self, event: Any) -> int:
        """Record it, with what the journal's index says of it; what joined it learns how it came out."""
        engine = self._engine
        seq = engine.record(event)
        entry = engine.state.ledger.get(getattr(event, "identity", ""))
        if entry is None:
            return seq
        if isinstance(event, ev.ActionBegan | ev.ActionDone | ev.ActionNotDone):
            engine.index(row_of(entry, engine.state.id), getattr(event, "retires", ()))
        if not entry.open or entry.with_person:
            for turn, want in self._joined.pop(entry.identity, ()):
                if want.key in turn.wants:
                    self.act(turn, want)
        return seq

    def _record_failed(self, turn: Turn, key: Key, reason: str, why: str) -> None:
        if key in turn.wants:
            self._record(ev.StepFailed(turn.number, *key, 0.0, reason, (), mask_cards(why)[:2000]))

    def _late(self, identity: str, answer: Answer) -> None:
        """A call that had been given up came back after all."""
        entry = self._engine.state.ledger.get(identity)
        if entry is not None and entry.open and (action := self._action(entry)) is not None:
            self._done(entry, action, answer.took, answer.value, "called")
        elif entry is not None and entry.standing == "not_done":  # its back end did not settle as it said
            why = f"{entry.action} was done after all, though it was taken for not done"
            late = ev.LateResult(entry.turn, entry.path, entry.attempt, answer.took, why)
            nobodys = self._engine.state.owner != "human"
            self._record(late, then=moves.unknown(self._engine, replace(entry, why=why)) if nobodys else None)

    def _is_wanted(self, entry: Entry) -> bool:
        turn = self._engine.state.turns.get(entry.turn)
        return turn is not None and entry.key_of_want in turn.wants

    def _action(self, entry: Entry) -> Action[Any, Any] | None:
        return self._office.desk.action_at(entry.path, entry.action)


def _counts(want: Act) -> bool:
    """Is it up to all that was done today whether this needs an approval?"""
    rule = want.approved.rule.when if want.approved is not None else None
    return isinstance(rule, Limits) and (rule.count is not None or rule.sum is not None)
