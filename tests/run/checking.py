"""What must hold of every conversation, whatever happened to it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tests.run.driving import Drive
from tests.run.seeing import describe, written

from segue.people.packing import pack
from segue.people.reading import select
from segue.run import events as ev
from segue.run.codec import Happened, Record, hash_of, unseal
from segue.run.fold import State
from segue.run.journal import Head, Loaded
from segue.run.mailbox import next_move


async def check(drive: Drive) -> None:
    """Everything that must hold while nothing is left to do."""
    await check_waits(drive)
    for id in drive.ids:
        records = await drive.records(id)
        events = drive.offices[0].unseal(records)
        loaded: Loaded = await drive.disk.load(id)
        check_outcomes(events, at_rest=True)
        check_messages(drive, id, events)
        check_answers(drive, id, events)
        check_said(events)
        check_answered(events)
        check_told(drive, id, events)
        check_folds(drive, id, records, loaded)
        await check_rest(drive, id, loaded)
        await check_packet(drive, id, records, loaded)


def check_outcomes(events: Iterable[Happened], *, at_rest: bool) -> None:
    """Exactly one outcome for every message."""
    events = list(events)
    received = [h.seq for h in events if isinstance(h.event, ev.MessageReceived)]
    covered = Counter(seq for h in events for seq in getattr(h.event, "covers", ()))
    for seq in received:
        assert covered[seq] <= 1, f"message {seq} has {covered[seq]} outcomes"
        assert covered[seq] or not at_rest, f"message {seq} has no outcome"
    assert not set(covered) - set(received), f"{set(covered) - set(received)} are covered and no messages"


def check_messages(drive: Drive, id: str, events: Sequence[Happened]) -> None:
    """What was accepted is there once, word for word, and somebody was given it to read."""
    found = Counter(h.event.id for h in events if isinstance(h.event, ev.MessageReceived))
    for (conversation, message), text in drive.seen.texts.items():
        if conversation != id:
            continue
        assert found[message] <= 1, f"message {message!r} was taken {found[message]} times"
        if (conversation, message) in drive.seen.accepted:
            assert found[message] == 1, f"message {message!r} was accepted and is nowhere"
            (said,) = [
                h.event.text
                for h in events
                if getattr(h.event, "id", None) == message
                and hasattr(h.event, "text")
                and isinstance(h.event, ev.MessageReceived)
            ]
            assert said == text, f"message {message!r} was {text!r} and is {said!r}"
    read: set[int] = set()
    for h in events:
        match h.event:
            case ev.TurnStarted(because=because):
                read.update(because)
            case ev.AnswerOffered(message=seq):
                read.add(seq)
            case ev.MessagePassedOn(covers=covers) | ev.HandedOver(covers=covers):
                read.update(covers)
    for h in events:
        if isinstance(h.event, ev.MessageReceived):
            assert h.seq in read, f"message {h.seq} was read by nobody"


def check_answers(drive: Drive, id: str, events: Sequence[Happened]) -> None:
    """What a person sent became of something, once."""
    found: Counter[tuple[str, str]] = Counter()
    for h in events:
        if isinstance(h.event, ev.PersonAnswered | ev.PersonReplied | ev.DeliveryDropped):
            found[h.event.kind, h.event.id] += 1
    ended = {
        h.event.id for h in events if isinstance(h.event, ev.ConversationReturned | ev.ConversationClosed)
    }
    for (kind, sent), count in found.items():
        assert count == 1, f"{kind} {sent!r} {count} times"
    there = {sent for _, sent in found} | ended
    missing = {sent for conversation, sent in drive.seen.answers if conversation == id} - there
    assert not missing, f"{missing} were accepted and are nowhere"


def check_said(events: Sequence[Happened]) -> None:
    """Nothing is said twice: of a turn one reply or handover, of a want one question."""
    ends: Counter[int] = Counter()
    asked: Counter[tuple[Any, ...]] = Counter()
    last: dict[str, tuple[Any, ...]] = {}
    for h in events:
        match h.event:
            case ev.ReplySent(turn=turn) | ev.HandedOver(turn=turn):
                ends[turn] += 1
            case ev.PersonAsked(turn=turn, path=path, attempt=attempt):
                asked[turn, path, attempt] += 1
            case ev.CustomerAsked(turn=turn, path=path, attempt=attempt):
                # It is put again only when another one came in between.
                assert last.get("question") != (turn, path, attempt), f"event {h.seq} asks again"
                last["question"] = (turn, path, attempt)
    assert all(count == 1 for count in ends.values()), f"turns were answered more than once: {ends}"
    assert all(count == 1 for count in asked.values()), f"a person was asked more than once: {asked}"


def check_answered(events: Sequence[Happened]) -> None:
    """What a model answered a step at work is in the journal, so it is not asked again."""
    answered = [h.event for h in events if isinstance(h.event, ev.ModelAnswered)]
    for (turn, path, call), times in Counter((e.turn, e.path, (e.attempt, e.call)) for e in answered).items():
        assert times == 1, f"{path} in turn {turn} was answered {call} {times} times"


def check_told(drive: Drive, id: str, events: Sequence[Happened]) -> None:
    """Whoever followed saw nothing that is not in the journal."""
    there = {h.seq: written(h.event) for h in events}
    for seq, event in drive.seen.told[id].items():
        assert there.get(seq) == event, (
            f"event {seq} was shown as {event}, and the journal has {there.get(seq)}"
        )


def check_folds(drive: Drive, id: str, records: Sequence[Record], loaded: Loaded) -> None:
    """The journal tells what the engine knew: from the first event, from every snapshot, and at every append."""
    cold = State(id, drive.desk.flows, drive.desk.book)
    cold.load(loaded.head, loaded.records)
    for office in drive.offices:
        if (engine := office.engines.get(id)) is not None and engine.token == loaded.head.token:
            _same(describe(engine.state), describe(cold), "live and folded")
    if drive.renovated:
        return  # what a desk of before knew, this one does not
    known = drive.seen.states.get(id, {})
    full = State(id, drive.desk.flows, drive.desk.book)
    bases = {1}
    for record in records:
        full.apply(unseal(record, drive.desk.book))
        full.hash = hash_of(record)
        bases.add(full.base)
        if full.hash in known:
            _same(describe(full), known[full.hash], f"live and folded to {record.seq}")
    bases.add(loaded.head.base)
    for base in bases:
        cold = State(id, drive.desk.flows, drive.desk.book)
        cold.load(Head(id, base=base), records[base - 1 :])
        _same(describe(cold), describe(full), f"folded from {base} and from 1")
    head = loaded.head
    of_head = (head.seq, head.hash, head.owner, head.epoch)
    assert of_head == (full.seq, full.hash, full.owner, full.epoch), "the head is not what the fold says"


async def check_rest(drive: Drive, id: str, loaded: Loaded) -> None:
    """Nobody is left alone: answered, or waiting for somebody with an expiry, or with a person."""
    open_waits = [w for w in await drive.disk.waits(("question", "ask", "handover")) if w.conversation == id]
    state = State(id, drive.desk.flows, drive.desk.book)
    state.load(loaded.head, loaded.records)
    now = drive.offices[0].now()
    if drive.renovated and loaded.head.wake_at is not None and open_waits:
        return  # a changed desk finds out what it can go on with when somebody answers, or nobody does
    assert not state.running, f"turns {[turn.number for turn in state.running]} run, and nobody runs them"
    assert (move := next_move(state, now)) is None, f"{move} was left undone"
    listed = {w.id for w in open_waits}
    assert listed == set(state.waits), f"the journal's waits {listed} are not the fold's {[*state.waits]}"
    if state.owner == "human":
        assert any(w.kind == "handover" for w in open_waits), "it is with a person, and on no person's list"
    if state.turns:
        expiries = [w.expires for w in open_waits if w.kind != "handover"]
        assert expiries, f"turns {list(state.turns)} sleep, and nobody is waited for"
        wake = loaded.head.wake_at
        assert wake is not None, "nobody wakes it"
        assert wake <= min(e for e in expiries if e is not None), "nobody wakes it in time"
        for turn in state.turns.values():
            assert turn.wants, f"turn {turn.number} sleeps and wants nothing"


async def check_packet(drive: Drive, id: str, records: Sequence[Record], loaded: Loaded) -> None:
    """Its packet says who has it, who is waited for and until when, and what is open, as indexes and state do."""
    desk = drive.desk
    packet = pack(select(records, desk.book).events, conversation=id, desk=desk)
    header = packet.header
    waits = [wait for wait in await drive.disk.waits(("ask", "handover")) if wait.conversation == id]
    waits = [wait for wait in waits if wait.kind == "handover"] or waits
    assert header.owner == loaded.head.owner, packet
    if waits:
        wait = next((wait for wait in waits if wait.id == f"{id}.{header.reason_event}"), None)
        assert wait is not None, packet
        assert (header.person, header.due) == (wait.queue, wait.expires), packet
    else:
        assert header.reason in ("none", "stepped_in"), packet
    state = State(id, desk.flows, desk.book)
    state.load(loaded.head, loaded.records)
    begun = {act.identity for act in packet.actions if act.status in ("under_way", "unknown", "with_person")}
    assert begun == {entry.identity for entry in state.open_entries}, packet
    pending = [act for act in packet.actions if act.status == "pending_approval"]
    assert len(pending) == sum(wait.receipt is not None for wait in state.waits.values()), packet
    assert all(sentence.evidence for sentence in (*packet.summary, *packet.next_steps)), packet


async def check_waits(drive: Drive) -> None:
    """No wait without an expiry."""
    for wait in await drive.disk.waits(("question", "ask", "handover")):
        assert wait.expires is not None, f"{wait} stands for ever"


def _same(one: dict[str, Any], other: dict[str, Any], what: str) -> None:
    differs = {key: (one[key], other[key]) for key in one if one[key] != other[key]}
    assert not differs, f"{what} differ: {differs}"
