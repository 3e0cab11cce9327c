"""Who may write which conversation, for how long.

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
    """Granted in a transaction, valid once it is committed. One thread writes, others may ask."""

    def __init__(self) -> None:
        self._valid: dict[str, Lease] = {}
        self._granted: dict[str, Lease] = {}
        self._prune_at = _MANY

    def free(self, conversation: str, owner: str, now: int) -> bool:
        """Whether no other owner's lease holds."""
        lease = self._valid.get(conversation)
        return lease is None or lease.owner == owner or lease.until <= now

    def claimable(self, conversation: str, owner: str, now: int) -> bool:
        """The same, for who is inside the transaction."""
        lease = self._granted.get(conversation)
        if lease is None:
            return self.free(conversation, owner, now)
        return lease.owner == owner or lease.until <= now

    def grant(self, conversation: str, lease: Lease) -> None:
        self._granted[conversation] = lease

    def renew(self, conversation: str, token: int, until: int) -> None:
        lease = self._granted.get(conversation) or self._valid.get(conversation)
        if lease is not None and lease.token == token:
            self._granted[conversation] = Lease(lease.owner, until, token)

    def committed(self, now: int) -> None:
        ...
