"""Packet: all that a person needs who takes over a conversation, so that nobody asks the customer again.

A value: made from the journal by `pack`, written as JSON for desks of others, and the same for the same events. Times
are ms since 1970 (UTC), `event` and `evidence` are numbers of events in the conversation.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, TypeAlias

import orjson
from pydantic import TypeAdapter

from segue.flow.builtin import Level
from segue.people.reasons import Priority, ReasonCode
from segue.run.journal import Owner

VERSION: Literal[1] = 1

HEADER = 4096
"""Bytes that a header has at most; what a foreign desk keeps beside a ticket is often no more."""

Status: TypeAlias = Literal[
    "pending_approval", "under_way", "unknown", "with_person", "done", "not_done",
    "undone", "replaced", "refused", "expired", "dropped",
]  # fmt: skip
"""How an action stands. `refused` by a person, not answered in time (`expired`), or not wanted any more (`dropped`)."""

Again: TypeAlias = Literal["never", "look_first", "may"]
"""May it be done again? `look_first`: not before it is known how it came out."""


@dataclass(frozen=True, slots=True)
class Header:
    """Flat, for what a foreign desk shows in a list and routes by; never longer than `HEADER`.

    `until` is the last event the packet knows, `as_of` when that was. `reason_event` is where the conversation went to
    a person, `since` when, `due` until when somebody has to take care. `open_actions` are not settled, or not approved
    yet. `hash` is over the whole packet but itself.
    """

    packet_version: Literal[1]
    conversation: str
    until: int
    as_of: int
    reason: ReasonCode
    reason_event: int
    headline: str
    priority: Priority
    person: str
    queue: str
    skills: tuple[str, ...]
    owner: Owner
    tenant: str
    brand: str
    channel: str
    language: str
    customer: str
    level: Level
    since: int
    due: int | None
    open_actions: int
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Something that was said, in its own words."""

    event: int
    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why a person is needed: the code, the desk's own word for it, what failed, where, and what was tried before."""

    code: ReasonCode
    sentence: str
    trigger: str
    detail: str
    path: str
    tried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Who:
    """The customer, and how well that is known; `claims` are what the channel vouches for."""

    id: str
    level: Level
    claims: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Goal:
    """What the customer wants, in their words: now, what they wrote before that, and what nobody has answered since."""

    words: tuple[Quote, ...]
    before: tuple[Quote, ...]
    unanswered: tuple[Quote, ...]
    told: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One fact: what it says, which step found it with which tools (or who said it), and when.

    `may_have_changed`: something was done in this conversation after it was found.
    """

    fact: str
    value: Any
    source: str
    tools: tuple[str, ...]
    path: str
    event: int
    at: int
    may_have_changed: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One action: how it stands, what it came to, and whether it may be done again.

    `key` is what its back end knows it by. `told` is its receipt in words. `arguments` are those of what is open, for
    whoever has to decide.
    """

    action: str
    kinds: tuple[str, ...]
    object: str
    amount: str | None
    currency: str
    status: Status
    again: Again
    told: str
    reference: str
    why: str
    key: str
    identity: str
    person: str
    approved_by: str
    settled_by: str
    undo_until: int | None
    arguments: tuple[Any, ...]
    evidence: tuple[int, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Promise:
    """What the customer may count on: an `answer`, or that something can be taken back (`undo`). `due` is by when."""

    kind: Literal["answer", "undo"]
    what: str
    due: int | None
    kept: bool
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule that was applied: an approval that was needed, given or refused; a guard that objected; done only once."""

    kind: Literal["approval_needed", "approved", "refused", "guard", "once", "contradiction"]
    what: str
    why: str
    by: str
    event: int
    at: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something failed: how often, why, and what came of it; `instead` is what was done in its place."""

    what: str
    tools: tuple[str, ...]
    path: str
    reason: str
    why: str
    times: int
    outcome: Literal["worked_later", "replaced", "failed"]
    instead: str
    evidence: tuple[int, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence that can be looked up: the events it says no more than."""

    text: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What must not be asked again: who they are (`identity`), what they answered, or gave unasked (`given`)."""

    kind: Literal["identity", "answer", "given"]
    about: str
    answer: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript; `speaker` is customer, desk, or a person's name."""

    event: int
    at: int
    speaker: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Returns:
    """How the AI goes on: with the answer to what it asked, after the conversation was given back, or it never left."""

    policy: Literal["with_answer", "after_return", "not_needed"]
    until: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Packet:
    """Everything in one value. `left_out` says of each list how many are not in it."""

    header: Header
    why: Why
    customer: Who
    goal: Goal
    facts: tuple[Found, ...]
    actions: tuple[Act, ...]
    promises: tuple[Promise, ...]
    policies: tuple[Policy, ...]
    failures: tuple[Trouble, ...]
    summary: tuple[Sentence, ...]
    next_steps: tuple[Sentence, ...]
    do_not_ask: tuple[Known, ...]
    open_question: Quote | None
    told_last: Quote | None
    transcript: tuple[Line, ...]
    trace: str
    returns: Returns
    left_out: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """As plain dictionaries and lists."""
        written: dict[str, Any] = orjson.loads(orjson.dumps(self))
        return written

    def sealed(self) -> "Packet":
        """The same with its hash."""
        return replace(self, header=replace(self.header, hash=hash_of(self.as_json())))


def from_json(written: Mapping[str, Any]) -> Packet:
    """A packet as it was written; pydantic's ValidationError says what does not fit."""
    return _adapter().validate_json(orjson.dumps(written), strict=True)


def hash_of(written: Mapping[str, Any]) -> str:
    """SHA-256 of a written packet without its hash, keys sorted and no spaces: whoever has the JSON can check it."""
    header = {name: value for name, value in written["header"].items() if name != "hash"}
    canonical = orjson.dumps({**written, "header": header}, option=orjson.OPT_SORT_KEYS)
    return f"sha256:{hashlib.sha256(canonical).hexdigest()}"


def schema() -> dict[str, Any]:
    """The JSON Schema of a packet. Within version 1 fields may be added, none is taken away or means something else."""
    made = _adapter().json_schema(mode="serialization")
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Segue handoff packet, version 1",
    }
    return {**about, **{name: value for name, value in made.items() if name != "title"}}


@cache
def _adapter() -> TypeAdapter[Packet]:
    return TypeAdapter(Packet)
