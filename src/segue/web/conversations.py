"""Conversations over HTTP: what a customer's client may do."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from segue.observe.transcript import Shown, as_customer_sees, transcript
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.journal import Receipt
from segue.run.office import Office
from segue.run.reception import customer_says, outcome_of
from segue.web.door import Door
from segue.web.health import Health
from segue.web.languages import spoken
from segue.web.refusals import RESPONSES, Refusal
from segue.web.shapes import Accepted, Item, NewConversation, NewMessage, Opened, OperatorView, Transcript
from segue.web.sse import HEARTBEAT, HIGHEST, Sent, resume_after, stream

LONGEST_WAIT = 60.0
TROUBLE = '{"detail":"this cannot be saved just now; nothing accepted is lost, and it goes on by itself"}'

After = Annotated[int, Query(ge=0, le=HIGHEST, description="Only what comes after this seq.")]


def routes(office: Office, door: Door, health: Health, heartbeat: float = HEARTBEAT) -> APIRouter:
    """The routes, for this desk."""
    router = APIRouter(prefix="/api/conversations", tags=["conversations"])
    languages = office.desk.languages

    @router.post(
        "",
        status_code=201,
        responses={403: RESPONSES[403], 422: RESPONSES[422], 503: RESPONSES[503]},
        summary="Open a conversation",
    )
    async def open_conversation(new: NewConversation | None = None) -> Opened:
        """Gives its id and the token that opens it. `caller` is believed only if your server signed it."""
        new = new or NewConversation()
        caller = door.caller(new.caller, office.now() / 1000)
        with health.of_writing():
            id = await office.begin(
                channel=new.channel, language=spoken(new.language, languages) or None, caller=caller
            )
        return Opened(id=id, token=door.token_for(id))

    @router.post(
        "/{id}/messages",
        status_code=202,
        dependencies=[Depends(door.customer)],
        responses={
            200: {"model": Accepted, "description": "It had been accepted before: what happened then."},
            **RESPONSES,
            409: {"model": Refusal, "description": "This message_id was used for another message."},
        },
        summary="Send a message",
    )
    async def send_message(
        id: str,
        message: NewMessage,
        response: Response,
        wait: Annotated[
            float, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for the outcome.")
        ] = 0.0,
    ) -> Accepted:
        """It is accepted, durably, when this answers. With the same `message_id` it is accepted once."""
        receipt = await say(office, health, id, message)
        if not receipt.new:
            response.status_code = 200
        shown = await _came_of(office, id, message.message_id, wait) if wait or not receipt.new else []
        outcome = next((one.kind for one in shown if one.kind not in ("person", "receipt")), None)
        return Accepted(
            message_id=message.message_id,
            new=receipt.new,
            outcome=outcome,
            replies=[Item.of(one) for one in shown],
        )

    @router.get(
        "/{id}",
        dependencies=[Depends(door.customer_or_operator)],
        responses=RESPONSES,
        response_model=OperatorView | Transcript,
        summary="Read a conversation",
    )
    async def read_conversation(id: str, request: Request, after: After = 0) -> Transcript:
        """What the customer sees; with the operators' token, also what only they may see."""
        head = await office.journal.head(id)
        happened = await office.events(id, after)
        items = [Item.of(shown) for shown in transcript(happened)]
        if not door.is_operator(request):
            return Transcript(id=id, owner=head.owner, items=items)
        first = happened[0] if after == 0 else office.unseal(await office.journal.read(id, 0, 1))[0]
        opened = first.event
        assert isinstance(opened, ev.ConversationOpened)  # it is the first event of every conversation
        waits = await office.journal.waits(("ask", "handover"))
        return OperatorView(
            id=id,
            owner=head.owner,
            items=items,
            channel=opened.channel,
            language=opened.language,
            caller=opened.caller,
            level=opened.level,
            opened=head.opened,
            touched=head.touched,
            events=head.seq,
            waits=[one.id for one in waits if one.conversation == id],
        )

    @router.get(
        "/{id}/stream",
        dependencies=[Depends(door.customer)],
        responses={
            **RESPONSES,
            200: {
                "description": "Server-sent events, named by the kind of what is shown, with its seq as id "
                "and the item as JSON. `trouble` (without id) says that nothing can be saved just now.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
        },
        response_class=Response,
        summary="Follow a conversation",
    )
    async def follow_conversation(id: str, request: Request, after: After = 0) -> Response:
        """What the customer sees, the past first, then as it comes. Resumes at the header Last-Event-ID."""
        return await stream(office, id, resume_after(request, after), _as_json, heartbeat)

    return router


async def say(office: Office, health: Health, id: str, message: NewMessage) -> Receipt:
    """Accept a customer's message, and notice if it could not be written."""
    language = spoken(message.language, office.desk.languages)
    with health.of_writing():
        return await customer_says(office, id, message.message_id, message.text, language=language)


async def _came_of(office: Office, id: str, message_id: str, seconds: float) -> list[Shown]:
    """What came of this message, and what people wrote meanwhile; nothing while there is no outcome."""
    happened = await outcome_of(office, id, message_id, seconds)
    if not happened:
        return []
    seq, *_ = (one.seq for one in happened)
    shown = [one for one in transcript(happened) if one.kind in ("person", "receipt") or seq in one.covers]
    return shown if any(seq in one.covers for one in shown) else []


def _as_json(happened: Happened | Exception) -> Sent | None:
    if isinstance(happened, Exception):
        return Sent(TROUBLE, "trouble")
    shown = as_customer_sees(happened)
    return Sent(Item.of(shown).model_dump_json(), shown.kind, shown.seq) if shown else None
