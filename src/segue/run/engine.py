"""Engine: the one place that awaits. It carries out what a conversation's walks want, until it rests.

One `Engine` advances one conversation. Whichever task finishes a step records the event, sees what is wanted
next, and carries on with it; other tasks are made only for what runs beside it. So a step that hangs is
simply left behind: its task is cancelled, a new one goes on, and what comes late is recorded and dropped.

Everything recorded goes through `record`: sealed, applied to the state, appended. Nothing is shown to anybody
before it is durable; that is the office's business, which hears of appends only when they are.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from segue.run import events as ev
from segue.run import moves
from segue.run.calls import call_step
from segue.run.codec import Happened, Record, seal
from segue.run.fold import State
from segue.run.inbox import read
from segue.run.journal import ActionRow, Append, Parcel, Wait
from segue.run.ledger import Ledger
from segue.run.mailbox import next_move, settling_until, wakes_at
from segue.run.outcome import Handover
from segue.run.turn import Turn
from segue.run.wants import Act, AskPersonFor, Drop, Hurry, Key, Reuse, Run, Wake, Want, Weigh

if TYPE_CHECKING:
    from segue.run.office import Office

log = logging.getLogger("segue")

TOO_MANY_RESUMES = 3
"""A conversation whose turn was begun again so many times goes to a person."""


class Engine:
    """Advances one conversation, on the event loop of its office. Nothing in here awaits but steps."""

    def __init__(self, office: "Office", state: State, token: int) -> None:
        self.office = office
        self.state = state
        self.token = token
        self.held_until = 0  # when the lease is over
        self.gone = False
        self._durable = state.seq  # what the journal has been given so far
        self._inbox: deque[Parcel] = deque()
        self._seen: set[tuple[str, str]] = set()
        self._todo: deque[tuple[Turn, Want]] = deque()
        self._workers: dict[tuple[int, Key], asyncio.Task[None]] = {}
        self._timers: dict[tuple[int, Key], asyncio.TimerHandle] = {}
        self._deadline: asyncio.TimerHandle | None = None
        self._due = 0
        self._lingers = False
        self._records: list[Record] = []
        self._happened: list[Happened] = []
        self._taken: list[tuple[str, str, int]] = []
        self._waits = dict(state.indexed)  # those that the journal's index knows
        self._settling = False
        self._careful = False  # after a restart nothing runs before it is durable that it was begun
        self._held: list[tuple[Turn, Run]] = []
        self._last: asyncio.Future[None] | None = None
        self._rows: list[ActionRow] = []
        self._retired: list[str] = []
        self.ledger = Ledger(self)

    # From outside

    def take(self, parcels: Iterable[Parcel]) -> None:
        """Take parcels of the inbox in, in order; one that was taken before is passed over."""
        self._put(parcels)
        if self._inbox:
            self.advance()

    def resume(self, inbox: Iterable[Parcel], *, careful: bool) -> None:
        """Go on after a restart: every turn that was running says so, and its wants are carried out again.

        `careful`: something that was begun, or would have been, may have killed the process.
        """
        self._put(inbox)
        self._careful = careful or bool(self.state.turns)
        now = self.office.now()
        for turn in list(self.state.turns.values()):
            unasked = [(turn, want) for key, want in turn.wants.items() if key not in turn.asked]
            if turn.idle or turn.outcome is not None:
                self._todo.extend(unasked)
                continue
            n = turn.resumes + 1
            # A crash restarts no deadline, but who still waits is better served late than not.
            deadline = max(turn.deadline, now + turn.allowance // 4)
            self.record(ev.TurnResumed(turn.number, n, deadline))
            if n > TOO_MANY_RESUMES:
                turn.stop(Handover("", "keeps_crashing", "", f"resumed {n - 1} times and never finished"))
                continue
            self._todo.extend(unasked)
        self.advance()

    def _put(self, parcels: Iterable[Parcel]) -> None:
        for parcel in parcels:
            if (parcel.source, parcel.id) not in self._seen:
                self._seen.add((parcel.source, parcel.id))
                self._inbox.append(parcel)

    @property
    def resting(self) -> bool:
        """Is there nothing to do before somebody writes, answers, or a time comes?"""
        busy = self._workers or self._timers or self._records or self._inbox or self._todo or self._held
        return (
            not (busy or self.ledger.busy)
            and not self.state.uncovered
            and not self.state.running  # one may wait until an action is looked into again
            and (self._last is None or self._last.done())
        )

    @property
    def steps(self) -> Collection["asyncio.Task[None]"]:
        """Steps at work."""
        return self._workers.values()

    def drop(self) -> None:
        """Forget everything that is not durable; nothing more is recorded through this engine."""
        self.gone = True
        for timer in (*self._timers.values(), self._deadline):
            if timer is not None:
                timer.cancel()
        for task in self._workers.values():
            self.office.give_up(task)
        self.ledger.drop()

    def index(self, row: ActionRow, retired: Iterable[str]) -> None:
        """What the journal's index is to say of an action, with the event just recorded."""
        self._rows.append(row)
        self._retired.extend(retired)

    async def written(self) -> None:
        """Wait until everything recorded so far is durable."""
        self.flush()
        if self._last is not None:
            await asyncio.shield(self._last)

    # The loop: record, carry out, decide

    def advance(self) -> None:
        """Do everything that can be done now, and start what takes time in tasks of its own."""
        if (run := self._settle(anything=True)) is not None:
            self._spawn(*run)

    def record(self, event: ev.Event) -> int:
        """Make an event happen; its sequence number."""
        state = self.state
        seq, at = state.seq + 1, self.office.now()
        record, state.hash = seal(seq, at, event, state.hash)
        happened = Happened(seq, at, event)
        self._records.append(record)
        self._happened.append(happened)
        self._todo.extend(state.apply(happened))
        return seq

    def _settle(self, *, anything: bool) -> tuple[Turn, Run] | None:
        """Record and decide until only time or others can help; one step for the caller to carry on."""
        if self._settling:
            return None
        self._settling = True
        mine: tuple[Turn, Run] | None = None
        try:
            while not self.gone:
                if self._todo:
                    turn, want = self._todo.popleft()
                    if type(want) is Run:
                        if want.step.says is not None:
                            self._show_progress(turn, want)
                        if self._careful:
                            self._held.append((turn, want))
                        elif mine is None:
                            mine = (turn, want)
                        else:
                            self._spawn(turn, want)
                    elif type(want) is Act:
                        self._show_progress(turn, want)
                        self.ledger.act(turn, want)
                        anything = True
                    else:
                        self._carry_out(turn, want)
                        anything = True
                elif self._inbox:
                    parcel = self._inbox.popleft()
                    self._taken.append((parcel.source, parcel.id, read(self, parcel)))
                elif not anything and (mine is not None or (self._workers and not self._some_turn_ended)):
                    break  # one step led to the next, or others go on: there is nothing to decide
                elif (move := next_move(self.state, self.office.now(), self.ledger.pursued)) is not None:
                    moves.make(self, move)
                    anything = True
                else:
                    break
                if self.office.eager:
                    self.flush()
        finally:
            self._settling = False
        if self.gone:  # perhaps while this was going on
            return None
        if mine is not None and mine[1].key not in mine[0].wants:
            mine = None  # dropped again in the same breath
        if anything:
            self._watch_deadline()
        self._flush_soon(mine is None and not self._workers)
        if self._held and self._last is not None:
            self._last.add_done_callback(self._release)
        return mine

    @property
    def _some_turn_ended(self) -> bool:
        for turn in self.state.turns.values():  # noqa: SIM110 (this runs for every event)
            if turn.outcome is not None:
                return True
        return False

    def _release(self, durable: "asyncio.Future[None]") -> None:
        """That a turn was begun or resumed is written down, so what may kill the process again may run."""
        self._careful = False
        held, self._held = self._held, []
        for turn, run in held:
            if not self.gone and run.key in turn.wants:
                self._spawn(turn, run)

    def _carry_out(self, turn: Turn, want: Want) -> None:
        match want:
            case Reuse(key, fact):
                self.record(ev.FactReused(turn.number, *key, fact=fact))
            case Wake(key, at, over):
                event = (ev.TimedOut if over else ev.Woke)(turn.number, *key)
                delay = max(0, at - self.office.now()) / 1000
                loop = self.office.loop
                self._timers[turn.number, key] = loop.call_later(delay, self._rang, turn, key, event)
            case Weigh():
                self.ledger.weigh(turn, want)
            case Hurry(key):
                self.ledger.hurry(turn, key)
            case AskPersonFor():
                moves.ask_person(self, turn, want)
            case Drop(key):
                self.forget(turn, key)
            case _:
                pass  # questions to the customer are put by next_move, one at a time

    def _rang(self, turn: Turn, key: Key, event: ev.Event) -> None:
        self._timers.pop((turn.number, key), None)
        if not self.gone and key in turn.wants:
            self.record(event)
            self.advance()

    def forget(self, turn: Turn, key: Key) -> None:
        """Drop whatever is being done for this want."""
        if (timer := self._timers.pop((turn.number, key), None)) is not None:
            timer.cancel()
        if (task := self._workers.pop((turn.number, key), None)) is not None:
            self.office.give_up(task)
        self.ledger.forget(turn, key)

    # Steps

    def _spawn(self, turn: Turn, run: Run) -> None:
        self._workers[turn.number, run.key] = self.office.loop.create_task(self._work(turn, run))
        self.office.watchdog.wake()

    def at_work(self) -> "Iterator[tuple[Turn, Run | Act, asyncio.Task[None]]]":
        """Every step and every action at work, with its task."""
        yield from self.ledger.at_work()
        for (number, key), task in list(self._workers.items()):
            turn = self.state.turns.get(number)
            run = turn.wants.get(key) if turn is not None else None
            if turn is not None and isinstance(run, Run):
                yield turn, run, task

    def tend(self) -> None:
        """See to workers that ended and did not say so; called now and then, while steps run."""
        for (number, key), task in list(self._workers.items()):
            turn = self.state.turns.get(number)
            if turn is None or not task.done():
                continue
            del self._workers[number, key]
            run = turn.wants.get(key)
            if not task.cancelled():
                self._botched(turn, key, task.exception())
            elif isinstance(run, Run) and not self.office.leaving:
                self.note(_cancelled(turn, run))  # before it began, by somebody who cancels whatever there is

    def _botched(self, turn: Turn, key: Key, error: BaseException | None) -> None:
        """A worker failed by a mistake of ours, or what nobody can catch; the turn must not hang on it."""
        log.error("a worker of %s failed", self.state.id, exc_info=error)
        if not self.gone and turn.outcome is None:
            why = f"{type(error).__name__} in the engine"
            self._todo.extend((turn, want) for want in turn.stop(Handover("", "bug", key[0], why)))
            self.advance()

    async def _work(self, turn: Turn, run: Run) -> None:
        """Run a step, then whatever its result leads to."""
        workers = self._workers
        place = (turn.number, run.key)
        task = workers[place]
        try:
            while True:
                event = await call_step(self.office, self, turn, run)
                if self.gone:
                    return
                if workers.get(place) is not task:  # abandoned meanwhile
                    if event is not None:
                        self.late(turn, run, event.took, event.kind)
                    return
                del workers[place]
                if event is None:  # cancelled, and nobody here asked for it
                    if self.office.leaving:
                        return  # everything is; the step is run again at the next start
                    event = _cancelled(turn, run)
                self.record(event)
                more = self._settle(anything=False)
                if more is None:
                    return
                turn, run = more
                place = (turn.number, run.key)
                workers[place] = task
        except Exception as error:
            self._botched(turn, run.key, error)

    def late(self, turn: Turn, run: Run, took: float, how: str) -> None:
        """A step came back that was left behind (in ms): that is recorded, and what it gave is dropped."""
        self.note(ev.LateResult(turn.number, *run.key, took, f"{how} came too late"))

    def note(self, event: ev.Event) -> None:
        """Record something that leads to nothing."""
        if not self.gone:
            self.record(event)
            self.advance()

    def jot(self, event: ev.Event) -> int:
        """Record something that nothing but its step waits for; its sequence number."""
        if self.gone:
            return 0
        seq = self.record(event)
        if self.office.eager:
            self.flush()
        else:
            self._flush_soon(False)
        return seq

    def hand_over(self, seq: int) -> None:
        """Let nothing up to this number linger any longer."""
        if seq > self._durable:
            self.flush()

    def say(self, turn: Turn, key: Key, text: str) -> None:
        """Show the customer what a step is doing, unless that was the last thing shown or the step is over."""
        if not self.gone and text and key in turn.wants and self.state.progress != (turn.number, text):
            self.record(ev.ProgressShown(turn.number, key[0], text))
            self.flush()

    def _show_progress(self, turn: Turn, run: Run | Act) -> None:
        if run.step.says is not None:
            self.say(turn, run.key, self.office.texts.say(run.step.says, self.state.language))

    # Deadlines and writing down

    def _watch_deadline(self) -> None:
        state = self.state
        due = min([turn.deadline for turn in state.running], default=0) or settling_until(state)
        if state.ledger and (looks := self._looks()):
            due = min(due or looks[0], *looks)
        if not due or (self._deadline is not None and self._due <= due):
            return  # when a timer rings too early, this is asked again
        self._due = due
        if self._deadline is not None:
            self._deadline.cancel()
        delay = max(0, due - self.office.now()) / 1000
        self._deadline = self.office.loop.call_later(delay, self._too_late)

    def _looks(self) -> list[int]:
        """When actions are to be looked into (ms since 1970), without those of which that is going on."""
        pursued = self.ledger.pursued
        entries = self.state.open_entries
        return [entry.look_at for entry in entries if entry.look_at and entry.identity not in pursued]

    def _too_late(self) -> None:
        self._deadline = None
        self._due = 0
        if self.gone:
            return
        now = self.office.now()
        for turn in self.state.running:
            if turn.outcome is None and turn.deadline <= now:
                self.record(ev.DeadlinePassed(turn.number))
        self.advance()

    def _flush_soon(self, resting: bool) -> None:
        """Write down what is pending: at once when nothing else comes, else together with what comes soon."""
        if not self._records:
            return
        if resting:
            self.flush()
        elif not self._lingers:
            self._lingers = True
            self.office.linger(self)

    def flush(self) -> None:
        """Give everything recorded so far to the journal."""
        if self._lingers:
            self._lingers = False
            self.office.linger_no_longer(self)
        if not self._records or self.gone:
            return
        state = self.state
        opened, closed = self._moved_waits() if state.waits or self._waits else ((), ())
        append = Append(
            conversation=state.id,
            token=self.token,
            expect=self._durable,
            records=self._records,
            hash=state.hash,
            at=self._happened[-1].at,
            base=state.base,
            owner=state.owner,
            epoch=state.epoch,
            wake_at=0 if self._inbox else wakes_at(state),
            taken=self._taken,
            opened=opened,
            closed=closed,
            actions=self._rows,
            retired=self._retired,
        )
        self._durable = state.seq
        # Always new lists: what the journal was given may not be written yet.
        self._rows, self._retired = [], []
        happened, self._happened = self._happened, []
        self._records, self._taken = [], []
        self._last = self.office.append(self, append, happened)

    def _moved_waits(self) -> tuple[Sequence[Wait], Sequence[str]]:
        """Who is waited for since the last append, and who no more."""
        waits, before = self.state.waits, self._waits
        self._waits = dict(waits)
        opened = [
            Wait(wait.id, self.state.id, wait.kind, wait.who, wait.since, wait.expires)
            for id, wait in waits.items()
            if before.get(id) is not wait
        ]
        return opened, [id for id, wait in before.items() if waits.get(id) is not wait]


def _cancelled(turn: Turn, run: Run) -> ev.StepFailed:
    kinds = ("asyncio.exceptions.CancelledError", "builtins.Exception")
    return ev.StepFailed(turn.number, *run.key, 0.0, "failed", kinds, "it was cancelled from inside")
