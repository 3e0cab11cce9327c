"""The journal in a SQLite file, held to what every journal does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.journals.suite import OneOwnerSuite

from segue.journals.sqlite import SqliteJournal


class TestSqliteJournal(OneOwnerSuite):
    @pytest.fixture
    async def journal(self, tmp_path: Path) -> AsyncIterator[SqliteJournal]:
        journal = SqliteJournal(tmp_path / "journal.db")
        await journal.open()
        yield journal
        await journal.verify()  # no test leaves a journal that contradicts itself
        await journal.close()
