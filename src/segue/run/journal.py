"""The journal protocol: who may deliver, who may append, and what is looked up across conversations.

Anyone may **deliver** a parcel into a conversation's inbox; (conversation, source, id) is unique, and a
parcel that was delivered before is told so. Only the holder of a conversation's token may **append**. A
token comes from **claim**, with all that its holder has to know, and is higher than every token before it; an
append names the token and the sequence number it builds on, and is dropped as a whole when either is not what
the head says.

Everything but the records themselves (heads, inbox, open waits, actions) is an index: written in the transaction of
the records it follows from, and rebuildable from them. Times are milliseconds since 1970.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from segue.run.codec import GENESIS, Record

Owner = Literal["ai", "human", "closed"]


class Parcel(NamedTuple):
    """Something delivered and not yet taken into the journal. `kind` says how to read `body` (JSON)."""

    source: str
    id: str
    kind: str
    body: bytes
    at: int


class Receipt(NamedTuple):
    """What became of a delivery. `seq` is the event it was taken into, once it was."""

    new: bool
    same: bool = True  # was the body the same the first time?
    seq: int | None = None
    at: int = 0


class Head(NamedTuple):
    """The one small row of a conversation.

    `seq` and `hash` are those of its last event; `base` is the event from which it has to be read to be
    rebuilt; `token` is its writer's; `epoch` rises with every change of owner; `wake_at` is when it needs
    attention next (0: at once, None: never).
    """

    conversation: str
    seq: int = 0
    hash: bytes = GENESIS
    base: int = 1
    token: int = 0
    epoch: int = 0
    owner: Owner = "ai"
    wake_at: int | None = None
    opened: int = 0
    touched: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody is waited for. `id` is unique in the whole journal; `queue` is the person asked, or "caller"."""

    id: str
    conversation: str
    kind: str  # question, ask or handover
    queue: str
    since: int
    expires: int | None = None


ActionStatus = Literal["open", "done", "not_done", "retired"]
"""How an action stands for whoever wants to do it (again): only `not_done` and `retired` ones may be begun anew."""


class ActionRow(NamedTuple):
    """One action as every conversation sees it: the row of the ledger's index.

    `identity` is what it is, a digest that is unique in the whole journal; `object` is what it is done to ("" when
    it locks nothing); `call` is a digest of its arguments; `generation` counts how often the identity was free again.
    `began` and `seq` are the events of its conversation in which it was begun and was last settled (`seq` is `began`
    while it is open); `amount` is in ten-thousandths of `currency`. It was begun at `at`.
    """

    identity: str
    conversation: str
    turn: int
    began: int
    seq: int
    action: str
    object: str
    call: str
    status: ActionStatus
    generation: int
    at: int
    amount: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many actions of a kind there were, and what they came to (ten-thousandths)."""

    count: int
    sum: int


class Append(NamedTuple):
    """What one writer adds to one conversation: all of it or none.

    `expect` is the head's seq before; `base`, `owner`, `epoch` and `wake_at` are the head's afterwards;
    `taken` are the parcels that became events here: (source, id, seq). Waits are closed before others are
    opened, so that one append may put a wait in the place of one with the same id. `actions` are written in their
    order, each in the place of the row of the same identity; then `retired` identities (of any conversation) that are
    done become retired.
    """

    conversation: str
    token: int
    expect: int
    records: Sequence[Record]
    hash: bytes
    at: int
    base: int
    owner: Owner
    epoch: int
    wake_at: int | None
    taken: Sequence[tuple[str, str, int]] = ()
    opened: Sequence[Wait] = ()
    closed: Sequence[str] = ()
    actions: Sequence[ActionRow] = ()
    retired: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is needed to go on with a conversation: its head, its records from `base` on, its inbox in order."""

    head: Head
    records: Sequence[Record] = ()
    inbox: Sequence[Parcel] = field(default=())


class Journal(Protocol):
    """Where everything is written down. Every method but `append` returns only what is durable.

    `shared`: may other desks use it at the same time? Then each looks for what nobody sees to.
    """

    shared: bool

    async def open(self) -> None:
        """Make ready; a journal that has one owner process frees all leases.

        JournalInUse, JournalNewer, JournalDamaged or JournalUnavailable say why not.
        """
        ...

    async def close(self) -> None:
        """Write what is pending and let go."""
        ...

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        """Put a parcel into the inbox, durably, and mark the conversation as needing attention (wake_at 0).

        Delivered before, it changes nothing and the receipt says what became of it. NotFound when there is no
        such conversation; JournalUnavailable when it cannot be written: then nothing was accepted.
        """
        ...

    async def claim(
        self, conversation: str, owner: str, now: int, lease: int, *, create: bool = False
    ) -> Loaded | None:
        """Become the writer until `now + lease` ms; None while another owner's lease holds.

        The answer is what is needed to go on, of the moment of the claim; its head has the new token. The same
        owner may claim again at any time and gets a higher one. NotFound when there is no such conversation and
        `create` is not set.
        """
        ...

    async def renew(self, tokens: Sequence[tuple[str, int]], until: int) -> None:
        """Prolong the leases of (conversation, token) that still hold."""
        ...

    async def load(self, conversation: str) -> Loaded:
        """The same for whoever only looks, and becomes no writer. NotFound if there is no such conversation."""
        ...

    def append(self, append: Append) -> asyncio.Future[None]:
        """Add events. Returns at once; waiting for the result means waiting for durability.

        The appends of one conversation take effect in the order of the calls. The future raises StaleWriter,
        JournalUnavailable, or JournalError when the append contradicts the journal; then nothing of it was
        written. ActionTaken when it would begin an action (a row that is `open`) whose identity is open or done,
        or on whose object another identity is open; or settle one that is not open in this conversation. While
        parcels are left in the inbox the head's wake_at stays 0, whatever the append says.
        """
        ...

    async def read(self, conversation: str, after: int = 0, limit: int = 1000) -> Sequence[Record]:
        """Durable records with a sequence number above `after`, in order. NotFound if there is none such."""
        ...

    async def head(self, conversation: str) -> Head:
        """The durable head. NotFound if there is no such conversation."""
        ...

    async def heads(self, limit: int = 100, before: tuple[int, str] | None = None) -> Sequence[Head]:
        """Conversations, most recently touched first; `before` is (touched, conversation) of the last seen."""
        ...

    async def receipt(self, conversation: str, source: str, id: str) -> Receipt | None:
        """What became of an earlier delivery; None if there was none."""
        ...

    async def due(self, now: int, owner: str, limit: int = 1000) -> Sequence[str]:
        """Conversations that need attention (wake_at <= now), most urgent first, and that no other owner's
        living lease holds."""
        ...

    async def next_due(self) -> int | None:
        """The earliest wake_at of all conversations; None if nothing waits."""
        ...

    async def waits(self, kinds: Sequence[str] = ("ask", "handover"), limit: int = 1000) -> Sequence[Wait]:
        """Open waits, oldest first."""
        ...

    async def wait(self, id: str) -> Wait:
        """One open wait. NotFound if it is not open (any more)."""
        ...

    async def action(self, identity: str) -> ActionRow | None:
        """How this action stands; None if it was never begun."""
        ...

    async def actions_on(self, object: str) -> Sequence[ActionRow]:
        """Actions on this object that are open or done, oldest first (by `at`, `began`, `identity`)."""
        ...

    async def tally(self, action: str, currency: str, since: int) -> Tally:
        """How many of these were begun at `since` or later and are open or done, and the sum in this currency.

        The count is of every currency.
        """
        ...
