"""Shapes: what the HTTP interface takes and gives. Times are milliseconds since 1970 (UTC)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from segue.observe.transcript import Kind, Shown
from segue.run.deeds import Standing
from segue.run.journal import Head, Owner

Language = Annotated[
    str,
    Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$", description="A BCP 47 tag.", examples=["en"]),
]


class Taken(BaseModel):
    """What somebody sends: nothing but these fields."""

    model_config = ConfigDict(extra="forbid")


class NewConversation(Taken):
    channel: str = Field(
        default="api",
        pattern=r"^[\w.-]{1,50}$",
        description="Where it takes place, such as chat or app. In a chat a message waits a moment for what the "
        "customer may write directly after it.",
    )
    language: Language | None = Field(default=None, description="The desk's first language if not given.")
    caller: str | None = Field(
        default=None,
        description="Who is talking, signed by your server (docs/http.md). Without it they are anonymous.",
    )


class Opened(BaseModel):
    id: str = Field(examples=["1m84jab4ar4gwpamhfhh"])
    token: str = Field(description="Opens this conversation and no other. Only whoever talks in it needs it.")


class NewMessage(Taken):
    message_id: str = Field(
        description="Yours, unique in the conversation: send it again with the same one if you are not sure "
        "that it arrived.",
        examples=["8d0c7a3e"],
    )
    text: str = Field(description="Up to 20,000 characters.", examples=["Where is my order 1001?"])
    language: Language | None = Field(default=None, description="Of this message, if it is known.")


class Item(BaseModel):
    """One thing on the customer's screen."""

    seq: int = Field(description="Orders them; what a client resumes from.")
    at: int
    kind: Kind
    text: str
    covers: list[int] = Field(
        default_factory=list, description="The messages (by seq) whose outcome this is."
    )
    message_id: str = Field(default="", description="The client's own id, of a message.")
    person: str = Field(default="", description="Who wrote it, if it was a person.")
    reference: str = Field(default="", description="Of a receipt: under which it is known.")
    undo_until: int | None = Field(default=None, description="Of a receipt: until when it can be undone.")
    replaces: int = Field(
        default=0, description="Of a receipt: the seq of the one whose place it takes, or 0."
    )

    @classmethod
    def of(cls, shown: Shown) -> "Item":
        return cls(
            seq=shown.seq,
            at=shown.at,
            kind=shown.kind,
            text=shown.text,
            covers=list(shown.covers),
            message_id=shown.message_id,
            person=shown.person,
            reference=shown.reference,
            undo_until=shown.undo_until,
            replaces=shown.replaces,
        )


class Accepted(BaseModel):
    """A message was accepted, durably; what came of it, as far as that is known."""

    message_id: str
    new: bool = Field(description="False when it had been accepted before; then nothing is done twice.")
    outcome: Kind | None = Field(description="null while there is none.")
    replies: list[Item] = Field(default_factory=list)


class Transcript(BaseModel):
    """A conversation as the customer sees it."""

    id: str
    owner: Owner = Field(description="Who answers: ai, human, or nobody (closed; a message reopens it).")
    items: list[Item]


class ReceiptLine(BaseModel):
    """Something that was done for the customer, as it stands now."""

    text: str = Field(examples=["We have refunded €30.00 (1001). Reference: R-1."])
    at: int = Field(description="When it was done; of what was undone, when that was.")
    undone: bool
    reference: str
    undo_until: int | None = Field(description="Until when it can be undone; null: not, or at any time.")

    @classmethod
    def of(cls, shown: Shown) -> "ReceiptLine":
        return cls(
            text=shown.text,
            at=shown.at,
            undone=bool(shown.replaces),
            reference=shown.reference,
            undo_until=shown.undo_until,
        )


class Receipts(BaseModel):
    """What was done in a conversation, oldest first."""

    receipts: list[ReceiptLine]


class Fact(BaseModel):
    """A fact that an action reads, or that led to it."""

    fact: str
    value: Any


class Tried(BaseModel):
    """One call or lookup of an action, or what a person said of it."""

    at: int
    what: Literal["call", "lookup", "person", ""]
    came: str = Field(description="What came of it, in words.")
    took: float = Field(description="Milliseconds.")


class ActionLine(BaseModel):
    """One action that was begun, with all that somebody needs who has to decide how it came out."""

    identity: str
    action: str
    standing: Standing = Field(
        description="Until it is settled nobody can do it again; with_person: you are to find out."
    )
    told: str = Field(description="Its receipt in words.", examples=["We have refunded €30.00 (1001)."])
    object: str
    amount: str | None
    currency: str
    reference: str
    undo_until: int | None
    approved_by: str
    settled_by: str
    undoes: str = Field(description="The identity of what it takes back.")
    turn: int
    path: str
    began: int
    settled: int | None
    key: str = Field(description="What its back end was handed; look there for it.")
    sent: int = Field(description="How often.")
    arguments: list[Fact]
    tried: list[Tried]


