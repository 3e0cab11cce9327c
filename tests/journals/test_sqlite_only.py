"""What only a file can suffer: to be opened badly, to be something else, to be damaged."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from tests.journals.files import change, content, lanes, opened, overwrite
from tests.journals.writing import LEASE, Pen, action, parcel, pen, token

from segue.errors import JournalDamaged, JournalInUse, JournalNewer, JournalUnavailable, StaleWriter
from segue.journals import sqlite_file, sqlite_read, sqlite_statements
from segue.journals.leases import Leases
from segue.journals.operation import Claim
from segue.journals.sqlite import SqliteJournal
from segue.journals.sqlite_group import Group
from segue.run.journal import Head, Loaded, Receipt

# Opening and closing


async def test_what_was_not_waited_for_is_written_before_the_journal_closes(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        futures = [journal.append(writer.append(str(n))) for n in range(100)]
    assert all(future.done() and future.exception() is None for future in futures)
    async with opened(path) as journal:
        assert (await journal.head("c")).hash == writer.hash
        await journal.verify()


async def test_a_closed_journal_is_one_file_without_threads_or_a_log(path: Path) -> None:
    async with opened(path) as journal:
        await journal.append((await pen(journal, "c")).append("a"))
        assert len(lanes()) == 2
    assert lanes() == []
    assert sorted(file.name for file in path.parent.iterdir()) == ["journal.db", "journal.db.lock"]


async def test_a_journal_that_is_not_open_says_so(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
    for closed in (journal, SqliteJournal(path)):
        for call in (closed.append(writer.append("a")), closed.deliver("c", parcel()), closed.load("c")):
            with pytest.raises(JournalUnavailable, match="not open"):
                await call


async def test_a_journal_may_be_closed_twice_and_opened_again_but_not_opened_twice(path: Path) -> None:
    journal = SqliteJournal(path)
    await journal.close()
    await journal.open()
    with pytest.raises(JournalInUse, match="already"):
        await journal.open()
    await pen(journal, "c")
    await journal.close()
    await journal.close()
    await journal.open()
    assert (await journal.head("c")).token == 1
    await journal.close()


async def test_who_is_cancelled_while_waiting_harms_nobody(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        tasks = [asyncio.ensure_future(journal.deliver("c", parcel(str(n)))) for n in range(4)]
        future = journal.append(writer.append("a"))
        await asyncio.sleep(0)
        tasks[1].cancel()
        future.cancel()
        receipts = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(receipt) for receipt in receipts] == [Receipt, asyncio.CancelledError, Receipt, Receipt]
        await journal.append(writer.append("b"))
        assert len((await journal.load("c")).inbox) == 4


def test_a_journal_that_nobody_closed_lets_go_when_its_loop_is_closed(path: Path) -> None:
    journal = SqliteJournal(path)

    async def leave() -> None:
        await journal.open()
        writer = await pen(journal, "c")
        journal.append(writer.append("a"))

    asyncio.run(leave())

    async def again() -> None:
        await journal.close()
        async with opened(path) as other:
            await other.verify()
            assert (await other.head("c")).token == 1

    asyncio.run(again())
    assert lanes() == []


# What is not a journal


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        (b"# Shopping list\n- milk\n", "not a journal"),
        (b"SQLite format 3\0" + b"\xff" * 5000, "damaged"),
        (b"SQLite format 3\0", "damaged"),
    ],
)
async def test_a_file_of_something_else_is_refused_and_left_alone(
    path: Path, written: bytes, complaint: str
) -> None:
    overwrite(path, written)
    with pytest.raises(JournalDamaged, match=complaint):
        await SqliteJournal(path).open()
    assert content(path) == written
    assert lanes() == []


async def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    change(path, "CREATE TABLE milk (litres)")
    before = content(path)
    with pytest.raises(JournalDamaged, match="not a journal of Segue"):
        await SqliteJournal(path).open()
    assert content(path) == before


async def test_an_empty_file_becomes_a_journal(path: Path) -> None:
    overwrite(path, b"")
    async with opened(path) as journal:
        await pen(journal, "c")


async def test_a_journal_of_a_later_version_is_refused_and_left_alone(path: Path) -> None:
    async with opened(path):
        pass
    change(path, "UPDATE meta SET value = 2 WHERE name = 'format'")
    before = content(path)
    with pytest.raises(JournalNewer, match="format 2"):
        await SqliteJournal(path).open()
    assert content(path) == before


def spoil(path: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    connection = sqlite3.connect(path)
    root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    connection.close()
    overwrite(path, b"\xa5" * 4096, start=(root - 1) * 4096)


async def test_damaged_pages_are_told_when_they_are_met_and_harm_nothing_else(path: Path) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        await journal.append(writer.append(*map(str, range(500))))
    spoil(path, "events")

    async with opened(path) as journal:
        for call in (journal.load("c"), journal.verify(), journal.append(writer.append("a"))):
            with pytest.raises(JournalDamaged, match=r"journal\.db is damaged"):
                await call
        append = writer.append("b")
        told = await asyncio.gather(
            journal.deliver("c", parcel()), journal.append(append), return_exceptions=True
        )
        assert told[0] == Receipt(True, at=5)
        assert isinstance(told[1], StaleWriter)  # it builds on the one that was refused


@pytest.mark.parametrize("table", ["meta", "heads", "parcels"])
async def test_what_is_damaged_where_it_is_needed_at_once_is_not_opened(path: Path, table: str) -> None:
    async with opened(path) as journal:
        await pen(journal, "c")
    spoil(path, table)
    with pytest.raises(JournalDamaged, match="damaged"):
        await SqliteJournal(path).open()
    assert lanes() == []


async def test_a_journal_that_does_not_say_its_format_is_damaged(path: Path) -> None:
    async with opened(path):
        pass
    change(path, "DELETE FROM meta WHERE name = 'format'")
    with pytest.raises(JournalDamaged, match="does not say its format"):
        await SqliteJournal(path).open()


async def test_events_that_are_missing_are_told(path: Path) -> None:
    async with opened(path) as journal:
        await journal.append((await pen(journal, "c")).append("a", "b", "c"))
        await journal.append((await pen(journal, "d")).append("a"))
    change(path, "DELETE FROM events WHERE seq = 2")
    async with opened(path) as journal:
        with pytest.raises(JournalDamaged, match="'c' should have events 1 to 3"):
            await journal.load("c")
        claims = [token(journal.claim(conversation, "me", 0, LEASE)) for conversation in "cd"]
        damaged, neighbour = await asyncio.gather(*claims, return_exceptions=True)
        assert isinstance(damaged, JournalDamaged)
        assert neighbour == 2


async def test_a_back_up_may_be_taken_while_the_journal_is_written(path: Path) -> None:
    """As docs/http.md says."""
    copy = path.with_name("copy.db")
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        await journal.deliver("c", parcel())
        futures = [journal.append(writer.append(str(n))) for n in range(300)]
        other = sqlite3.connect(path)
        other.execute("VACUUM INTO ?", (str(copy),))
        other.close()
        await asyncio.gather(*futures)
    async with opened(copy) as journal:
        await journal.verify()
        assert (await journal.deliver("c", parcel())).new is False
        again = await pen(journal, "c")
        await journal.append(again.append("and it goes on"))


async def test_the_log_is_as_long_at_the_first_commit_as_it_is_later(path: Path) -> None:
    log = path.with_name(f"{path.name}-wal")
    for _ in range(2):
        async with opened(path) as journal:
            long = log.stat().st_size
            writer = await pen(journal, "c")
            for n in range(50):
                await journal.append(writer.append(str(n)))
            assert log.stat().st_size == long > 4_000_000
        assert not log.exists() or log.stat().st_size == 0  # or what was erased would live on in it


@pytest.mark.parametrize("harm", ["cut off", "overwritten"])
async def test_a_damaged_tail_costs_the_last_commits_and_nothing_else(path: Path, harm: str) -> None:
    """Power fails while the log is written: what is left of it is found by its checksums."""
    copy = path.with_name("copy.db")
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        for n in range(50):
            await journal.append(writer.append(f"{n}", f"{n}"))
        overwrite(copy, content(path))
        log = content(path.with_name(f"{path.name}-wal"))
    tail = len(log.rstrip(b"\0")) - 6 * 4096
    overwrite(copy.with_name(f"{copy.name}-wal"), log[:tail] + b"\xa5" * (0 if harm == "cut off" else 9000))
    async with opened(copy) as journal:
        await journal.verify()
        head = await journal.head("c")
        assert 80 < head.seq < 100
        assert head.seq % 2 == 0
        again = await pen(journal, "c")
        await journal.append(again.append("and it goes on"))
        await journal.verify()


async def test_nobody_else_on_the_machine_reads_what_customers_wrote(path: Path) -> None:
    async with opened(path) as journal:
        await pen(journal, "c")
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(["journal.db", "journal.db-wal", "journal.db-shm"], 0o600) | {
        "journal.db.lock": 0o644
    }


# Actions


async def test_a_journal_from_before_there_were_actions_gets_their_table_when_it_is_opened(
    path: Path,
) -> None:
    async with opened(path) as journal:
        writer = await pen(journal, "c")
        await journal.append(writer.append("a"))
    change(path, "DROP TABLE actions")
    async with opened(path) as journal:
        assert await journal.action("refund 1") is None
        writer = await pen(journal, "c")
        begins = action("refund 1", object="order 1")
        await journal.append(writer.append("b", actions=[begins]))
        assert list(await journal.actions_on("order 1")) == [begins]
        assert (await journal.head("c")).seq == 2
        await journal.verify()


def test_an_append_without_actions_does_not_look_at_them(path: Path) -> None:
    connection = sqlite_file.writer(path, patience=1)
    group = Group(connection, Leases())
    group.write([Claim("c", "me", 0, 1000, create=True)])
    head = Loaded(Head("c", token=1))
    said: list[str] = []
    connection.set_trace_callback(said.append)
    group.write([Pen(head).append("a")])
    assert said
    assert not any("actions" in statement for statement in said)
    connection.close()


# Looking up


async def looks_up(path: Path, query: str) -> bool:
    """Whether everything that a query reads is found by an index."""
    async with opened(path):
        pass
    connection = sqlite3.connect(path)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", [0] * query.count("?"))]
    connection.close()
    found = ("INDEX", "PRIMARY KEY", "PART OF ORDER BY")
    return bool(plan) and all(any(word in line for word in found) for line in plan)


READS = ["DUE", "NEXT_DUE", "HEAD", "HEADS", "HEADS_BEFORE", "RECORDS", "RECEIPT", "WAIT", "WAITS"]


@pytest.mark.parametrize("query", [*READS, "ACTION", "ACTIONS_ON", "TALLY"])
async def test_nothing_is_looked_for_from_end_to_end(path: Path, query: str) -> None:
    assert await looks_up(path, getattr(sqlite_read, query))


@pytest.mark.parametrize("query", ["HEADS", "RECORDS", "INBOX"])
async def test_a_claim_reads_what_it_answers_with_by_index(path: Path, query: str) -> None:
    assert await looks_up(path, getattr(sqlite_statements, query).text(2))


@pytest.mark.parametrize("query", ["ACTIONS", "HOLDERS"])
async def test_what_is_to_begin_is_held_against_a_few_actions_and_not_all(path: Path, query: str) -> None:
    assert await looks_up(path, getattr(sqlite_statements, query).text(2))
