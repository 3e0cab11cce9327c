"""Waits: who is waited for in a conversation."""

from dataclasses import dataclass

from segue.flow.receipts import Receipt
from segue.run.wants import Key

HANDOVER = 86_400_000
"""Milliseconds after which a conversation that was handed over and not taken care of is brought up again."""


@dataclass(frozen=True, slots=True)
class Open:
    """Somebody is waited for: the turn and the key that want it, since and until when (ms since 1970).

    `kind` is question, ask or handover; `wants` is the class asked for, or the reason of a handover. `remind` is
    when the question is put once more, None once it was or if it is not to be; `text` is what was asked. `receipt` is
    that of an action which waits for approval.
    """

    id: str
    kind: str
    turn: int
    key: Key
    who: str
    since: int
    expires: int
    wants: str = ""
    remind: int | None = None
    text: str = ""
    receipt: Receipt | None = None

    @property
    def since_seq(self) -> int:
        """The event it began with."""
        return int(self.id.rpartition(".")[2])