class Actions(BaseModel):
    """Every action that was begun in a conversation, oldest first."""

    actions: list[ActionLine]


class About(BaseModel):
    """What is to be approved: the exact call, why somebody is asked, and what it was concluded from."""

    action: str
    kinds: list[str]
    object: str
    amount: str | None
    currency: str
    because: str = Field(
        description="always, when (a rule says so), or the limit.", examples=["above 200", "always"]
    )
    call: str = Field(description="Goes into the answer: an approval is for this call and no other.")
    arguments: list[Fact]
    evidence: list[Fact]


class Settlement(Taken):
    """How an action came out, of which nobody else can tell."""

    outcome: Literal["done", "not_done"]
    reference: str = Field(default="", description="Of what was done, for the receipt.")
    by: str = Field(description="Your name at the desk; it stands in the journal.", examples=["Kim"])
    id: str | None = Field(default=None, description="Yours, unique; send it again with the same one.")


class Known(BaseModel):
    """A fact that was found in a conversation."""

    fact: str = Field(examples=["Customer"])
    version: int
    path: str = Field(description="The step that gave it.")
    turn: int
    value: Any


class Waiting(BaseModel):
    """Somebody waits for a person."""

    id: str
    conversation: str
    kind: Literal["ask", "handover"] = Field(
        description="A handover is answered with text, an ask with the fields that it wants."
    )
    queue: str = Field(description="The desk's queue for that person.")
    person: str = Field(description="Who in the flow is asked for.")
    reason: str = Field(description="Why it was handed over; for an ask, the kind of fact that it wants.")
    why: str = Field(default="", description="In words, for the person.")
    path: str = Field(default="", description="Where in the flow.")
    since: int
    expires: int | None
    wants: dict[str, Any] | None = Field(default=None, description="For an ask: the JSON schema of `fields`.")
    about: About | None = Field(default=None, description="For an approval: what is to be approved.")
    actions: list[ActionLine] = Field(
        default_factory=list,
        description="For a handover: actions of which it is not known how they came out; settle them.",
    )
    facts: list[Known]
    transcript: list[Item]


class WaitingList(BaseModel):
    waiting: list[Waiting]


class Answer(Taken):
    """To a handover: `text` and `then`. To an ask: `fields`."""

    by: str = Field(description="Your name at the desk; the customer reads it.", examples=["Kim"])
    id: str | None = Field(default=None, description="Yours, unique; send it again with the same one.")
    text: str = ""
    then: Literal["keep", "return", "close"] = Field(
        default="keep", description="Keep the conversation, give it back to the desk, or close it."
    )
    fields: dict[str, Any] | None = None


class NewFact(Taken):
    """Something that happened outside, for the flow that takes it."""

    fact: str = Field(description="The name of the fact that the flow takes.", examples=["ParcelLost"])
    fields: dict[str, Any] = Field(default_factory=dict)
    by: str = Field(description="Which of your systems tells this.", examples=["carrier"])
    id: str | None = Field(
        default=None, description="Yours, unique by system; with the same one it counts once."
    )


class FactTaken(BaseModel):
    new: bool = Field(description="False when this id was told before; then nothing happens twice.")


class AnswerTaken(BaseModel):
    id: str
    new: bool
    taken: bool | None = Field(
        description="false: nobody waited for it any more and it was dropped; null: not yet known."
    )


class Line(BaseModel):
    """One conversation in the operators' list."""

    id: str
    owner: Owner
    opened: int
    touched: int
    events: int

    @classmethod
    def of(cls, head: Head) -> "Line":
        return cls(
            id=head.conversation,
            owner=head.owner,
            opened=head.opened,
            touched=head.touched,
            events=head.seq,
        )


class Conversations(BaseModel):
    """Most recently touched first."""

    conversations: list[Line]
    next: str | None = Field(description="Give it as `before` to get those that follow; null at the end.")


class OperatorView(Transcript):
    """A conversation as operators see it: more than the customer may."""

    channel: str
    language: str
    caller: str
    level: str
    opened: int
    touched: int
    events: int
    waits: list[str] = Field(description="The open waits for a person; see /api/waiting.")


class FlowLine(BaseModel):
    name: str
    takes: str
    gives: str | None
    fingerprint: str


class Flows(BaseModel):
    flows: list[FlowLine]


class Alive(BaseModel):
    alive: Literal[True] = True


class Ready(BaseModel):
    ready: bool
    why: str = ""
