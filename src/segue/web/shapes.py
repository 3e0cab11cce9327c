"""Shapes: what the HTTP interface takes and gives. Times are milliseconds since 1970 (UTC)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from segue.observe.transcript import Kind, Shown
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
