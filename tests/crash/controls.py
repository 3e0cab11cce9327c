"""What a desk looks like without the ledger: the harness must find harm, or it proves nothing."""

import contextlib
from collections.abc import Iterator
from unittest.mock import patch

from segue.run import settling


@contextlib.contextmanager
def without_ledger() -> Iterator[None]:
    """What is not known to be done is simply done again, with no look at what became of it."""
    with patch.object(settling, "look", settling.again):
        yield
