"""The packet as a value: small, whole, the same for the same events, and without what has no place in it."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from tests.agents.model_servers import serving
from tests.people.evidence import raw, unsupported
from tests.web.paying_desk import Bank, make_desk

from segue import Approval, Caller, Desk, Draft, Flow, Message, Refine, Reply
from segue.agents import Agent, Models
from segue.guard import no_card_numbers
from segue.people.bounds import CUT
from segue.people.packet import HEADER, Packet, from_json, hash_of, schema
from segue.people.packing import MOST, pack
from segue.people.reading import LINES, packet_of, select
from segue.people.reasons import REASONS, code_of
from segue.people.rendering import LONGEST, as_text
from segue.run import events as ev
from segue.run.codec import GENESIS, Happened, Record, seal
from segue.testing import Customer, talk

ROOT = Path(__file__).parent.parent.parent
PUBLISHED = ROOT / "docs" / "packet.schema.json"


async def packet_for(customer: Customer) -> Packet:
    desk = customer.desk
    return await packet_of(customer.journal, customer.id, desk, desk.book)


async def a_packet() -> Packet:
    async with talk(
        make_desk(Bank()), caller=Caller("C-1", "verified", {"mail": "ada@example.com"})
    ) as customer:
        await customer.says("1001 30")
        await customer.says("1002 300")
        return await packet_for(customer)


def broken(packet: Packet) -> list[str]:
    """What does not fit the published schema."""
    jsonschema = pytest.importorskip("jsonschema")
    published = json.loads(PUBLISHED.read_text("utf-8"))
    return [
        error.message for error in jsonschema.Draft202012Validator(published).iter_errors(packet.as_json())
    ]


def test_the_published_schema_is_that_of_the_class() -> None:
    assert json.loads(PUBLISHED.read_text("utf-8")) == schema()
    names = {name for made in schema()["$defs"].values() for name in made["properties"]}
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)


async def test_a_packet_fits_its_schema_and_comes_back_from_json_as_it_was() -> None:
    packet = await a_packet()
    assert broken(packet) == []
    assert from_json(json.loads(json.dumps(packet.as_json()))) == packet
    with pytest.raises(ValidationError, match="reason"):
        from_json({**packet.as_json(), "header": {**packet.as_json()["header"], "reason": "a whim"}})


async def test_the_hash_covers_everything_but_itself() -> None:
    packet = await a_packet()
    written = packet.as_json()
    assert packet.header.hash == hash_of(written) == hash_of(json.loads(json.dumps(written, indent=3)))
    changed = 0
    for name, part in written.items():
        for less in _changed(part):
            changed += 1
            assert hash_of({**written, name: less}) != packet.header.hash, name
    assert changed > len(written)


def _changed(part: Any) -> list[Any]:
    """The same with one thing else."""
    if isinstance(part, dict):
        return [{**part, name: "else"} for name in part if name != "hash"] or [{"more": 1}]
    return [[*part, "more"]] if isinstance(part, list) else ["else"]


async def test_what_was_approved_or_refused_is_told_with_who_said_so() -> None:
    async with talk(make_desk(Bank())) as customer:
        await customer.says("1002 300")
        asked = await packet_for(customer)
        assert (asked.header.reason, asked.header.priority, asked.header.queue) == (
            "approval",
            "high",
            "leads",
        )
        assert (asked.header.skills, asked.header.open_actions) == (("refund",), 1)
        assert asked.actions[0].arguments == ({"order": 1002, "amount": "300"},)
        assert asked.returns.policy == "with_answer"
        await customer.person_gives(
            Approval, granted=False, call=asked.actions[0].identity, note="ask for the parcel back"
        )
        await customer.hears()
        after = await packet_for(customer)
    assert (after.header.reason, after.header.open_actions) == ("none", 0)
    (act,) = after.actions
    assert (act.status, act.again, act.why) == ("refused", "may", "ask for the parcel back")
    assert [(one.kind, one.by) for one in after.policies] == [("approval_needed", ""), ("refused", "kim")]
    assert after.promises[0].kept


async def test_what_nobody_knows_the_outcome_of_is_with_a_person_and_not_done_again() -> None:
    bank = Bank(lost=1)
    async with talk(make_desk(bank)) as customer:
        await customer.says("blind 1001")
        packet = await packet_for(customer)
        records = [*await customer.journal.read(customer.id)]
    assert (packet.header.reason, packet.header.priority) == ("unknown_outcome", "urgent")
    (act,) = packet.actions
    assert (act.action, act.status, act.again, act.object) == ("send", "with_person", "look_first", "1001")
    assert bank.done == ["send 1001"]
    assert "do not do it again before" in packet.next_steps[0].text
    assert unsupported(packet.as_json()["summary"], raw(records)) == []


async def test_a_model_is_asked_and_its_prompt_is_not_in_the_packet() -> None:
    secret = "Be polite, and never mention the moon."
    write = Agent("write", reads=[Message], gives=Draft, instructions=secret)
    flow = Flow(Refine(write, against=[no_card_numbers]), takes=Message, gives=Reply, name="support")
    with serving(lambda request: "It is on its way.") as server:
        async with talk(Desk(flow, tools=[Models("other", url=server.url)])) as customer:
            assert await customer.says("Where is it? My card is 4111 1111 1111 1111") == "It is on its way."
            packet = await packet_for(customer)
            kept = [record.payload or b"" for record in await customer.journal.read(customer.id)]
    written = json.dumps(packet.as_json(), ensure_ascii=False)
    assert any(b"never mention the moon" in payload for payload in kept)  # in the journal it is
    assert "never mention the moon" not in written
    assert "4111 1111" not in written
    assert "1111" in packet.goal.words[0].text


def test_what_opens_something_is_left_out_wherever_it_was_written() -> None:
    secrets = ("hunter2!x9", "sk-proj-abcdefghij0123456789", "ghp_0123456789abcdefghijklmnopqrstuvwx")
    book = make_desk(Bank()).book
    login = book.written(b'{"t":"Login","v":1,"d":{"user":"ada","key":"%b"}}' % secrets[1].encode())
    told = [
        ev.ConversationOpened("chat", "en"),
        ev.MessageReceived("customer", "m", f"My password is {secrets[0]} and order 1001 is missing"),
        ev.TurnStarted(1, "support", "", (2,), 9),
        ev.StepFinished(1, "find", 1, 1.0, login),
        ev.StepFailed(
            1, "look", 1, 1.0, "failed", (), f"GET https://bob:{secrets[0]}@crm/x with {secrets[2]}"
        ),
        ev.HandedOver(1, (2,), "agent", "failed", "look", "A colleague answers.", f"401 for {secrets[1]}", 9),
    ]
    packet = pack([Happened(seq, seq, event) for seq, event in enumerate(told, 1)], conversation="c")
    everything = json.dumps(packet.as_json()) + as_text(packet)
    assert not [secret for secret in secrets if secret in everything]
    assert packet.facts[0].value == {"user": "ada", "key": "[secret]"}
    assert "order 1001 is missing" in packet.goal.words[0].text


async def test_what_was_erased_is_left_out_and_the_rest_is_told() -> None:
    async with a_bad_day() as customer:
        book = customer.desk.book
        records = [*await customer.journal.read(customer.id)]
    for count in range(1, len(records) + 1):
        erased = [record._replace(payload=None) for record in records[:count]]
        packet = pack(select(erased, book).events, conversation="c", desk=customer.desk)
        assert broken(packet) == []
        assert as_text(packet)
    assert [act.status for act in packet.actions] == [
        "done",
        "with_person",
    ]  # what was to be approved is erased


async def test_anything_may_have_been_erased() -> None:
    async with talk(make_desk(Bank())) as customer:
        for granted in (True, False):
            await customer.says(f"100{granted:d} 300")
            (wait,) = [wait for wait in await customer.waiting() if wait.kind == "ask"]
            asked = next(h.event for h in await customer.events() if wait.id.endswith(f".{h.seq}"))
            assert isinstance(asked, ev.PersonAsked)
            await customer.person_gives(Approval, granted=granted, call=asked.about["call"])
            await customer.hears()
        records = [*await customer.journal.read(customer.id)]
    for place, record in enumerate(records):
        erased = [*records[:place], record._replace(payload=None), *records[place + 1 :]]
        packet = pack(select(erased, customer.desk.book).events, conversation="c", desk=customer.desk)
        assert broken(packet) == []
        assert "“”" not in as_text(packet)


async def test_a_packet_can_be_made_after_every_event() -> None:
    async with a_bad_day() as customer:
        events = await customer.events()
    for count in range(1, len(events) + 1):
        packet = pack(events[:count], conversation="c", desk=customer.desk)
        assert broken(packet) == []
        assert packet == pack(events[:count], conversation="c", desk=customer.desk)
    assert [act.status for act in packet.actions] == ["done", "dropped", "with_person"]


@asynccontextmanager
async def a_bad_day() -> AsyncIterator[Customer]:
    """A refund that was paid, one that was to be approved, and a parcel of which nobody knows."""
    bank = Bank()
    async with talk(make_desk(bank)) as customer:
        await customer.says("1001 30")
        await customer.says("1002 300")
        bank.lost = 1
        await customer.says("blind 1003")
        yield customer


def written(happened: Sequence[ev.Event]) -> list[Record]:
    before, records = GENESIS, list[Record]()
    for seq, event in enumerate(happened, 1):
        record, before = seal(seq, seq, event, before)
        records.append(record)
    return records


def test_a_long_conversation_makes_a_small_packet_that_says_what_is_left_out() -> None:
    said = "😀\n" * 5000
    events: list[ev.Event] = [ev.ConversationOpened(said, said, said, said, said, "verified", {"a": said})]
    for turn in range(1, 201):
        at = len(events) + 1
        events += [
            ev.MessageReceived("customer", f"m{turn}", f"number {turn} {said}", said),
            ev.TurnStarted(turn, "support", "", (at,), 0),
            *(ev.StepFailed(turn, f"step{n}", 1, 1.0, "failed", (), said) for n in range(5)),
            ev.ReplySent(turn, (at,), said),
            ev.TurnFinished(turn, "replied"),
        ]
    events.append(ev.HandedOver(200, (), said, said, said, said, said, 1))
    desk = make_desk(Bank())
    read = select(written(events), desk.book)
    packet = pack(read.events, conversation="c" * 40, desk=desk, not_read=read.not_read)
    assert len(json.dumps(packet.as_json()["header"], ensure_ascii=False).encode()) <= HEADER
    assert len(json.dumps(packet.as_json(), ensure_ascii=False).encode()) < 400_000
    assert len(read.events) + packet.left_out["events"] == len(events)
    assert packet.left_out["transcript"] + MOST["transcript"] == LINES + 1  # and the handover
    assert packet.transcript[-1].text.endswith(CUT)
    assert len(as_text(packet)) <= LONGEST
    assert as_text(packet).endswith("(more in the packet)")
    assert broken(packet) == []


def test_what_is_open_or_was_answered_long_ago_is_still_told() -> None:
    opened = ev.ConversationOpened("chat", "en", caller="C-1", level="verified")
    at = (1, "send", 1)
    events: list[ev.Event] = [
        *(
            opened,
            ev.MessageReceived("customer", "m1", "Send it again"),
            ev.TurnStarted(1, "support", "", (2,), 0),
        ),
        *(
            ev.CustomerAsked(1, "ask", 1, (2,), 9, "Which order?"),
            ev.MessageReceived("customer", "m2", "1001"),
        ),
        ev.AnswerOffered(1, "ask", 1, 5),
        ev.ActionBegan(*at, "send", "s", "k", "o", "c", 1, 0),
        ev.ActionUnknown(*at, "s", 1.0, 3, 0, told=True, how="silent", why="no answer"),
        *(ev.HandedOver(1, (), "lead", "unknown"), ev.TurnFinished(1, "handed_over")),
        ev.ConversationReturned("kim", "1"),
    ]
    for turn in range(2, 202):
        first = len(events) + 1
        at = (turn, "pay", 1)
        events += [
            *(
                ev.MessageReceived("customer", f"n{turn}", f"Refund {turn + 2000}"),
                ev.TurnStarted(turn, "", "", (first,), 0),
            ),
            *(ev.StepFailed(turn, f"step{n}", 1, 1.0, "failed", ()) for n in range(10)),
            ev.ActionBegan(*at, "pay", f"p{turn}", "k", "o", "c", 1, 0),
            ev.ActionDone(*at, f"p{turn}", 1.0),
            *(ev.ReplySent(turn, (first,), "Done."), ev.TurnFinished(turn, "replied")),
        ]
    read = select(written(events), make_desk(Bank()).book)
    packet = pack(read.events, conversation="c", not_read=read.not_read)
    assert len(read.events) < len(events) / 2
    assert (packet.actions[0].action, packet.actions[0].status) == ("send", "with_person")
    assert len(packet.actions) == MOST["actions"]
    assert [(one.about, one.answer) for one in packet.do_not_ask[:2]] == [
        ("who they are", "C-1"),
        ("Which order?", "1001"),
    ]
    assert len(packet.do_not_ask) == MOST["do_not_ask"]
    assert packet.header.priority == "urgent"
    assert "do not do it again before" in packet.next_steps[0].text


def test_every_reason_a_turn_ends_with_has_a_code() -> None:
    ours = {
        *("asked_for", "complaint", "failed", "bug", "lost", "timeout", "deadline", "objections", "unknown"),
        *(
            "conflict",
            "changed",
            "expired",
            "unanswered",
            "hops",
            "repeated",
            "keeps_crashing",
            "flow_changed",
        ),
    }
    assert {code_of(reason) for reason in ours} <= set(REASONS) - {"other", "none"}
    assert code_of("a reason of the desk's own") == "other"
    assert set(schema()["$defs"]["Header"]["properties"]["reason"]["enum"]) == set(REASONS)


@pytest.mark.parametrize("reason", ["bug", "objections", "timeout", "unanswered", "vip"])
async def test_a_handover_is_told_with_its_reason(reason: str) -> None:
    events = [
        Happened(1, 1, ev.ConversationOpened("chat", "en")),
        Happened(2, 2, ev.MessageReceived("customer", "m", "Hello there, is my order 1001 on its way?")),
        Happened(3, 3, ev.TurnStarted(1, "support", "", (2,), 9)),
        Happened(
            4, 4, ev.HandedOver(1, (2,), "agent", reason, "step", "A colleague answers.", "it broke", 90_000)
        ),
    ]
    packet = pack(events, conversation="c")
    assert (packet.why.code, packet.why.trigger, packet.why.detail) == (code_of(reason), reason, "it broke")
    assert (packet.header.person, packet.header.since, packet.header.due) == ("agent", 4, 90_000)
    assert packet.header.headline.endswith("“Hello there, is my order 1001 on its way?”")
    assert [(one.about, one.evidence) for one in packet.do_not_ask] == [("1001", (2,))]
    late = [*events, Happened(5, 95_000, ev.HandoverOverdue(4, "lead", 200_000, "Still with a colleague."))]
    overdue = pack(late, conversation="c")
    assert (overdue.header.person, overdue.header.due, overdue.why.code) == ("lead", 200_000, code_of(reason))
    back = pack([*late, Happened(6, 96_000, ev.ConversationReturned("kim", "1"))], conversation="c")
    assert (back.header.reason, back.header.owner, back.returns.policy) == ("none", "ai", "not_needed")


def test_a_person_who_steps_in_unasked_has_it() -> None:
    events = [
        Happened(1, 1, ev.ConversationOpened("chat", "en")),
        Happened(2, 2, ev.MessageReceived("customer", "m", "Hello?")),
        Happened(3, 3, ev.TurnStarted(1, "support", "", (2,), 9)),
        Happened(4, 4, ev.PersonReplied("kim", "1", "Kim here.")),
    ]
    packet = pack(events, conversation="c")
    assert (packet.header.reason, packet.header.person, packet.header.owner) == ("stepped_in", "kim", "human")
    assert packet.transcript[-1].speaker == "kim"


async def test_a_fact_that_was_found_before_something_was_done_says_so() -> None:
    async with talk(make_desk(Bank())) as customer:
        await customer.says("1001 30")
        await customer.says("1002 300")
        facts = (await packet_for(customer)).facts
    assert [(one.fact, one.source, one.may_have_changed) for one in facts] == [
        ("Refund", "understand", True),
        ("Told", "tell_paid", False),
        ("Refund", "understand", False),
    ]


def test_what_failed_is_told_with_what_was_done_instead() -> None:
    def failed(path: str, attempt: int, why: str) -> ev.StepFailed:
        return ev.StepFailed(1, path, attempt, 1.0, "failed", ("OSError",), why)

    book = make_desk(Bank()).book
    gave = book.given(Draft("x"))
    told = [
        ev.TurnStarted(1, "support", "", (2,), 9),
        *(
            failed("find", 1, "down"),
            failed("find", 2, "down"),
            ev.StepFinished(1, "else/cached", 1, 1.0, gave),
        ),
        *(failed("write", 1, "slow"), ev.StepFinished(1, "write", 2, 1.0, gave), failed("send", 1, "no")),
    ]
    packet = pack([Happened(seq, seq, event) for seq, event in enumerate(told, 1)], conversation="c")
    assert [(one.what, one.times, one.outcome, one.instead) for one in packet.failures] == [
        ("find", 2, "replaced", "cached"),
        ("write", 1, "worked_later", ""),
        ("send", 1, "failed", ""),
    ]
    assert packet.why.tried == ("send, once",)
    assert replace(packet.header, hash="") == replace(packet.sealed().header, hash="")
