"""What every journal does. A class of tests: a journal joins in by giving the fixture `journal`."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest
from tests.journals.suite_of_actions import OfActions
from tests.journals.writing import LEASE, Pen, action, outcomes, parcel, pen, together, token, written

from segue.errors import ActionTaken, JournalError, NotFound, StaleWriter
from segue.run.codec import GENESIS
from segue.run.journal import Head, Journal, Parcel, Receipt, Wait


def wait(id: str, conversation: str = "c", kind: str = "ask", since: int = 1) -> Wait:
    return Wait(id, conversation, kind, "support lead", since, expires=since + 100)


async def inbox(journal: Journal, conversation: str) -> list[Parcel]:
    return list((await journal.load(conversation)).inbox)


class OfDeliveries:
    async def test_a_conversation_that_is_not_there_takes_no_delivery(self, journal: Journal) -> None:
        with pytest.raises(NotFound, match="'c'"):
            await journal.deliver("c", parcel())
        with pytest.raises(NotFound):
            await journal.load("c")

    async def test_a_parcel_is_new_once_and_its_first_receipt_stands(self, journal: Journal) -> None:
        await pen(journal, "c")
        assert await journal.deliver("c", parcel(at=5)) == Receipt(True, True, None, 5)
        assert await journal.deliver("c", parcel(at=9)) == Receipt(False, True, None, 5)
        assert await inbox(journal, "c") == [parcel(at=5)]

    async def test_another_body_or_kind_under_the_same_id_is_told_apart_and_not_taken(
        self, journal: Journal
    ) -> None:
        await pen(journal, "c")
        await journal.deliver("c", parcel(body=b"first"))
        assert not (await journal.deliver("c", parcel(body=b"second"))).same
        assert not (await journal.deliver("c", parcel(body=b"first", kind="answer"))).same
        assert await inbox(journal, "c") == [parcel(body=b"first")]

    async def test_an_id_is_that_of_its_source_and_conversation(self, journal: Journal) -> None:
        await pen(journal, "c")
        await pen(journal, "d")
        assert (await journal.deliver("c", parcel("1"))).new
        assert (await journal.deliver("c", parcel("1", source="mail"))).new
        assert (await journal.deliver("d", parcel("1"))).new

    async def test_the_inbox_keeps_the_order_of_delivery(self, journal: Journal) -> None:
        await pen(journal, "c")
        order = ["z", "a", "m", "b"]
        for at, id in enumerate(order):
            await journal.deliver("c", parcel(id, at=100 - at))
        assert [one.id for one in await inbox(journal, "c")] == order

    async def test_of_the_same_deliveries_in_one_moment_one_is_new(self, journal: Journal) -> None:
        await pen(journal, "c")
        receipts = await asyncio.gather(*(journal.deliver("c", parcel(at=5)) for _ in range(10)))
        assert [receipt.new for receipt in receipts] == [True] + [False] * 9

    async def test_a_duplicate_does_not_harm_deliveries_of_the_same_moment(self, journal: Journal) -> None:
        await pen(journal, "c")
        await pen(journal, "d")
        await journal.deliver("c", parcel("1", at=1))
        told = await together(
            journal.deliver("c", parcel("0", at=2)),
            journal.deliver("c", parcel("1", at=3)),
            journal.deliver("nobody", parcel("1")),
            journal.deliver("d", parcel("1", at=4)),
        )
        assert isinstance(told[2], NotFound)
        assert told[:2] == [Receipt(True, at=2), Receipt(False, at=1)]
        assert told[3] == Receipt(True, at=4)

    async def test_a_receipt_tells_the_event_that_a_parcel_became(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        assert await journal.receipt("c", "web", "1") is None
        assert await journal.receipt("nobody", "web", "1") is None
        await journal.deliver("c", parcel("1", at=5))
        assert await journal.receipt("c", "web", "1") == Receipt(False, True, None, 5)
        await journal.append(writer.append("something else", "hello", taken=["1"]))
        assert await journal.receipt("c", "web", "1") == Receipt(False, True, 2, 5)
        assert await journal.deliver("c", parcel("1", at=9)) == Receipt(False, True, 2, 5)
        assert await journal.deliver("c", parcel("1", b"other", at=9)) == Receipt(False, False, 2, 5)

    async def test_a_parcel_delivered_again_does_not_wake_anybody(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        await journal.deliver("c", parcel("1"))
        await journal.append(writer.append("hello", taken=["1"]))
        await journal.deliver("c", parcel("1"))
        assert (await journal.head("c")).wake_at is None


class OfClaims:
    async def test_what_is_not_there_is_claimed_only_to_create_it(self, journal: Journal) -> None:
        with pytest.raises(NotFound):
            await journal.claim("c", "me", 7, LEASE)
        assert await token(journal.claim("c", "me", 7, LEASE, create=True)) == 1
        assert await journal.head("c") == Head("c", 0, GENESIS, 1, 1, 0, "ai", None, 7, 7)

    async def test_the_same_owner_claims_again_and_its_token_rises(self, journal: Journal) -> None:
        tokens = [await token(journal.claim("c", "me", 0, LEASE, create=True)) for _ in range(3)]
        assert tokens == [1, 2, 3]

    async def test_another_owner_waits_until_the_lease_is_over(self, journal: Journal) -> None:
        await journal.claim("c", "me", 0, LEASE, create=True)
        assert await token(journal.claim("c", "you", LEASE - 1, LEASE)) is None
        assert await token(journal.claim("c", "you", LEASE, LEASE)) == 2
        assert await token(journal.claim("c", "me", LEASE, LEASE)) is None

    async def test_a_renewed_lease_holds_longer(self, journal: Journal) -> None:
        await journal.claim("c", "me", 0, LEASE, create=True)
        await journal.renew([("c", 1), ("nobody", 1)], until=5000)
        assert await token(journal.claim("c", "you", 4999, LEASE)) is None
        assert await token(journal.claim("c", "you", 5000, LEASE)) == 2

    async def test_a_token_of_the_past_renews_nothing(self, journal: Journal) -> None:
        await journal.claim("c", "me", 0, LEASE, create=True)
        await journal.claim("c", "me", 0, LEASE)
        await journal.renew([("c", 1)], until=5000)
        assert await token(journal.claim("c", "you", LEASE, LEASE)) == 3

    async def test_a_lease_that_is_over_is_revived_unless_somebody_else_has_claimed(
        self, journal: Journal
    ) -> None:
        await journal.claim("c", "me", 0, LEASE, create=True)
        await journal.renew([("c", 1)], until=5 * LEASE)  # long after it was over
        assert await token(journal.claim("c", "you", 5 * LEASE - 1, LEASE)) is None
        assert await token(journal.claim("c", "you", 5 * LEASE, LEASE)) == 2
        await journal.renew([("c", 1)], until=9 * LEASE)
        assert await token(journal.claim("c", "me", 6 * LEASE, LEASE)) == 3

    async def test_time_that_goes_backwards_frees_nothing(self, journal: Journal) -> None:
        await journal.claim("c", "me", 10 * LEASE, LEASE, create=True)
        assert await token(journal.claim("c", "you", 3 * LEASE, LEASE)) is None
        assert list(await journal.due(3 * LEASE, "you")) == []

    async def test_of_two_owners_in_the_same_moment_the_first_gets_it(self, journal: Journal) -> None:
        claims = [token(journal.claim("c", owner, 0, LEASE, create=True)) for owner in ("a", "b", "a")]
        assert await asyncio.gather(*claims) == [1, None, 2]

    async def test_a_claim_answers_with_what_is_needed_to_go_on(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        await journal.append(writer.append("a", "b"))
        last = writer.append("c", "d", base=3)
        await journal.append(last)
        await journal.deliver("c", parcel("1"))
        loaded = await journal.claim("c", "me", 0, LEASE)
        assert loaded is not None
        assert loaded == await journal.load("c")
        assert loaded.head.token == 2
        assert (list(loaded.records), list(loaded.inbox)) == (list(last.records), [parcel("1")])

    async def test_a_claim_sees_what_came_before_it_in_the_same_moment(self, journal: Journal) -> None:
        writer, neighbour = await pen(journal, "c"), await pen(journal, "d")
        append = writer.append("a")
        told = await together(
            written(journal, append),
            journal.deliver("c", parcel("1")),
            written(journal, neighbour.append("x")),
            journal.claim("c", "me", 0, LEASE),
            journal.claim("d", "me", 0, LEASE),
        )
        mine, other = told[3:]
        assert (list(mine.records), list(mine.inbox)) == (list(append.records), [parcel("1")])
        assert (other.head.hash, list(other.inbox)) == (neighbour.hash, [])


class OfAppends:
    async def test_an_append_moves_the_head_and_is_read_back(self, journal: Journal) -> None:
        writer = await pen(journal, "c", now=3)
        one = writer.append("a", "b", at=11, epoch=2, owner="human", wake_at=500)
        two = writer.append("c", at=12, base=3, epoch=3, owner="ai", wake_at=400)
        await journal.append(one)
        assert await journal.head("c") == Head("c", 2, one.hash, 1, 1, 2, "human", 500, 3, 11)
        await journal.append(two)
        assert await journal.head("c") == Head("c", 3, two.hash, 3, 1, 3, "ai", 400, 3, 12)
        assert list(await journal.read("c")) == [*one.records, *two.records]

    async def test_an_append_without_events_moves_the_head_alone(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        await journal.append(writer.append("a"))
        await journal.append(writer.append(wake_at=700))
        head = await journal.head("c")
        assert (head.seq, head.wake_at) == (1, 700)

    async def test_a_record_without_a_payload_has_none(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        append = writer.append("a")
        await journal.append(append._replace(records=[append.records[0]._replace(payload=None)]))
        assert [record.payload for record in await journal.read("c")] == [None]

    async def test_nobody_writes_a_conversation_that_is_not_there(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        with pytest.raises(StaleWriter):
            await journal.append(writer.append("a")._replace(conversation="nobody"))
        with pytest.raises(NotFound):
            await journal.read("nobody")

    async def test_a_writer_whose_token_is_of_the_past_writes_nothing(self, journal: Journal) -> None:
        old = await pen(journal, "c")
        new = await pen(journal, "c")
        with pytest.raises(StaleWriter, match="c"):
            await journal.append(old.append("old"))
        await journal.append(new.append("new"))
        assert (await journal.head("c")).hash == new.hash

    async def test_a_writer_that_builds_on_another_event_than_the_last_writes_nothing(
        self, journal: Journal
    ) -> None:
        writer = await pen(journal, "c")
        await journal.append(writer.append("a"))
        loaded = await journal.load("c")
        for seq in (0, 2):
            behind = Pen(loaded)
            behind.seq = seq
            with pytest.raises(StaleWriter):
                await journal.append(behind.append("b"))
        assert (await journal.head("c")).seq == 1

    async def test_appends_made_at_once_take_effect_in_order(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        appends = [writer.append(str(n), str(n), wake_at=n) for n in range(10)]
        assert await outcomes(journal, *appends) == [None] * 10
        head = await journal.head("c")
        assert (head.seq, head.wake_at) == (20, 9)
        assert [record.seq for record in await journal.read("c")] == list(range(1, 21))

    async def test_a_stale_writer_loses_all_its_appends_and_its_neighbours_none(
        self, journal: Journal
    ) -> None:
        stale = await pen(journal, "c")
        await pen(journal, "c")
        healthy = await pen(journal, "d")
        pairs = [(stale.append(f"stale {n}"), healthy.append(f"healthy {n}")) for n in range(5)]
        told = await outcomes(journal, *[append for pair in pairs for append in pair])
        assert all(isinstance(outcome, StaleWriter) for outcome in told[::2])
        assert told[1::2] == [None] * 5
        assert list((await journal.load("c")).records) == []
        assert (await journal.head("d")).hash == healthy.hash

    async def test_whose_lease_is_over_writes_until_somebody_else_claims(self, journal: Journal) -> None:
        """A slow writer is stopped by its token, not by the time: what it says is either all first or dropped."""
        slow = await pen(journal, "c", now=0)
        await journal.append(slow.append("late, and nobody minds", at=10 * LEASE))
        assert await token(journal.claim("c", "you", 10 * LEASE, LEASE)) == 2
        with pytest.raises(StaleWriter):
            await journal.append(slow.append("too late"))
        assert (await journal.head("c")).seq == 1

    async def test_a_batch_on_its_way_while_another_owner_claims_is_cut_at_the_claim(
        self, journal: Journal
    ) -> None:
        """Each append builds on the one before; the healthy neighbour writes in the same commits."""
        slow, healthy = await pen(journal, "c"), await pen(journal, "d")
        told = await together(
            *(written(journal, slow.append(f"before {n}")) for n in range(3)),
            written(journal, healthy.append("one")),
            token(journal.claim("c", "you", LEASE, LEASE)),
            *(written(journal, slow.append(f"after {n}")) for n in range(3)),
            written(journal, healthy.append("two")),
        )
        assert told[:5] == [None, None, None, None, 2]
        assert all(isinstance(outcome, StaleWriter) for outcome in told[5:8])
        assert told[8] is None
        other = Pen(await journal.load("c"))
        await journal.append(other.append("goes on where the first one was cut"))
        assert (await journal.head("c")).seq == 4
        assert (await journal.head("d")).hash == healthy.hash

    async def test_what_builds_on_an_append_that_was_refused_is_refused_too(self, journal: Journal) -> None:
        writer, healthy = await pen(journal, "c"), await pen(journal, "d")
        await journal.append(writer.append("a", opened=[wait("w")]))
        told = await outcomes(
            *(journal, writer.append("b"), healthy.append("x")),
            writer.append("c", opened=[wait("w")]),  # which is open already
            *(writer.append("d"), writer.append("e"), healthy.append("y")),
        )
        assert (told[0], told[1], told[5]) == (None, None, None)
        assert isinstance(told[2], JournalError)
        assert all(isinstance(outcome, StaleWriter) for outcome in told[3:5])
        assert (await journal.head("c")).seq == 2
        assert (await journal.head("d")).hash == healthy.hash

    async def test_an_append_before_a_claim_of_the_same_moment_counts_and_one_after_it_is_stale(
        self, journal: Journal
    ) -> None:
        writer = await pen(journal, "c")
        told = await together(
            written(journal, writer.append("before")),
            token(journal.claim("c", "me", 0, LEASE)),
            written(journal, writer.append("after")),
        )
        assert told[:2] == [None, 2]
        assert isinstance(told[2], StaleWriter)
        assert (await journal.head("c")).seq == 1


class OfTaking:
    async def test_what_became_an_event_leaves_the_inbox(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        for id in ("1", "2", "3"):
            await journal.deliver("c", parcel(id))
        await journal.append(writer.append("hello", taken=["1", "3"]))
        assert await inbox(journal, "c") == [parcel("2")]
        await journal.append(writer.append("hello", taken=["2"]))
        assert await inbox(journal, "c") == []

    async def test_a_conversation_needs_attention_while_something_is_in_its_inbox(
        self, journal: Journal
    ) -> None:
        writer = await pen(journal, "c")
        await journal.append(writer.append("a", wake_at=900))
        await journal.deliver("c", parcel("1"))
        assert (await journal.head("c")).wake_at == 0
        await journal.append(writer.append("b", wake_at=900))
        assert (await journal.head("c")).wake_at == 0
        await journal.deliver("c", parcel("2"))
        await journal.append(writer.append("c", taken=["1"], wake_at=900))
        assert (await journal.head("c")).wake_at == 0
        await journal.append(writer.append("d", taken=["2"], wake_at=900))
        assert (await journal.head("c")).wake_at == 900

    async def test_deliveries_during_a_turn_come_in_without_a_token_and_disturb_nothing(
        self, journal: Journal
    ) -> None:
        """One desk writes a turn, and another one, which holds nothing, accepts messages into it."""
        writer = await pen(journal, "c", owner="me")
        calls: list[Coroutine[Any, Any, Any]] = []
        for n in range(20):
            calls += (written(journal, writer.append(str(n))), journal.deliver("c", parcel(str(n), at=n)))
        told = await together(*calls)
        assert told[::2] == [None] * 20
        assert told[1::2] == [Receipt(True, at=n) for n in range(20)]
        loaded = await journal.load("c")
        assert [one.id for one in loaded.inbox] == [str(n) for n in range(20)]
        assert (loaded.head.seq, loaded.head.hash, loaded.head.wake_at) == (20, writer.hash, 0)
        await journal.append(writer.append("all of them", taken=[str(n) for n in range(20)], wake_at=700))
        head = await journal.head("c")
        assert (head.seq, head.wake_at) == (21, 700)

    @pytest.mark.parametrize("delivered_first", [True, False])
    async def test_a_delivery_in_the_moment_of_an_append_is_not_overlooked(
        self, journal: Journal, delivered_first: bool
    ) -> None:
        writer = await pen(journal, "c")
        await journal.deliver("c", parcel("1"))
        calls = [
            written(journal, writer.append("hello", taken=["1"], wake_at=None)),
            journal.deliver("c", parcel("2")),
        ]
        await together(*(reversed(calls) if delivered_first else calls))
        loaded = await journal.load("c")
        assert (loaded.head.wake_at, list(loaded.inbox)) == (0, [parcel("2")])

    async def test_the_last_of_several_appends_says_when_to_wake(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        await journal.deliver("c", parcel("1"))
        appends = [
            writer.append("a", wake_at=1),
            writer.append("b", taken=["1"], wake_at=2),
            writer.append("c", wake_at=3),
        ]
        assert await outcomes(journal, *appends) == [None] * 3
        assert (await journal.head("c")).wake_at == 3

    async def test_a_parcel_delivered_again_in_the_moment_in_which_it_is_taken_is_told_its_event(
        self, journal: Journal
    ) -> None:
        writer = await pen(journal, "c")
        await journal.deliver("c", parcel("1", at=5))
        taken = writer.append("hello", taken=["1"])
        told = await together(written(journal, taken), journal.deliver("c", parcel("1", at=9)))
        assert told == [None, Receipt(False, True, 1, 5)]

    async def test_a_parcel_is_not_taken_twice(self, journal: Journal) -> None:
        writer, other = await pen(journal, "c"), await pen(journal, "d")
        await journal.deliver("c", parcel("1"))
        await journal.append(writer.append("hello", taken=["1"]))
        again, neighbour = writer.append("hello", taken=["1"]), other.append("a")
        told = await outcomes(journal, again, neighbour)
        assert isinstance(told[0], JournalError)
        assert not isinstance(told[0], StaleWriter)
        assert told[1] is None
        assert (await journal.head("c")).seq == 1
        assert await journal.receipt("c", "web", "1") == Receipt(False, True, 1, 5)

    async def test_a_stale_writer_takes_nothing_out_of_the_inbox(self, journal: Journal) -> None:
        stale = await pen(journal, "c")
        await pen(journal, "c")
        await journal.deliver("c", parcel("1"))
        with pytest.raises(StaleWriter):
            await journal.append(stale.append("hello", taken=["1"], opened=[wait("w")]))
        loaded = await journal.load("c")
        assert (list(loaded.inbox), loaded.head.wake_at) == ([parcel("1")], 0)
        assert await journal.waits() == []

    async def test_a_stale_writer_of_what_another_has_taken_is_told_that_it_is_stale(
        self, journal: Journal
    ) -> None:
        stale = await pen(journal, "c")
        await journal.deliver("c", parcel("1"))
        writer = await pen(journal, "c")
        await journal.append(writer.append("hello", taken=["1"]))
        with pytest.raises(StaleWriter):
            await journal.append(stale.append("hello", taken=["1"]))


class OfReading:
    async def test_a_conversation_is_loaded_from_its_base_on(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        await journal.append(writer.append("a", "b", "c"))
        last = writer.append("d", "e", base=4)
        await journal.append(last)
        await journal.deliver("c", parcel("1"))
        loaded = await journal.load("c")
        assert loaded.head == await journal.head("c")
        assert list(loaded.records) == list(last.records)
        assert list(loaded.inbox) == [parcel("1")]

    async def test_a_new_conversation_is_loaded_empty(self, journal: Journal) -> None:
        await journal.claim("c", "me", 0, LEASE, create=True)
        loaded = await journal.load("c")
        assert (list(loaded.records), list(loaded.inbox)) == ([], [])

    async def test_load_is_of_one_moment_while_others_write(self, journal: Journal) -> None:
        writer = await pen(journal, "c")

        async def write() -> None:
            for n in range(50):
                append = writer.append(str(n), taken=[str(n)])
                await journal.deliver("c", parcel(str(n)))
                await journal.append(append._replace(base=writer.seq))

        task = asyncio.create_task(write())
        while not task.done():
            loaded = await journal.load("c")
            assert [record.seq for record in loaded.records] == ([loaded.head.seq] if loaded.head.seq else [])
            assert [one.id for one in loaded.inbox] in ([], [str(loaded.head.seq)])
            await asyncio.sleep(0)
        await task

    async def test_records_are_read_in_pages(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        await journal.append(writer.append(*map(str, range(25))))
        pages, after = [], 0
        while page := [record.seq for record in await journal.read("c", after, 10)]:
            pages.append(page)
            after = page[-1]
        assert pages == [list(range(1, 11)), list(range(11, 21)), list(range(21, 26))]

    async def test_conversations_of_similar_names_are_not_mixed_up(self, journal: Journal) -> None:
        names = ["c", "C", "c ", "ć", "c\0", "", "c%"]
        for name in names:
            writer = await pen(journal, name)
            await journal.append(writer.append(f"of {name}"))
        assert len(await journal.heads()) == len(names)
        assert {len(await journal.read(name)) for name in names} == {1}

    async def test_heads_come_page_by_page_the_last_touched_first(self, journal: Journal) -> None:
        touched = {"a": 5, "b": 9, "c": 5, "d": 1, "e": 5, "f": 7}
        for name, at in touched.items():
            await journal.append((await pen(journal, name)).append("x", at=at))
        seen: list[str] = []
        before: tuple[int, str] | None = None
        while page := await journal.heads(2, before):
            seen += [head.conversation for head in page]
            before = (page[-1].touched, page[-1].conversation)
        assert seen == ["b", "f", "e", "c", "a", "d"]
        assert await journal.heads(1) == [await journal.head("b")]


class OfWaking:
    async def test_nothing_is_due_in_an_empty_journal(self, journal: Journal) -> None:
        assert await journal.next_due() is None
        assert list(await journal.due(10**15, "me")) == []

    async def test_what_is_due_comes_most_urgent_first(self, journal: Journal) -> None:
        for name, wake_at in {"a": 300, "b": 100, "c": 200, "d": None, "e": 400}.items():
            await journal.append((await pen(journal, name)).append("x", wake_at=wake_at))
        assert list(await journal.due(300, "me")) == ["b", "c", "a"]
        assert list(await journal.due(300, "me", limit=2)) == ["b", "c"]
        assert list(await journal.due(99, "me")) == []
        assert await journal.next_due() == 100

    async def test_a_delivery_makes_its_conversation_the_most_urgent(self, journal: Journal) -> None:
        for name in ("a", "b"):
            await journal.append((await pen(journal, name)).append("x", wake_at=1))
        await journal.deliver("b", parcel())
        assert list(await journal.due(1, "me")) == ["b", "a"]
        assert await journal.next_due() == 0

    async def test_what_another_owner_holds_is_not_due_before_its_lease_is_over(
        self, journal: Journal
    ) -> None:
        for name, owner in {"a": "you", "b": "me", "c": "you"}.items():
            await journal.append((await pen(journal, name, owner=owner)).append("x", wake_at=1))
        assert list(await journal.due(LEASE - 1, "me")) == ["b"]
        assert list(await journal.due(LEASE - 1, "me", limit=1)) == ["b"]
        assert list(await journal.due(LEASE - 1, "you", limit=1)) == ["a"]
        assert list(await journal.due(LEASE, "me")) == ["a", "b", "c"]


class OfWaits:
    async def test_waits_are_open_until_they_are_closed(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        await journal.append(writer.append("a", opened=[wait("w1"), wait("w2", kind="handover", since=2)]))
        assert await journal.wait("w1") == wait("w1")
        assert await journal.waits() == [wait("w1"), wait("w2", kind="handover", since=2)]
        await journal.append(writer.append("b", closed=["w1", "never opened"]))
        assert [one.id for one in await journal.waits()] == ["w2"]
        with pytest.raises(NotFound, match="'w1'"):
            await journal.wait("w1")

    async def test_waits_come_by_kind_and_the_oldest_first(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        opened = [
            wait("w1", kind="ask", since=5),
            wait("w2", kind="question", since=1),
            wait("w3", kind="handover", since=3),
            wait("w4", kind="ask", since=3),
            wait("w5", kind="ask", since=1),
        ]
        await journal.append(writer.append("a", opened=opened))

        async def ids(kinds: Sequence[str], limit: int = 1000) -> list[str]:
            return [one.id for one in await journal.waits(kinds, limit)]

        assert [one.id for one in await journal.waits()] == ["w5", "w3", "w4", "w1"]
        assert await ids(("question",)) == ["w2"]
        assert await ids(("ask", "question", "ask"), 2) == ["w2", "w5"]
        assert await ids(()) == []

    async def test_one_append_may_open_what_the_next_one_closes(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        appends = [
            writer.append("a", opened=[wait("w")]),
            writer.append("b", closed=["w"]),
            writer.append("c", opened=[wait("w", since=7)]),
        ]
        assert await outcomes(journal, *appends) == [None] * 3
        assert await journal.waits() == [wait("w", since=7)]

    async def test_one_append_may_close_a_wait_and_open_it_anew(self, journal: Journal) -> None:
        writer, other = await pen(journal, "c"), await pen(journal, "d")
        await journal.append(writer.append("a", opened=[wait("w"), wait("v")]))
        await journal.append(writer.append("b", closed=["w"], opened=[wait("w", since=7)]))
        assert await journal.waits() == [wait("v"), wait("w", since=7)]
        # Also in the company of appends that do so again, or that close what was opened a moment ago.
        appends = [
            writer.append("c", closed=["w"], opened=[wait("w", since=8)]),
            other.append("x", opened=[wait("u", "d")]),
            writer.append("d", closed=["w", "v"], opened=[wait("w", since=9)]),
            other.append("y", closed=["u"], opened=[wait("v", "d", since=3)]),
        ]
        assert await outcomes(journal, *appends) == [None] * 4
        assert await journal.waits() == [wait("v", "d", since=3), wait("w", since=9)]

    async def test_closing_one_wait_does_not_let_another_be_opened_twice(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        await journal.append(writer.append("a", opened=[wait("w"), wait("v")]))
        with pytest.raises(JournalError):
            await journal.append(writer.append("b", closed=["v"], opened=[wait("w", since=9)]))
        assert await journal.waits() == [wait("v"), wait("w")]

    async def test_what_is_opened_stays_open_though_it_was_closed_in_the_same_moment_before(
        self, journal: Journal
    ) -> None:
        writer, other = await pen(journal, "c"), await pen(journal, "d")
        appends = [writer.append("a", closed=["w"]), other.append("b", opened=[wait("w", "d")])]
        assert await outcomes(journal, *appends) == [None, None]
        assert await journal.waits() == [wait("w", "d")]

    async def test_a_wait_that_is_open_is_not_opened_again_and_its_neighbours_are_written(
        self, journal: Journal
    ) -> None:
        writer, other = await pen(journal, "c"), await pen(journal, "d")
        await journal.append(writer.append("a", opened=[wait("w")]))
        again = writer.append("b", opened=[wait("w", since=9)])
        told = await outcomes(journal, other.append("x"), again, other.append("y"))
        assert (told[0], told[2]) == (None, None)
        assert isinstance(told[1], JournalError)
        assert (await journal.head("c")).seq == 1
        assert await journal.wait("w") == wait("w")


class JournalSuite(OfDeliveries, OfClaims, OfAppends, OfTaking, OfReading, OfWaking, OfWaits, OfActions):
    """All of it."""


class OneOwnerSuite(JournalSuite):
    """And what only a journal does that one process owns."""

    async def test_a_journal_that_is_opened_again_has_no_leases_but_its_tokens(
        self, journal: Journal
    ) -> None:
        await journal.claim("c", "me", 0, LEASE, create=True)
        await journal.close()
        await journal.open()
        await journal.renew([("c", 1)], until=5000)
        assert await token(journal.claim("c", "you", 0, LEASE)) == 2

    async def test_a_journal_that_is_opened_again_knows_its_actions(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        rows = [action("refund 1", object="order 1"), action("refund 2", object="order 2", amount=125_000)]
        await journal.append(writer.append("a", actions=rows))
        await journal.append(writer.append("b", actions=[rows[1]._replace(status="done", seq=2)]))
        await journal.close()
        await journal.open()
        assert await journal.action("refund 1") == rows[0]
        assert await journal.action("refund 2") == rows[1]._replace(status="done", seq=2)
        other = await pen(journal, "d")
        begins = action("refund 3", conversation="d", object="order 1")
        with pytest.raises(ActionTaken):
            await journal.append(other.append("x", actions=[begins]))
