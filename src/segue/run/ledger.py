"""Ledger: what a conversation does in back ends, each thing once.

An action is begun when no other conversation has begun or done the same, and nothing else is under way on the same
object; that is durable before the call. What comes of the call is recorded; when that is not certain, it is looked up,
with growing pauses, or sent again under the same key where that is safe; and what cannot be told goes to a person,
while nobody can do it again. All of it outlives the turn that wanted it.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from segue.flow.action import Action
from segue.run import beginning, settling
from segue.run import events as ev
from segue.run.entries import Entry, row_of
from segue.run.masking import mask_cards
from segue.run.turn import Turn
from segue.run.wants import Act, Key, Weigh

if TYPE_CHECKING:
    from segue.run.engine import Engine

log = logging.getLogger("segue")


class Ledger:
    """The actions of one conversation, carried on by its engine."""

    def __init__(self, engine: "Engine") -> None:
        self.engine = engine
        self.office = engine.office
        self.made = engine.office.now()
        self.wanted: dict[tuple[int, Key], asyncio.Task[None]] = {}  # not begun yet
        self.calls: dict[str, asyncio.Task[None]] = {}
        self.looks: dict[str, asyncio.Task[None]] = {}
        self.hurried: set[str] = set()
        self.sent: dict[str, int] = {}  # when calls were under way here
        self.joined: dict[str, list[tuple[Turn, Act]]] = {}
        self.begun_now: set[str] = set()  # begun, and sent as soon as that is durable
        self.out: dict[asyncio.Task[Any], Entry] = {}  # functions of the desk that run just now

    @property
    def pursued(self) -> Collection[str]:
        """Identities of what is just being done or looked into."""
        if not (self.calls or self.looks or self.begun_now):
            return ()
        return {*self.begun_now, *self.looks, *(self.calls.keys() - self.hurried)}

    @property
    def busy(self) -> bool:
        """Is anything being begun, done or looked into?"""
        return bool(self.wanted or self.begun_now or self.calls or self.looks)

    def act(self, turn: Turn, want: Act) -> None:
        """Do this, unless it was begun before; then it is looked into."""
        known = next((e for e in self._open if (e.turn, e.key_of_want) == (turn.number, want.key)), None)
        if known is None:
            botched = partial(self.failed, turn, want.key, "bug")
            self.start(self.wanted, (turn.number, want.key), beginning.begin(self, turn, want), botched)

    def weigh(self, turn: Turn, want: Weigh) -> None:
        """Find out whether a call needs an approval."""
        botched = partial(self.failed, turn, want.key, "bug")
        self.start(self.wanted, (turn.number, want.key), beginning.weigh(self, turn, want), botched)

    def forget(self, turn: Turn, key: Key) -> None:
        """Nobody wants this any more: it is not begun; what was begun is settled all the same."""
        if (task := self.wanted.pop((turn.number, key), None)) is not None:
            task.cancel()

    def hurry(self, turn: Turn, key: Key) -> None:
        """The time for this is over: what its call says may still come, but it is looked up now."""
        for entry in self._open:
            if (entry.turn, entry.key_of_want) == (turn.number, key) and entry.identity in self.calls:
                self.hurried.add(entry.identity)
                settling.unsure(self, entry, 0.0, "it was not answered in time", how="silent")

    def look_into(self, entry: Entry) -> None:
        """Find out how this came out, or send it again where that is safe."""
        self.start(
            self.looks,
            entry.identity,
            settling.look(self, entry),
            partial(settling.unsure_still, self, entry.identity),
        )

    def drop(self) -> None:
        """The engine is gone: nothing more is done here."""
        for task in (*self.wanted.values(), *self.calls.values(), *self.looks.values()):
            self.office.give_up(task)

    def at_work(self) -> Iterator[tuple[Turn, Act, asyncio.Task[Any]]]:
        """Every action at work for a turn that still wants it, with its task."""
        for task, entry in list(self.out.items()):
            turn = self.engine.state.turns.get(entry.turn)
            want = turn.wants.get(entry.key_of_want) if turn is not None else None
            if turn is not None and isinstance(want, Act):
                yield turn, want, task

    @property
    def _open(self) -> list[Entry]:
        return self.engine.state.open_entries

    def start(
        self,
        among: dict[Any, asyncio.Task[None]],
        key: Any,
        work: Coroutine[Any, Any, None],
        botched: Callable[[str], None],
    ) -> None:
        """Do something beside everything else; `botched` hears why when we made a mistake in it."""
        task = among[key] = self.office.loop.create_task(work)
        self.office.watchdog.wake()

        def ended(task: "asyncio.Task[None]") -> None:
            if among.get(key) is task:
                del among[key]
            if self.engine.gone:
                return
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("an action of %s cannot go on", self.engine.state.id, exc_info=error)
                botched(f"{type(error).__name__} in the engine")
            self.engine.advance()
            self.office.awake.tended(self.engine)  # what it recorded last may be durable already

        task.add_done_callback(ended)

    # Recording

    def record(self, event: ev.Event, *, then: ev.Event | None = None) -> None:
        if self.engine.gone:
            return
        self.note(event)
        if then is not None:
            self.engine.record(then)
        if not isinstance(event, ev.ActionBegan):  # that is waited for, and then sent
            self.engine.advance()

    def note(self, event: Any) -> int:
        """Record it, with what the journal's index says of it; what joined it learns how it came out."""
        engine = self.engine
        seq = engine.record(event)
        entry = engine.state.ledger.get(getattr(event, "identity", ""))
        if entry is None:
            return seq
        if isinstance(event, ev.ActionBegan | ev.ActionDone | ev.ActionNotDone):
            engine.index(row_of(entry, engine.state.id), getattr(event, "retires", ()))
        if not entry.open or entry.with_person:
            for turn, want in self.joined.pop(entry.identity, ()):
                if want.key in turn.wants:
                    self.act(turn, want)
        return seq

    def failed(self, turn: Turn, key: Key, reason: str, why: str) -> None:
        if key in turn.wants:
            self.record(ev.StepFailed(turn.number, *key, 0.0, reason, (), mask_cards(why)[:2000]))

    def is_wanted(self, entry: Entry) -> bool:
        turn = self.engine.state.turns.get(entry.turn)
        return turn is not None and entry.key_of_want in turn.wants

    def action_of(self, entry: Entry) -> Action[Any, Any] | None:
        return self.office.desk.action_at(entry.path, entry.action)
