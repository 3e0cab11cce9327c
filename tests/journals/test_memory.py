"""The journal in memory, held to what every journal does."""

import pytest

from segue.run.memory import MemoryJournal
from tests.journals.suite import JournalSuite


class TestMemoryJournal(JournalSuite):
    @pytest.fixture
    def journal(self) -> MemoryJournal:
        return MemoryJournal()
