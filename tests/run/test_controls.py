"""Controls: with a guarantee taken away, the drives must fail, or they prove nothing.

Each test removes one thing at a public seam or in the one function that does it, and names what notices.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.run.happenings import Scenario, scenarios
from tests.run.test_any_conversation import played
from tests.run.watched_office import WatchedOffice

from segue.run import events as ev
from segue.run import moves
from segue.run.codec import Happened, Record, hash_of, unseal
from segue.run.engine import Engine
from segue.run.fold import State
from segue.run.journal import Append, Head, Loaded, Parcel, Receipt
from segue.run.memory import MemoryJournal
from segue.run.turn import Turn

MOST = 600
"""Examples within which a drive must have failed."""


def noticed(what: str, journal: Callable[[], Any] = MemoryJournal, *, rivals: bool = False) -> None:
    """Drive until this is noticed. What is taken away may show in other ways, too; those are passed over."""

    @settings(
        max_examples=MOST,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios(rivals=rivals))
    def drives(scenario: Scenario) -> None:
        try:
            played(scenario, journal())
        except AssertionError as error:
            if re.search(what, str(error)):
                raise

    with pytest.raises(AssertionError, match=what):
        drives()


# (a) the fence


class Unfenced(MemoryJournal):
    """Accepts whatever a writer appends who lost the conversation long ago."""

    def append(self, append: Append) -> asyncio.Future[None]:
        head = self._heads[append.conversation]
        return super().append(append._replace(token=head.token, expect=head.seq))


class SameToken(MemoryJournal):
    """Gives every writer the token of the one before."""

    async def claim(self, conversation: str, *args: Any, **kwargs: Any) -> Loaded | None:
        loaded = await super().claim(conversation, *args, **kwargs)
        self._heads[conversation] = self._heads[conversation]._replace(token=1)
        return loaded and replace(loaded, head=loaded.head._replace(token=1))


def test_without_the_fence_two_writers_are_noticed() -> None:
    found = r"event \d+ was shown (after event|as two)|runs again|something that a crash ended still writes"
    noticed(found, Unfenced, rivals=True)


def test_a_token_that_does_not_rise_is_noticed() -> None:
    noticed(r"the token of \w+ went from 1 to 1", SameToken)


# (b) the snapshot


WRONG: Mapping[str, Any] = {
    "kept": [],
    "waits": [],
    "turn": 0,
    "lines": [],
    "epoch": 0,
    "owner": "ai",
    "spoken": "",
    "spent": (),
    "summary": "",
    "left_out": [],
}


@pytest.mark.parametrize("left_out", WRONG)
def test_a_snapshot_that_leaves_something_out_is_noticed(
    left_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = State.snapshot
    monkeypatch.setattr(State, "snapshot", lambda state: {**whole(state), left_out: WRONG[left_out]})
    noticed(r"folded (from \d+ and from 1 )?differ")


def test_answers_of_models_that_are_not_read_again_on_resume_are_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("segue.run.applying._answered", lambda turn, event: None)
    noticed(r"was answered .* 2 times")


# (c) the inbox


class Forgetful(MemoryJournal):
    """Takes the same message again and again."""

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        self._receipts.pop((conversation, parcel.source, parcel.id), None)
        return await super().deliver(conversation, parcel)


def test_a_message_taken_twice_is_noticed() -> None:
    noticed(r"message '\d' was taken 2 times|was accepted under the id of", Forgetful)


# (d) results


def test_a_result_that_is_not_read_again_on_resume_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(state: State, head: Head, records: Sequence[Record]) -> None:
        for record in records:
            happened = unseal(record, state.book)
            if isinstance(happened.event, ev.StepFinished):
                state.seq = happened.seq
            else:
                state.apply(happened)
            state.hash = hash_of(record)
        state.base = head.base

    monkeypatch.setattr(State, "load", load)
    noticed(r"runs again, and its result is in the journal|(live and|from 1 and) .* differ")


# (e) one decision, one append


def test_a_reply_that_is_written_apart_from_the_end_of_its_turn_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finished = moves._finished

    def cut(engine: Engine, turn: Turn, how: str) -> None:
        engine.flush()
        finished(engine, turn, how)

    monkeypatch.setattr(moves, "_finished", cut)
    noticed(r"turns were answered more than once|turns .* sleep, and nobody is waited for")


# (f) outcomes


def test_an_outcome_that_is_recorded_twice_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    finished = moves._finished

    def twice(engine: Engine, turn: Turn, how: str) -> None:
        covered = [s for s in engine.state.messages if s not in engine.state.uncovered][:1]
        engine.record(ev.NoticeSent(turn.number, tuple(covered), "Once more."))
        finished(engine, turn, how)

    monkeypatch.setattr(moves, "_finished", twice)
    noticed(r"message \d+ has 2 outcomes")


class Lossy(MemoryJournal):
    """Loses every message but the first, and says that it has it."""

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        if parcel.id == "0":
            return await super().deliver(conversation, parcel)
        return Receipt(True, at=parcel.at)


def test_a_message_that_is_lost_is_noticed() -> None:
    noticed(r"message '\d' was accepted and is nowhere", Lossy)


class Garbling(MemoryJournal):
    """Cuts messages short."""

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        return await super().deliver(conversation, parcel._replace(body=parcel.body.replace(b"one", b"on")))


def test_a_message_that_is_cut_short_is_noticed() -> None:
    noticed(r"message '\d' was 'one' and is 'on'", Garbling)


# Waits, and who is shown what


class Endless(MemoryJournal):
    """Forgets when waits expire."""

    def append(self, append: Append) -> asyncio.Future[None]:
        return super().append(append._replace(opened=[replace(wait, expires=None) for wait in append.opened]))


def test_a_wait_without_an_expiry_is_noticed() -> None:
    noticed(r"stands for ever", Endless)


class Oversleeping(MemoryJournal):
    """Forgets when a conversation has to be woken."""

    def append(self, append: Append) -> asyncio.Future[None]:
        return super().append(append._replace(wake_at=append.wake_at or None))


def test_a_conversation_that_nobody_wakes_is_noticed() -> None:
    noticed(r"runs?, and nobody|nobody wakes it|never comes to rest|left undone|has no outcome", Oversleeping)


def test_what_is_shown_before_it_is_durable_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    append = WatchedOffice.append

    def eager(office: WatchedOffice, engine: Engine, it: Append, happened: list[Happened]) -> Any:
        office.feed.publish(engine.state.id, happened)
        return append(office, engine, it, happened)

    monkeypatch.setattr(WatchedOffice, "append", eager)
    noticed(r"was shown as")
