"""The journal in memory, held to what every journal does."""

import pytest
from tests.journals.suite import JournalSuite

from segue.run.memory import MemoryJournal


class TestMemoryJournal(JournalSuite):
    @pytest.fixture
    def journal(self) -> MemoryJournal:
        return MemoryJournal()
