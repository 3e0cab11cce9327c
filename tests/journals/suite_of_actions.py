"""What every journal does about actions: which may begin, who settles them, what is free again, what they came to."""

from collections.abc import Sequence

import pytest
from tests.journals.writing import action, outcomes, parcel, pen

from segue.errors import ActionTaken, JournalError, StaleWriter
from segue.run.journal import ActionRow, ActionStatus, Journal, Tally, Wait

REFUND = action("refund 1", object="order 1")


async def statuses(journal: Journal, *identities: str) -> list[str | None]:
    rows = [await journal.action(identity) for identity in identities]
    return [row.status if row is not None else None for row in rows]


async def begun(journal: Journal, conversation: str, *identities: str, object: str = "") -> None:
    """A conversation that has begun these, and does no more."""
    writer = await pen(journal, conversation)
    rows = [action(one, conversation=conversation, object=object) for one in identities]
    await journal.append(writer.append("begins", actions=rows))


async def settled(journal: Journal, conversation: str, status: ActionStatus, *identities: str) -> None:
    await begun(journal, conversation, *identities)
    writer = await pen(journal, conversation)
    rows = [action(one, status, conversation=conversation) for one in identities]
    await journal.append(writer.append("settles", actions=rows))


class OfBeginning:
    async def test_an_action_that_was_never_begun_has_no_row(self, journal: Journal) -> None:
        assert await journal.action("refund 1") is None
        assert list(await journal.actions_on("order 1")) == []
        assert await journal.tally("refund", "EUR", 0) == Tally(0, 0)

    @pytest.mark.parametrize("status", ["done", "not_done"])
    async def test_an_action_is_open_from_its_beginning_until_it_is_settled(
        self, journal: Journal, status: ActionStatus
    ) -> None:
        writer = await pen(journal, "c")
        row = REFUND._replace(generation=2, amount=125_000, currency="EUR")
        await journal.append(writer.append("a", actions=[row]))
        assert await journal.action("refund 1") == row
        after = row._replace(status=status, seq=2)
        await journal.append(writer.append("b", actions=[after]))
        assert await journal.action("refund 1") == after

    @pytest.mark.parametrize("before", ["open", "done"])
    async def test_what_is_under_way_or_done_is_not_begun_again_by_anybody(
        self, journal: Journal, before: ActionStatus
    ) -> None:
        first, other = await pen(journal, "c"), await pen(journal, "d")
        await journal.append(first.append("a", actions=[REFUND]))
        if before == "done":
            await journal.append(first.append("b", actions=[REFUND._replace(status="done")]))
        for writer in (first, other):
            again = REFUND._replace(conversation=writer.conversation, call="of other arguments")
            with pytest.raises(ActionTaken, match="refund"):
                await journal.append(writer.append("again", actions=[again]))
        assert await journal.action("refund 1") == REFUND._replace(status=before)

    async def test_what_was_surely_not_done_may_be_begun_again_by_anybody_and_nothing_is_left_of_it(
        self, journal: Journal
    ) -> None:
        await settled(journal, "c", "not_done", "refund 1")
        other = await pen(journal, "d")
        again = ActionRow(
            *("refund 1", "d", 7, 3, 4, "refund_part", "order 9", "of other arguments", "open", 1, 900),
            *(250_000, "USD"),
        )
        assert all(a != b for a, b in zip(again[1:8], action("refund 1")[1:8], strict=True))
        await journal.append(other.append("again", actions=[again]))
        assert await journal.action("refund 1") == again

    async def test_an_action_is_begun_and_settled_in_one_moment(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        begins, settles = [REFUND], [REFUND._replace(status="done", seq=2)]
        appends = [writer.append("a", actions=begins), writer.append("b", actions=settles)]
        assert await outcomes(journal, *appends) == [None, None]
        assert await statuses(journal, "refund 1") == ["done"]

    async def test_one_append_may_begin_an_action_and_settle_it(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        await journal.append(writer.append("a", actions=[REFUND, REFUND._replace(status="not_done")]))
        await journal.append(writer.append("b", actions=[REFUND, REFUND._replace(status="done")]))
        assert await statuses(journal, "refund 1") == ["done"]

    async def test_of_two_that_begin_the_same_in_one_moment_the_first_does_it(self, journal: Journal) -> None:
        first, second = await pen(journal, "c"), await pen(journal, "d")
        healthy = await pen(journal, "e")
        told = await outcomes(
            journal,
            healthy.append("one", actions=[action("refund 2", conversation="e")]),
            first.append("a", actions=[REFUND]),
            second.append("x", actions=[REFUND._replace(conversation="d")]),
            second.append("builds on it"),
            first.append("b", actions=[REFUND._replace(status="done")]),
            healthy.append("two", actions=[action("refund 2", "done", conversation="e")]),
        )
        assert [told[0], told[1], told[4], told[5]] == [None] * 4
        assert isinstance(told[2], ActionTaken)
        assert isinstance(told[3], StaleWriter)
        assert await journal.action("refund 1") == REFUND._replace(status="done")
        assert await statuses(journal, "refund 2") == ["done"]
        assert (await journal.head("d")).seq == 0
        assert (await journal.head("e")).hash == healthy.hash

    async def test_an_append_that_may_not_begin_its_action_writes_nothing_at_all(
        self, journal: Journal
    ) -> None:
        await begun(journal, "d", "refund 1")
        await settled(journal, "e", "done", "refund 9")
        writer = await pen(journal, "c")
        await journal.deliver("c", parcel("1"))
        await journal.append(writer.append("a", opened=[Wait("w", "c", "ask", "lead", 1)]))
        with pytest.raises(ActionTaken):
            await journal.append(
                writer.append(
                    *("b", "c"),
                    taken=["1"],
                    opened=[Wait("v", "c", "ask", "lead", 1)],
                    closed=["w"],
                    actions=[action("address 1"), REFUND, action("goodwill 1")],
                    retired=["refund 9"],
                )
            )
        loaded = await journal.load("c")
        assert (loaded.head.seq, list(loaded.inbox)) == (1, [parcel("1")])
        assert [one.id for one in await journal.waits()] == ["w"]
        names = ("address 1", "goodwill 1", "refund 1", "refund 9")
        assert await statuses(journal, *names) == [None, None, "open", "done"]

    async def test_a_stale_writer_begins_nothing_and_is_told_that_it_is_stale(self, journal: Journal) -> None:
        stale = await pen(journal, "c")
        await begun(journal, "c", "refund 1")
        told = await outcomes(
            journal, stale.append("a", actions=[REFUND]), stale.append("b", actions=[action("refund 2")])
        )
        assert all(isinstance(outcome, StaleWriter) for outcome in told)
        assert await statuses(journal, "refund 2") == [None]

    async def test_an_append_that_contradicts_the_journal_begins_nothing(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        with pytest.raises(JournalError):
            await journal.append(writer.append("a", taken=["never delivered"], actions=[REFUND]))
        assert await statuses(journal, "refund 1") == [None]

    async def test_hundreds_of_actions_of_one_moment_are_all_kept(self, journal: Journal) -> None:
        writers = {name: await pen(journal, name) for name in ("c", "d", "e")}
        begins = {
            name: [action(f"{name} {n}", conversation=name, object=f"{name} {n}") for n in range(70)]
            for name in writers
        }
        settles = {name: [row._replace(status="done") for row in begins[name][::2]] for name in writers}
        appends = [
            writer.append(what, actions=rows[name])
            for what, rows in (("begins", begins), ("settles", settles))
            for name, writer in writers.items()
        ]
        assert await outcomes(journal, *appends) == [None] * 6
        names = [f"{name} {n}" for name in writers for n in range(70)]
        assert await statuses(journal, *names) == ["done", "open"] * 105


class OfSettling:
    async def test_an_action_is_settled_only_where_it_was_begun(self, journal: Journal) -> None:
        await begun(journal, "c", "refund 1")
        settles = REFUND._replace(status="done")
        for row in (settles, settles._replace(conversation="d")):
            other = await pen(journal, "d")
            with pytest.raises(ActionTaken, match="not under way in 'd'"):
                await journal.append(other.append("x", actions=[row]))
        assert await statuses(journal, "refund 1") == ["open"]

    @pytest.mark.parametrize("before", [None, "done", "not_done", "retired"])
    async def test_what_is_not_under_way_is_not_settled(
        self, journal: Journal, before: ActionStatus | None
    ) -> None:
        if before is not None:
            await settled(journal, "c", "done" if before == "retired" else before, "refund 1")
        writer = await pen(journal, "c")
        if before == "retired":
            await journal.append(writer.append("retires", retired=["refund 1"]))
        neighbour = await pen(journal, "d")
        told = await outcomes(
            journal, writer.append("a", actions=[REFUND._replace(status="done")]), neighbour.append("x")
        )
        assert isinstance(told[0], ActionTaken)
        assert told[1] is None
        assert await statuses(journal, "refund 1") == [before]


class OfObjects:
    async def test_while_one_action_is_under_way_on_an_object_no_other_begins_on_it(
        self, journal: Journal
    ) -> None:
        writer, other = await pen(journal, "c"), await pen(journal, "d")
        await journal.append(writer.append("a", actions=[REFUND]))
        cancel = action("cancel 1", conversation="d", object="order 1")
        told = await outcomes(
            journal,
            other.append("x", actions=[cancel._replace(object="order 2")]),
            other.append("y", actions=[cancel._replace(identity="cancel 2")]),
            writer.append("b", actions=[action("cancel 3", object="order 3")]),
        )
        assert isinstance(told[1], ActionTaken)
        assert (told[0], told[2]) == (None, None)
        assert await statuses(journal, "cancel 1", "cancel 2", "cancel 3") == ["open", None, "open"]

    @pytest.mark.parametrize("settles", ["done", "not_done"])
    async def test_an_object_is_free_again_once_the_action_is_settled(
        self, journal: Journal, settles: ActionStatus
    ) -> None:
        writer, other = await pen(journal, "c"), await pen(journal, "d")
        cancel = action("cancel 1", conversation="d", object="order 1")
        later = cancel._replace(identity="cancel 2")
        told = await outcomes(
            journal,
            writer.append("a", actions=[REFUND]),
            writer.append("b", actions=[REFUND._replace(status=settles)]),
            other.append("x", actions=[cancel]),
            other.append("y", actions=[cancel._replace(status="done"), later]),
        )
        assert told == [None] * 4
        assert await statuses(journal, "refund 1", "cancel 1", "cancel 2") == [settles, "done", "open"]

    async def test_an_object_that_was_taken_earlier_in_the_same_moment_is_taken(
        self, journal: Journal
    ) -> None:
        writer, other = await pen(journal, "c"), await pen(journal, "d")
        told = await outcomes(
            journal,
            writer.append("a", actions=[REFUND]),
            other.append("x", actions=[action("cancel 1", conversation="d", object="order 1")]),
            writer.append("b", actions=[REFUND._replace(status="done")]),
        )
        assert (told[0], told[2]) == (None, None)
        assert isinstance(told[1], ActionTaken)

    async def test_one_append_does_not_begin_two_actions_on_one_object(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        with pytest.raises(ActionTaken):
            await journal.append(writer.append("a", actions=[REFUND, action("cancel 1", object="order 1")]))
        assert await statuses(journal, "refund 1", "cancel 1") == [None, None]

    async def test_what_is_done_to_no_object_locks_nothing(self, journal: Journal) -> None:
        await begun(journal, "c", "mail 1", "mail 2")
        await begun(journal, "d", "mail 3")
        assert await statuses(journal, "mail 1", "mail 2", "mail 3") == ["open"] * 3

    async def test_what_was_done_to_an_object_is_listed_with_what_is_under_way_the_oldest_first(
        self, journal: Journal
    ) -> None:
        writer, other = await pen(journal, "c"), await pen(journal, "d")

        async def done(identity: str, status: ActionStatus = "done", at: int = 100) -> None:
            row = action(identity, object="order 1", at=at, began=writer.seq + 1)
            settles = row._replace(status=status)
            await journal.append(writer.append("begins", actions=[row]))
            await journal.append(writer.append("settles", actions=[settles]))

        await done("the third", at=300)
        await done("b, the first of its moment", at=200)
        await done("a, the second of its moment", at=200)
        await done("refused", "not_done")
        await done("undone")
        await journal.append(writer.append("retires", retired=["undone"]))
        await begun(journal, "e", "of another object", object="order 2")
        last = action("under way", conversation="d", object="order 1", at=400)
        await journal.append(other.append("x", actions=[last]))
        assert [row.identity for row in await journal.actions_on("order 1")] == [
            "b, the first of its moment",
            "a, the second of its moment",
            "the third",
            "under way",
        ]
        assert (await journal.actions_on("order 1"))[-1] == last


class OfRetiring:
    async def test_what_is_done_is_retired_by_any_conversation_and_may_be_begun_anew(
        self, journal: Journal
    ) -> None:
        await settled(journal, "c", "done", "refund 1", "refund 2")
        other = await pen(journal, "d")
        await journal.append(other.append("undoes it", retired=["refund 1"]))
        row = await journal.action("refund 1")
        assert row == action("refund 1", "retired")
        assert await statuses(journal, "refund 2") == ["done"]
        again = action("refund 1", conversation="d", generation=1)
        await journal.append(other.append("again", actions=[again]))
        assert await journal.action("refund 1") == again

    async def test_what_is_not_done_is_not_retired(self, journal: Journal) -> None:
        await begun(journal, "c", "open")
        await settled(journal, "d", "not_done", "not done")
        writer = await pen(journal, "e")
        await journal.append(writer.append("a", retired=["open", "not done", "never begun"]))
        assert await statuses(journal, "open", "not done", "never begun") == ["open", "not_done", None]
        assert (await journal.head("e")).seq == 1

    async def test_what_one_append_settles_it_may_retire(self, journal: Journal) -> None:
        await begun(journal, "c", "refund 1")
        writer = await pen(journal, "c")
        settles = action("refund 1", "done")
        await journal.append(writer.append("a", actions=[settles], retired=["refund 1"]))
        assert await statuses(journal, "refund 1") == ["retired"]

    async def test_what_is_retired_is_begun_anew_in_the_same_moment(self, journal: Journal) -> None:
        await settled(journal, "c", "done", "refund 1")
        other, third = await pen(journal, "d"), await pen(journal, "e")
        told = await outcomes(
            journal,
            third.append("too early", actions=[action("refund 1", conversation="e")]),
            other.append("undoes it", retired=["refund 1"]),
            other.append("again", actions=[action("refund 1", conversation="d")]),
        )
        assert isinstance(told[0], ActionTaken)
        assert told[1:] == [None, None]
        assert await journal.action("refund 1") == action("refund 1", conversation="d")

    async def test_an_address_goes_from_a_to_b_and_back_to_a(self, journal: Journal) -> None:
        writer = await pen(journal, "c")

        async def change(to: str, retires: Sequence[str]) -> None:
            row = action(f"address {to}", object="customer 1")
            await journal.append(writer.append("begins", actions=[row]))
            done = row._replace(status="done")
            await journal.append(writer.append("settles", actions=[done], retired=retires))

        await change("A", ["address B"])
        await change("B", ["address A"])
        await change("A", ["address B"])
        assert await statuses(journal, "address A", "address B") == ["done", "retired"]


class OfTallies:
    async def test_a_tally_counts_what_is_open_or_done_and_no_more(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        rows = [action(str(n), amount=10_000 * 10**n, currency="EUR") for n in range(4)]
        settles = [
            rows[1]._replace(status="done"),
            rows[2]._replace(status="not_done"),
            rows[3]._replace(status="done"),
        ]
        await journal.append(writer.append("a", actions=rows))
        await journal.append(writer.append("b", actions=settles))
        assert await journal.tally("refund", "EUR", 0) == Tally(3, 10_110_000)
        await journal.append(writer.append("c", retired=["3"]))
        assert await journal.tally("refund", "EUR", 0) == Tally(2, 110_000)

    async def test_a_tally_is_of_one_action_since_one_moment(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        rows = [action(str(n), at=n, amount=10**n, currency="EUR") for n in range(5)]
        others = [action("voucher", action="goodwill", at=3, amount=7, currency="EUR")]
        await journal.append(writer.append("a", actions=[*rows, *others]))
        assert await journal.tally("refund", "EUR", 3) == Tally(2, 11_000)
        assert await journal.tally("goodwill", "EUR", 3) == Tally(1, 7)
        assert await journal.tally("refund", "EUR", 5) == Tally(0, 0)

    async def test_a_tally_counts_every_currency_and_sums_one(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        rows = [
            action("1", amount=125_000, currency="EUR"),
            action("2", amount=-25_000, currency="EUR"),
            action("3", amount=990_000, currency="USD"),
            action("4"),
        ]
        await journal.append(writer.append("a", actions=rows))
        assert await journal.tally("refund", "EUR", 0) == Tally(4, 100_000)
        assert await journal.tally("refund", "USD", 0) == Tally(4, 990_000)
        assert await journal.tally("refund", "CHF", 0) == Tally(4, 0)
        assert await journal.tally("refund", "", 0) == Tally(4, 0)

    @pytest.mark.parametrize("sign", [1, -1])
    async def test_a_sum_is_exact_however_large_it_is(self, journal: Journal, sign: int) -> None:
        writer = await pen(journal, "c")
        amounts = [sign * (2**63 - 1), sign * (2**63 - 1), sign * (2**53 + 1), -sign, sign]
        rows = [action(str(n), amount=amount, currency="IRR") for n, amount in enumerate(amounts)]
        await journal.append(writer.append("a", actions=rows))
        assert await journal.tally("refund", "IRR", 0) == Tally(5, sign * (2**64 - 2 + 2**53 + 1))

    async def test_what_is_begun_anew_counts_once_and_from_then_on(self, journal: Journal) -> None:
        writer = await pen(journal, "c")
        row = action("refund 1", at=10, amount=5, currency="EUR")
        again = row._replace(at=20, amount=6)
        await journal.append(writer.append("a", actions=[row, row._replace(status="not_done"), again]))
        assert await journal.tally("refund", "EUR", 0) == Tally(1, 6)
        assert await journal.tally("refund", "EUR", 15) == Tally(1, 6)


class OfActions(OfBeginning, OfSettling, OfObjects, OfRetiring, OfTallies):
    """All of it."""
