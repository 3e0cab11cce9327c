"""Trace: what happened in a conversation, turn by turn, in the shape of the flow; for operators.

A reading of the journal and nothing else. What people wrote and what steps found is left out unless it is
asked for; why something failed is always there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from segue.flow.flow import Flow
from segue.observe.turns import TurnTrace, Words, turn_trace, words
from segue.observe.writers import writers_of
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.facts import Held
from segue.run.journal import Owner


@dataclass(frozen=True, slots=True)
class Aside:
    """Something outside a turn: `what` says it; `by` is who did it, `words` what was written."""

    seq: int
    at: int
    what: str
    by: str = ""
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A conversation as an operator reads it. Times are ms since 1970 (UTC), durations ms."""

    conversation: str
    opened: int | None
    channel: str
    language: str
    owner: Owner
    turns: tuple[TurnTrace, ...]
    asides: tuple[Aside, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain dictionaries and lists; money is text, as JSON has no exact numbers."""
        written: dict[str, Any] = TypeAdapter(Trace).dump_python(self, mode="json")
        return written


def trace(
    events: Sequence[Happened],
    flows: Mapping[str, Flow[Any]],
    *,
    conversation: str = "",
    contents: bool = False,
    exchanges: bool = False,
) -> Trace:
    """Read all events of a conversation. `contents` adds what was written and found.

    `exchanges` adds what models and tools were asked and what they answered, where the desk keeps that.

    A turn whose flow is not among `flows`, or has become another since, is shown by the paths of its steps.
    """
    opened = next((h for h in events if isinstance(h.event, ev.ConversationOpened)), None)
    first = opened.event if opened is not None else None
    by_turn: dict[int, list[Happened]] = {}
    wrote = writers_of(events)
    for happened in events:
        if (number := getattr(happened.event, "turn", None)) is not None:
            by_turn.setdefault(number, []).append(happened)
    return Trace(
        conversation=conversation,
        opened=opened.at if opened is not None else None,
        channel=first.channel if isinstance(first, ev.ConversationOpened) else "",
        language=first.language if isinstance(first, ev.ConversationOpened) else "",
        owner=_owner(events),
        turns=tuple(
            turn_trace(mine, events, flows, wrote, contents=contents, exchanges=exchanges)
            for mine in by_turn.values()
        ),
        asides=tuple(_asides(events, contents)),
    )


def _asides(events: Sequence[Happened], contents: bool) -> Iterator[Aside]:
    for happened in events:
        seq, at = happened.seq, happened.at
        match happened.event:
            case ev.MessagePassedOn() as e:
                for message in (h for h in events if h.seq in e.covers):
                    yield Aside(seq, at, "a message went to a person", "", words(message, contents))
            case ev.PersonReplied() as e:
                yield Aside(seq, at, "a person replied", e.by, words(happened, contents))
            case ev.ConversationReturned() as e:
                yield Aside(seq, at, "a person returned the conversation", e.by)
            case ev.ConversationClosed() as e:
                yield Aside(seq, at, f"{'a person' if e.by else 'the desk'} closed the conversation", e.by)
            case ev.FactTold() as e:
                yield Aside(seq, at, f"{_name(e)} was told", e.source)
            case ev.HandoverOverdue() as e:
                yield Aside(
                    seq, at, f"nobody took care in time; it is with {e.to}", "", words(happened, contents)
                )
            case ev.DeliveryDropped() as e:
                yield Aside(seq, at, f"a delivery was dropped: {e.why}", e.source)


def _name(told: ev.FactTold) -> str:
    fact: object = told.fact
    return fact.name if isinstance(fact, Held) else "a fact since erased"


def _owner(events: Sequence[Happened]) -> Owner:
    owner: Owner = "ai"
    for happened in events:
        match happened.event:
            case ev.HandedOver() | ev.PersonReplied():
                owner = "human"
            case ev.ConversationReturned():
                owner = "ai"
            case ev.ConversationClosed():
                owner = "closed"
            case ev.MessageReceived() | ev.FactTold() if owner == "closed":
                owner = "ai"
    return owner
