"""Backlog: conversations that need attention and nobody has asked about just now, the most urgent first."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

AT_ONCE: Final = 100
"""Conversations of a backlog that are at work at one time."""


class Backlog:
    """Lets them in, so many at a time; each makes room when it rests.

    After a crash there may be hundreds. Begun all at once they would stand before every new customer, and
    all their lookups would meet the back ends in the same second.
    """

    def __init__(self, attend: Callable[[str], None], busy: Callable[[str], bool]) -> None:
        self._attend = attend
        self._busy = busy  # is it loading or at work?
        self._due: deque[str] = deque()
        self._let_in: set[str] = set()

    def put(self, due: Iterable[str]) -> None:
        """What is due now, in order; it stands for whatever was left of before."""
        self._let_in = {one for one in self._let_in if self._busy(one)}
        self._due = deque(due)
        self._next()

    def rests(self, conversation: str) -> None:
        """This one makes room for the next, if it came from here."""
        if conversation in self._let_in:
            self._let_in.discard(conversation)
            self._next()

    def _next(self) -> None:
        while self._due and len(self._let_in) < AT_ONCE:
            conversation = self._due.popleft()
            if not self._busy(conversation):
                self._attend(conversation)
                if self._busy(conversation):
                    self._let_in.add(conversation)
