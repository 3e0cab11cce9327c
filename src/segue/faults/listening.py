"""Listening: what a customer hears in one conversation, with what was true at the moment when it was said."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from segue.faults.stand_ins import Cast
from segue.flow.receipts import Approval, Receipt
from segue.observe.transcript import as_customer_sees
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.desk import Desk
from segue.run.fold import State
from segue.run.office import Office
from segue.run.receipting import receipt_of

SPOKEN = ("reply", "question", "notice", "handover", "passed_on")


@dataclass(slots=True)
class Heard:
    """What the customer wrote, and everything said to them from then on until they wrote again."""

    message: str
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Said:
    """A reply, in its language, and the receipts that were true when it was sent."""

    text: str
    language: str
    true: Sequence[Receipt]


@dataclass(frozen=True, slots=True)
class ToApprove:
    """A person was asked to approve a call; `wait` is the id under which to answer."""

    wait: str
    call: str


class Listener:
    """Follows a conversation, event by event, with a state of its own."""

    def __init__(self, office: Office, id: str, desk: Desk, cast: Cast) -> None:
        self.state = State(id, desk.flows, desk.book, desk.settle)
        self.heard: list[Heard] = []
        self.replies: list[Said] = []
        self.to_approve: list[ToApprove] = []
        self.mute = False  # was a message answered without a word?
        self._office = office
        self._desk = desk
        self._cast = cast

    def expect(self, message: str) -> None:
        """What is said from now on is said after this message."""
        self.heard.append(Heard(message))

    async def listen(self) -> None:
        """Until it is cancelled."""
        async for happened in self._office.follow(self.state.id):
            if isinstance(happened, Happened):
                self.state.apply(happened)
                await self._hear(happened)

    async def _hear(self, happened: Happened) -> None:
        event = happened.event
        if isinstance(event, ev.PersonAsked) and event.wants == self._desk.book.name_of(Approval):
            wait = f"{self.state.id}.{happened.seq}"
            self.to_approve.append(ToApprove(wait, str(event.about.get("call", ""))))
        shown = as_customer_sees(happened)
        if shown is None or shown.kind not in SPOKEN or not self.heard:
            return
        self.heard[-1].words.append(shown.text)
        self.mute = self.mute or not shown.text.strip()
        if shown.kind == "reply":
            self.replies.append(Said(shown.text, self.state.language, await self._true()))

    async def _true(self) -> list[Receipt]:
        """What was done, as the stand-ins say; of what they cannot know, and of what is under way, as the desk says."""
        state, true = self.state, await self._cast.effects()
        for entry in state.ledger.values():
            receipt = receipt_of(entry)
            if receipt.status in ("unknown", "pending", "scheduled") or not self._is_known(entry.action):
                true.append(receipt)
        true += [wait.receipt for wait in state.waits.values() if wait.receipt is not None]
        if state.owner == "human":
            true.append(Receipt("handover", ("handover",)))
        return true

    def _is_known(self, name: str) -> bool:
        """Does the sandbox say whether this action was done?"""
        action = self._desk.actions.get(name)
        return action is not None and any(map(self._cast.knows, self._desk.tools.of(action).values()))
