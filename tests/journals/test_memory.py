"""The journal in memory, held to what every journal does."""

import pytest
from tests.journals.suite import OneOwnerSuite

from segue.run.memory import MemoryJournal


class TestMemoryJournal(OneOwnerSuite):
    @pytest.fixture
    def journal(self) -> MemoryJournal:
        return MemoryJournal()
