"""Who may write which conversation, and until when.

Leases are not written down: only the process that owns the journal can hold one, and they end with it.
"""

from dataclasses import dataclass
from typing import Final

_MANY: Final = 100_000


@dataclass(frozen=True, slots=True)
class Lease:
    owner: str
    until: int
    token: int


class Leases:
    """Changed by the thread that writes, in its transaction; any thread may ask who is free."""

    def __init__(self) -> None:
        self._held: dict[str, Lease] = {}
        self._before: dict[str, Lease | None] = {}  # this transaction
        self._prune_at = _MANY

    def clear(self) -> None:
        self._held.clear()

    def free(self, conversation: str, owner: str, now: int) -> bool:
        """Whether no other owner's lease holds."""
        lease = self._held.get(conversation)
        return lease is None or lease.owner == owner or lease.until <= now

    def grant(self, conversation: str, lease: Lease) -> None:
        self._before.setdefault(conversation, self._held.get(conversation))
        self._held[conversation] = lease

    def renew(self, conversation: str, token: int, until: int) -> None:
        lease = self._held.get(conversation)
        if lease is not None and lease.token == token:
            self.grant(conversation, Lease(lease.owner, until, token))

    def keep(self) -> None:
        """The transaction was committed."""
        self._before.clear()

    def undo(self) -> None:
        """The transaction was not committed."""
        for conversation, lease in self._before.items():
            if lease is None:
                del self._held[conversation]
            else:
                self._held[conversation] = lease
        self._before.clear()

    def prune(self, now: int) -> None:
        """Forget what is over, each time that twice as many have come together."""
        if len(self._held) > self._prune_at:
            for conversation in [name for name, lease in self._held.items() if lease.until <= now]:
                self._before.setdefault(conversation, self._held.pop(conversation))
            self._prune_at = max(_MANY, 2 * len(self._held))
