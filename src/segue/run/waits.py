"""Waits: who is waited for in a conversation."""

from dataclasses import dataclass

from segue.run.wants import Key


@dataclass(frozen=True, slots=True)
class Open:
    """Somebody is waited for: the turn and the key that want it, since and until when (ms since 1970).

    `kind` is question, ask or handover; `wants` is the class asked for, or the reason of a handover.
    """

    id: str
    kind: str
    turn: int
    key: Key
    who: str
    since: int
    expires: int | None
    wants: str = ""

    @property
    def since_seq(self) -> int:
        """The event it began with."""
        return int(self.id.rpartition(".")[2])
