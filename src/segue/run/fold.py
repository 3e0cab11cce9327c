"""State: what is known of a conversation, as a fold of its events.

`apply` is the only thing that changes a state, live and when it is rebuilt, so the two cannot differ. It
also carries the walks of unfinished turns forward and passes on what they want.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

import orjson

from segue.flow.budget import Spent
from segue.flow.builtin import Caller, Conversation, Facts, Forgotten, History, Line, Message, Speaker
from segue.flow.flow import Flow
from segue.flow.receipts import Receipts
from segue.run.applying import APPLY
from segue.run.codec import GENESIS, Happened, Record, hash_of, unseal
from segue.run.entries import Entry, bounded, read, written
from segue.run.facts import FactBook, Held
from segue.run.journal import Head, Owner
from segue.run.outcome import Scope
from segue.run.turn import Turn
from segue.run.waits import Open
from segue.run.walk import Kept
from segue.run.walking import Result
from segue.run.wants import StillOpen, Want

WINDOW = 8
"""Lines of the transcript that a turn sees as History."""

LINE = 400
"""Characters of a line in that window; the whole text stays in the journal."""


LEFT_OUT = 24
"""Lines that wait to be summed up; a flow that never gets to it forgets the oldest of them."""

SUMMARY = 2000
"""Characters of a summary."""


class State:
    """A conversation at one moment. `seq` and `hash` are those of the last event applied."""

    def __init__(
        self,
        id: str,
        flows: Mapping[str, Flow[Any]],
        book: FactBook,
        settles: Mapping[str, float] | None = None,
    ) -> None:
        self.id = id
        self.flows = flows
        self.book = book
        self.settles = settles or {}  # by channel, seconds
        self.settle = 0  # ms that the customer is given to write more before a turn begins
        self.seq = 0
        self.hash = GENESIS
        self.base = 1
        self.epoch = 0
        self.owner: Owner = "ai"
        self.conversation = Conversation(id)
        self.caller = Caller()
        self.lines: list[tuple[int, Speaker, str]] = []  # the event in which it was said, speaker, text
        self.left_out: list[
            tuple[int, Speaker, str]
        ] = []  # the same, not in History any more and not summed up
        self.summary = ""
        self.sums_up = any(flow.sums_up for flow in flows.values())
        self.stopped: list[tuple[Turn, Want]] = []  # what a handover drops in other turns
        self.kept: dict[type, Kept] = {}
        self.turns: dict[int, Turn] = {}
        self.last_turn = 0
        self.messages: dict[int, Held] = {}  # those that have no outcome yet, and those of unfinished turns
        self.uncovered: dict[int, int] = {}  # messages without an outcome, and when they came
        self.told: dict[int, Held] = {}  # facts that no turn was begun about yet
        self.earlier: dict[str, Result] = {}  # what steps found in turns that were superseded
        self.superseded = 0  # how many of them follow on one another
        self.declined: set[int] = set()  # messages that were offered as an answer and were none
        self.waits: dict[str, Open] = {}
        self.indexed: dict[str, Open] = {}  # also what a flow that was changed since asks no more
        self.ledger: dict[str, Entry] = {}  # the actions of this conversation, by identity, oldest first
        self.progress: tuple[int, str] = (0, "")
        self.spent = Spent()  # by models, in the whole conversation
        self.spoken = ""  # the language of the last message

    @property
    def running(self) -> list[Turn]:
        """Turns that have something to do just now."""
        return [turn for turn in self.turns.values() if not turn.idle] if self.turns else []

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
        self.seq, at, event = happened
        handler = APPLY.get(type(event))
        turn = self.turns.get(getattr(event, "turn", 0))
        wants: Sequence[Want] | None = None
        if handler is not None:
            wants = handler(self, happened, turn)
        elif turn is not None and hasattr(event, "attempt"):
            wants = turn.send(at, event)
        if turn is not None and self.waits:
            self._forget_answered(turn)
        if self.stopped:
            stopped, self.stopped = self.stopped, []
            return stopped
        if not wants:
            return ()
        turn = turn or self.turns[self.last_turn]
        wanted = []
        for want in wants:
            if type(want) is StillOpen:  # what was offered was no answer; it gets a turn of its own
                turn.messages = [seq for seq in turn.messages if seq not in self.declined]
            wanted.append((turn, want))
        return wanted

    def cover(self, covers: Sequence[int]) -> None:
        """These messages have their outcome now."""
        for seq in covers:
            self.uncovered.pop(seq, None)
        for turn in self.turns.values():
            turn.messages = [seq for seq in turn.messages if seq not in covers]

    def say(self, speaker: Speaker, text: str) -> None:
        """One more line of the transcript."""
        self.lines.append((self.seq, speaker, text if len(text) <= LINE else text[:LINE] + "…"))
        if self.sums_up:
            self.left_out += self.lines[:-WINDOW]
            del self.left_out[:-LEFT_OUT]
        del self.lines[:-WINDOW]

    def sum_up(self, summary: str, until: int) -> None:
        """This stands for everything said before an event that History leaves out."""
        self.summary = summary[:SUMMARY]
        self.left_out = [line for line in self.left_out if line[0] > until]

    def flow_of(self, case: type | None) -> str | None:
        """The name of the flow that such a fact starts."""
        return next((name for name, flow in self.flows.items() if flow.takes[0] is case), None)

    def flow_for(self, told: Held) -> str:
        """The same of a fact that was told; where no flow takes it any more, what it is called."""
        name = told.name
        return self.flow_of(self.book.named(name)) or name

    def scope(self, turn: Turn, start: Held) -> Scope:
        """What a flow may read when it starts: what started it, and what every flow has."""
        unanswered = {*turn.messages, *self.uncovered}
        lines, left_out = tuple(self.lines), tuple(self.left_out)
        given, summary = self.book.given, self.summary
        turn.began = self.seq
        takes = turn.flow.takes if turn.flow is not None else (Message,)
        return {
            Conversation: given(self.conversation),
            Caller: given(self.caller),
            History: self.book.later(
                History, lambda: History(_lines(one for one in lines if one[0] not in unanswered), summary)
            ),
            Forgotten: self.book.later(Forgotten, lambda: Forgotten(_lines(left_out), summary)),
            Facts: given(Facts({})),
            Receipts: given(Receipts()),
            start.among(takes): start,
        }

    def changed_by(self, action: str) -> tuple[type, ...]:
        """The kept facts that are stale after an action of this name."""
        found = (flow.actions.get(action) for flow in self.flows.values())
        return next((one.changes for one in found if one is not None), ())

    @property
    def open_entries(self) -> list[Entry]:
        """Actions that were begun and are not settled."""
        return [entry for entry in self.ledger.values() if entry.open] if self.ledger else []

    def snapshot(self) -> Mapping[str, Any]:
        """Everything that the next turn needs of the past, for TurnFinished."""
        ledger = [written(entry) for entry in bounded(self.ledger).values()]
        return {
            **({"ledger": ledger} if ledger else {}),
            **({"spent": astuple(self.spent)} if self.spent.requests else {}),
            "conversation": self.conversation,
            "caller": self.caller,
            "owner": self.owner,
            "epoch": self.epoch,
            "turn": self.last_turn,
            "spoken": self.spoken,
            "lines": tuple(self.lines),
            **({"summary": self.summary} if self.summary else {}),
            **({"left_out": tuple(self.left_out)} if self.left_out else {}),
            "kept": tuple(
                {"fact": kept.fact, "path": kept.path, "inputs": kept.inputs, "at": kept.at}
                for kept in self.kept.values()
            ),
            "waits": tuple(
                (w.id, w.turn, w.who, w.since, w.expires, w.wants)
                for w in self.waits.values()
                if w.kind == "handover"
            ),
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Begin from a snapshot instead of from the first event."""
        self.conversation = Conversation(**snapshot["conversation"])
        self.settle = round(self.settles.get(self.conversation.channel, 0) * 1000)
        self.caller = Caller(**snapshot["caller"])
        self.owner, self.epoch, self.last_turn = snapshot["owner"], snapshot["epoch"], snapshot["turn"]
        self.spoken = snapshot["spoken"]
        self.lines = [(seq, speaker, text) for seq, speaker, text in snapshot["lines"]]
        self.left_out = [(seq, speaker, text) for seq, speaker, text in snapshot.get("left_out", ())]
        self.summary = snapshot.get("summary", "")
        self.spent = Spent(*snapshot.get("spent", ()))
        self.kept = {}
        for kept in snapshot["kept"]:
            if (cls := self.book.class_of(kept["fact"])) is not None:  # what no longer exists is absent
                fact = self.book.written(orjson.dumps(kept["fact"]))
                self.kept[cls] = Kept(fact, kept["path"], kept["inputs"], kept["at"])
        for entry in snapshot.get("ledger", ()):
            self.ledger[entry["identity"]] = read(entry, self.book)
        for id, turn, who, since, expires, wants in snapshot["waits"]:
            self.open(Open(id, "handover", turn, ("", 0), who, since, expires, wants))

    def _forget_answered(self, turn: Turn) -> None:
        """Drop waits that nothing in the turn wants any more; while an answer is being read, its wait stands."""
        wants = turn.wants
        for wait in [w for w in self.waits.values() if w.turn == turn.number and w.kind != "handover"]:
            if wait.key not in wants and not any(path.startswith(wait.key[0] + "/") for path, _ in wants):
                del self.waits[wait.id]

    def open(self, wait: Open) -> None:
        """Somebody is waited for from now on."""
        self.waits[wait.id] = self.indexed[wait.id] = wait

    def wait_id(self, seq: int) -> str:
        """What a wait that began with this event is called."""
        return f"{self.id}.{seq}"


def _lines(said: Iterable[tuple[int, Speaker, str]]) -> tuple[Line, ...]:
    return tuple(Line(speaker, text) for _, speaker, text in said)
