"""State: what is known of a conversation, as a fold of its events.

`apply` is the only thing that changes a state, live and when it is rebuilt, so the two cannot differ. It
also carries the walks of unfinished turns forward and passes on what they want.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from segue.flow.builtin import Attachment, Caller, Conversation, Facts, History, Line, Message
from segue.flow.flow import Flow
from segue.run import events as ev
from segue.run.codec import GENESIS, Happened, Record, hash_of, unseal
from segue.run.facts import FactBook, Held
from segue.run.journal import Head, Owner
from segue.run.outcome import Handover, Scope
from segue.run.turn import Turn
from segue.run.walk import Kept
from segue.run.wants import Key, Run, StillOpen, Want

WINDOW = 8
"""Lines of the transcript that a turn sees as History."""

LINE = 400
"""Characters of a line in that window; the whole text stays in the journal."""


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


class State:
    """A conversation at one moment. `seq` and `hash` are those of the last event applied."""

    def __init__(self, id: str, flows: Mapping[str, Flow[Any]], book: FactBook) -> None:
        self.id = id
        self.flows = flows
        self.book = book
        self.seq = 0
        self.hash = GENESIS
        self.base = 1
        self.epoch = 0
        self.owner: Owner = "ai"
        self.conversation = Conversation(id)
        self.caller = Caller()
        self.lines: list[tuple[int, Line]] = []  # with the event each was said in
        self.stopped: list[tuple[Turn, Want]] = []  # what a handover drops in other turns
        self.kept: dict[type, Kept] = {}
        self.turns: dict[int, Turn] = {}
        self.last_turn = 0
        self.messages: dict[int, Held] = {}  # those that have no outcome yet, and those of unfinished turns
        self.uncovered: list[int] = []
        self.declined: set[int] = set()  # messages that were offered as an answer and were none
        self.waits: dict[str, Open] = {}
        self.progress: tuple[int, str] = (0, "")
        self.spoken = ""  # the language of the last message

    @property
    def running(self) -> list[Turn]:
        """Turns that have something to do just now."""
        return [turn for turn in self.turns.values() if not turn.idle]

    @property
    def language(self) -> str:
        """The language of the last message, or the conversation's."""
        return self.spoken or self.conversation.language

    @property
    def question(self) -> Open | None:
        """The one question that the customer has not answered yet."""
        return next((wait for wait in self.waits.values() if wait.kind == "question"), None)

    def load(self, head: Head, records: Sequence[Record]) -> None:
        """Rebuild from records that begin at the head's base."""
        for record in records:
            self.apply(unseal(record, self.book))
            self.hash = hash_of(record)
        self.base = head.base

    def apply(self, happened: Happened) -> Sequence[tuple[Turn, Want]]:
        """Take in one event; what it makes turns want."""
        self.seq = happened.seq
        handler = _APPLY.get(type(happened.event))
        turn = self.turns.get(getattr(happened.event, "turn", 0))
        wants: Sequence[Want] | None = None
        if handler is not None:
            wants = handler(self, happened, turn)
        elif turn is not None and hasattr(happened.event, "attempt"):
            wants = turn.send(happened.at, happened.event)
        if turn is not None and self.waits:
            self._forget_answered(turn)
        if self.stopped:
            stopped, self.stopped = self.stopped, []
            return stopped
        if not wants:
            return ()
        turn = turn or self.turns[self.last_turn]
        for want in wants:
            if isinstance(want, StillOpen):  # what was offered was no answer; it gets a turn of its own
                turn.messages = [seq for seq in turn.messages if seq not in self.declined]
        return [(turn, want) for want in wants]

    def cover(self, covers: Sequence[int]) -> None:
        """These messages have their outcome now."""
        for seq in covers:
            if seq in self.uncovered:
                self.uncovered.remove(seq)
        for turn in self.turns.values():
            turn.messages = [seq for seq in turn.messages if seq not in covers]

    def say(self, speaker: Any, text: str) -> None:
        """One more line of the transcript."""
        self.lines.append((self.seq, Line(speaker, text if len(text) <= LINE else text[:LINE] + "…")))
        del self.lines[:-WINDOW]

    def scope(self, turn: Turn, message: Message | None) -> Scope:
        """What a flow may read when it starts."""
        unanswered = {*turn.messages, *self.uncovered}
        earlier = [line for seq, line in self.lines if seq not in unanswered]
        given = self.book.given
        scope: dict[Any, Held | None] = {
            Conversation: given(self.conversation),
            Caller: given(self.caller),
            History: given(History(tuple(earlier))),
            Facts: given(Facts({})),
        }
        if message is not None:
            scope[Message] = given(message)
        return scope

    def snapshot(self) -> Mapping[str, Any]:
        """Everything that the next turn needs of the past, for TurnFinished."""
        return {
            "conversation": self.conversation,
            "caller": self.caller,
            "owner": self.owner,
            "epoch": self.epoch,
            "turn": self.last_turn,
            "spoken": self.spoken,
            "lines": [[seq, line.speaker, line.text] for seq, line in self.lines],
            "kept": [
                {"fact": kept.fact, "path": kept.path, "inputs": kept.inputs, "at": kept.at}
                for kept in self.kept.values()
            ],
            "waits": [
                [w.id, w.turn, w.who, w.since, w.wants] for w in self.waits.values() if w.kind == "handover"
            ],
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Begin from a snapshot instead of from the first event."""
        self.conversation = Conversation(**snapshot["conversation"])
        self.caller = Caller(**snapshot["caller"])
        self.owner, self.epoch, self.last_turn = snapshot["owner"], snapshot["epoch"], snapshot["turn"]
        self.spoken = snapshot["spoken"]
        self.lines = [(seq, Line(speaker, text)) for seq, speaker, text in snapshot["lines"]]
        self.kept = {}
        for kept in snapshot["kept"]:
            if (cls := self.book.class_of(kept["fact"])) is not None:  # what no longer exists is absent
                fact = self.book.written(orjson.dumps(kept["fact"]))
                self.kept[cls] = Kept(fact, kept["path"], kept["inputs"], kept["at"])
        self.waits = {
            id: Open(id, "handover", turn, ("", 0), who, since, None, wants)
            for id, turn, who, since, wants in snapshot["waits"]
        }

    def _forget_answered(self, turn: Turn) -> None:
        """Drop waits that nothing in the turn wants any more; while an answer is being read, its wait stands."""
        wants = turn.wants
        for wait in [w for w in self.waits.values() if w.turn == turn.number and w.kind != "handover"]:
            if wait.key not in wants and not any(path.startswith(wait.key[0] + "/") for path, _ in wants):
                del self.waits[wait.id]

    def wait_id(self, seq: int) -> str:
        """What a wait that began with this event is called."""
        return f"{self.id}.{seq}"


# One function for every kind of event that is not simply fed to a walk.


def _opened(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.ConversationOpened = happened.event  # type: ignore[assignment]
    state.conversation = Conversation(state.id, event.channel, event.language, event.tenant, event.brand)
    state.caller = Caller(event.caller, event.level, dict(event.claims))  # type: ignore[arg-type]


def _received(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.MessageReceived = happened.event  # type: ignore[assignment]
    attachments = tuple(Attachment(**attachment) for attachment in event.attachments)
    language = event.language or state.conversation.language
    state.spoken = language
    state.messages[happened.seq] = state.book.given(Message((event.text,), language, attachments))
    state.uncovered.append(happened.seq)
    if state.owner == "closed":
        _move(state, "ai")
    state.say("customer", event.text)


def _turn_started(state: State, happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.TurnStarted = happened.event  # type: ignore[assignment]
    turn = Turn(event.turn, state.flows.get(event.flow), event.flow, happened.at, event.deadline)
    turn.messages = list(event.because)
    state.turns[event.turn] = turn
    state.last_turn = event.turn
    message = _together([state.messages[seq].value for seq in event.because])
    return turn.start(state.book, state.scope(turn, message), happened.at, state.kept, state.messages)


def _turn_resumed(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.TurnResumed = happened.event  # type: ignore[assignment]
    if turn is not None:
        turn.resumes, turn.deadline = event.n, event.deadline


def _turn_finished(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.TurnFinished = happened.event  # type: ignore[assignment]
    if state.last_turn == 0 and event.snapshot is not None:
        state.restore(event.snapshot)
    state.turns.pop(event.turn, None)
    for wait in [w for w in state.waits.values() if w.turn == event.turn and w.kind != "handover"]:
        del state.waits[wait.id]
    if not state.turns:
        state.messages = {seq: state.messages[seq] for seq in state.uncovered if seq in state.messages}
        state.declined &= set(state.uncovered)
        if not state.uncovered:
            state.base = happened.seq


def _deadline_passed(state: State, happened: Happened, turn: Turn | None) -> Sequence[Want]:
    if turn is None:
        return ()
    doing = ", ".join(path for path, _ in turn.wants) or "nothing"
    return turn.stop(Handover("", "deadline", "", f"the turn took too long; it was at {doing}"))


def _step_finished(state: State, happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.StepFinished = happened.event  # type: ignore[assignment]
    if turn is None:
        return ()
    if not event.inputs:
        return turn.send(happened.at, event)
    want = turn.wants.get((event.path, event.attempt))
    wants = turn.send(happened.at, event)
    if isinstance(want, Run) and turn.flow is not None and turn.broken is None:
        case = event.fact.among(want.place.gives)
        if isinstance(case, type) and case in turn.flow.keeps:
            state.kept[case] = Kept(event.fact, want.place.path, event.inputs, happened.at)
    return wants


def _progress_shown(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.ProgressShown = happened.event  # type: ignore[assignment]
    state.progress = (event.turn, event.text)


def _reply_sent(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.ReplySent = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    state.say("desk", event.text)


def _customer_asked(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.CustomerAsked = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    if (open_one := state.question) is not None:  # it has to wait now, and is put again later
        del state.waits[open_one.id]
        if (other := state.turns.get(open_one.turn)) is not None:
            other.asked.discard(open_one.key)
    state.say("desk", event.text)
    key = (event.path, event.attempt)
    wait = Open(
        state.wait_id(happened.seq), "question", event.turn, key, "caller", happened.at, event.expires
    )
    state.waits[wait.id] = wait
    if turn is not None:
        turn.asked.add(key)


def _answer_offered(state: State, happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.AnswerOffered = happened.event  # type: ignore[assignment]
    if turn is None:
        return ()
    turn.messages.append(event.message)
    turn.deadline = happened.at + turn.allowance
    state.declined.add(event.message)  # offered once; whoever reads it may take it
    return turn.send(happened.at, event)


def _person_asked(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.PersonAsked = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    if event.text:
        state.say("desk", event.text)
    key = (event.path, event.attempt)
    id, since = state.wait_id(happened.seq), happened.at
    state.waits[id] = Open(id, "ask", event.turn, key, event.person, since, event.expires, event.wants)
    if turn is not None:
        turn.asked.add(key)


def _person_answered(state: State, happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.PersonAnswered = happened.event  # type: ignore[assignment]
    if turn is None:
        return ()
    turn.deadline = happened.at + turn.allowance
    return turn.send(happened.at, event)


def _wait_expired(state: State, happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.WaitExpired = happened.event  # type: ignore[assignment]
    if turn is None:
        return ()
    turn.deadline = happened.at + turn.allowance
    return turn.send(happened.at, event)


def _handed_over(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.HandedOver = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    state.say("desk", event.text)
    _move(state, "human")
    for other in state.turns.values():
        if other is not turn and other.broken is None:
            wants = other.stop(Handover(event.to, event.reason, event.path, event.why))
            state.stopped.extend((other, want) for want in wants)
    id, since = state.wait_id(happened.seq), happened.at
    state.waits[id] = Open(id, "handover", event.turn, ("", 0), event.to, since, None, event.reason)


def _notice_sent(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.NoticeSent = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    state.say("desk", event.text)


def _passed_on(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.MessagePassedOn = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    for seq in event.covers:
        state.messages.pop(seq, None)


def _person_replied(state: State, happened: Happened, turn: Turn | None) -> None:
    event: ev.PersonReplied = happened.event  # type: ignore[assignment]
    state.say("person", event.text)
    if state.owner != "human":
        _move(state, "human")


def _returned(state: State, happened: Happened, turn: Turn | None) -> None:
    _end_handover(state)
    _move(state, "ai")


def _closed(state: State, happened: Happened, turn: Turn | None) -> None:
    _end_handover(state)
    _move(state, "closed")


_APPLY: Mapping[type[ev.Event], Any] = {
    ev.ConversationOpened: _opened,
    ev.MessageReceived: _received,
    ev.MessagePassedOn: _passed_on,
    ev.NoticeSent: _notice_sent,
    ev.TurnStarted: _turn_started,
    ev.TurnResumed: _turn_resumed,
    ev.TurnFinished: _turn_finished,
    ev.DeadlinePassed: _deadline_passed,
    ev.StepFinished: _step_finished,
    ev.LateResult: lambda state, happened, turn: (),
    ev.ProgressShown: _progress_shown,
    ev.ReplySent: _reply_sent,
    ev.CustomerAsked: _customer_asked,
    ev.AnswerOffered: _answer_offered,
    ev.PersonAsked: _person_asked,
    ev.PersonAnswered: _person_answered,
    ev.WaitExpired: _wait_expired,
    ev.HandedOver: _handed_over,
    ev.PersonReplied: _person_replied,
    ev.ConversationReturned: _returned,
    ev.ConversationClosed: _closed,
}


def _move(state: State, owner: Owner) -> None:
    """Every change of owner raises the epoch."""
    state.owner = owner
    state.epoch += 1


def _end_handover(state: State) -> None:
    for wait in [w for w in state.waits.values() if w.kind == "handover"]:
        del state.waits[wait.id]


def _together(messages: list[Message]) -> Message | None:
    """Several fragments as one message."""
    if not messages:
        return None
    parts = tuple(part for message in messages for part in message.parts)
    attachments = tuple(a for message in messages for a in message.attachments)
    return Message(parts, messages[-1].language, attachments)
