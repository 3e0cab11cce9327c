"""Who waits for a person, with everything that person needs, and how the answer gets back."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Response

from segue.errors import BadInput, NotFound
from segue.observe.transcript import transcript
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.deeds import deeds
from segue.run.facts import Held
from segue.run.ids import new_id
from segue.run.inbox import CUSTOMER
from segue.run.journal import Receipt, Wait
from segue.run.office import Office
from segue.run.reception import person_answers, person_replies
from segue.web.door import Door
from segue.web.health import Health
from segue.web.refusals import RESPONSES, Refusal
from segue.web.shapes import (
    About,
    ActionLine,
    Answer,
    AnswerTaken,
    Fact,
    Item,
    Known,
    Waiting,
    WaitingList,
)

PATIENCE = 3.0
"""Seconds within which an answer is normally taken into the conversation."""


def routes(office: Office, door: Door, health: Health) -> APIRouter:
    """The routes, for this desk. All need the operators' token."""
    router = APIRouter(
        prefix="/api/waiting",
        tags=["operators"],
        dependencies=[Depends(door.operator)],
        responses={401: RESPONSES[401]},
    )

    @router.get("", summary="List who waits for a person")
    async def list_waiting(limit: Annotated[int, Query(ge=1, le=200)] = 50) -> WaitingList:
        """Longest waiting first, each with the transcript and the facts so far."""
        waits = await office.journal.waits(("ask", "handover"), limit)
        return WaitingList(waiting=[await _described(office, wait) for wait in waits])

    @router.get("/{id}", responses={404: RESPONSES[404]}, summary="One who waits")
    async def read_waiting(id: str) -> Waiting:
        return await _described(office, await office.journal.wait(id))

    @router.post(
        "/{id}/answer",
        status_code=202,
        responses={
            200: {
                "model": AnswerTaken,
                "description": "This id was taken before; nothing is done twice.",
            },
            404: RESPONSES[404],
            409: {
                "model": Refusal,
                "description": "This id was used for another answer, or another call is approved than was shown.",
            },
            422: RESPONSES[422],
            503: RESPONSES[503],
        },
        summary="Answer",
    )
    async def answer(id: str, answer: Answer, response: Response) -> AnswerTaken:
        """To a handover a text, to an ask its fields. It is accepted, durably, when this answers."""
        if answer.by == CUSTOMER:
            raise BadInput("by is the customer's own name in the journal; use another")
        wait, asked = await _asked(office, id)
        own = answer.id if answer.id is not None else new_id(office.now())
        before = await office.journal.receipt(wait.conversation, answer.by, own)
        if before is None:
            wait = await office.journal.wait(id)  # NotFound when nobody waits any more
        with health.of_writing():
            receipt = await _delivered(office, wait, asked, answer, own)
        if not receipt.new:
            response.status_code = 200
        taken = await was_taken(office, wait.conversation, answer.by, own, receipt)
        return AnswerTaken(id=own, new=receipt.new, taken=taken)

    return router


async def _delivered(
    office: Office, wait: Wait, asked: ev.PersonAsked | ev.HandedOver, answer: Answer, id: str
) -> Receipt:
    if isinstance(asked, ev.PersonAsked):
        if answer.fields is None or answer.text or answer.then != "keep":
            raise BadInput(f"this asks for a {asked.wants}; give its fields as `fields`, and nothing else")
        return await person_answers(office, wait, by=answer.by, id=id, fields=answer.fields, kind=asked.wants)
    if answer.fields is not None:
        raise BadInput("this is a handover; answer with `text` and `then`, not with `fields`")
    return await person_replies(office, wait, by=answer.by, id=id, text=answer.text, then=answer.then)


async def was_taken(
    office: Office, conversation: str, by: str, id: str, receipt: Receipt, *, settles: str = ""
) -> bool | None:
    """Did the conversation have a place for it? None when that is not known within a few seconds.

    `settles` is the identity of the action that it settles, if it does.
    """

    async def watch() -> bool | None:
        async for happened in office.follow(conversation, max(0, (receipt.seq or 1) - 2)):
            if isinstance(happened, Exception):
                continue
            match happened.event:
                case ev.DeliveryDropped(source, name) if (source, name) == (by, id):
                    return False
                case (
                    ev.PersonAnswered(by=author, id=name)
                    | ev.PersonReplied(by=author, id=name)
                    | ev.ConversationReturned(by=author, id=name)
                    | ev.ConversationClosed(by=author, id=name)
                ) if (author, name) == (by, id):
                    return True
                case (
                    ev.ActionDone(identity=identity, how="told", by=author)
                    | ev.ActionNotDone(identity=identity, how="told", by=author)
                ) if (identity, author) == (settles, by):
                    return True
        return None

    try:
        return await asyncio.wait_for(watch(), PATIENCE)
    except TimeoutError:
        return None


async def _asked(office: Office, id: str) -> tuple[Wait, ev.PersonAsked | ev.HandedOver]:
    """What a wait is about, also when it is over; its id is the conversation's and the event's."""
    conversation, _, number = id.rpartition(".")
    unknown = NotFound(f"nobody waits under {id!r}")
    if not (conversation and number.isascii() and number.isdecimal() and 0 < len(number) < 16):
        raise unknown
    records = await office.journal.read(conversation, int(number) - 1, 1)
    for happened in office.unseal(records):
        if happened.seq == int(number) and isinstance(happened.event, ev.PersonAsked | ev.HandedOver):
            event = happened.event
            kind, who = ("ask", event.person) if isinstance(event, ev.PersonAsked) else ("handover", event.to)
            return Wait(id, conversation, kind, who, happened.at), event
    raise unknown


async def _described(office: Office, wait: Wait) -> Waiting:
    _, asked = await _asked(office, wait.id)
    happened = await office.events(wait.conversation)
    people = {person.name: queue for person, queue in office.desk.people.items()}
    is_ask = isinstance(asked, ev.PersonAsked)
    cls = office.book.named(asked.wants) if isinstance(asked, ev.PersonAsked) else None
    about = asked.about if isinstance(asked, ev.PersonAsked) else {}
    wants = office.book.schema(cls) if cls is not None else None
    if wants is not None and about:
        wants["properties"]["call"]["const"] = about["call"]
    return Waiting(
        id=wait.id,
        conversation=wait.conversation,
        kind="ask" if is_ask else "handover",
        queue=people.get(wait.queue, wait.queue),
        person=wait.queue,
        reason=asked.wants if isinstance(asked, ev.PersonAsked) else asked.reason,
        why="" if isinstance(asked, ev.PersonAsked) else asked.why,
        path=asked.path,
        since=wait.since,
        expires=wait.expires,
        wants=wants,
        about=_about(about) if about else None,
        actions=[] if is_ask else [ActionLine(**deed.as_json()) for deed in deeds(happened) if deed.open],
        facts=facts_so_far(happened),
        transcript=[Item.of(shown) for shown in transcript(happened)],
    )


def _about(about: Mapping[str, Any]) -> About:
    lists = {name: [_fact(one) for one in about[name]] for name in ("arguments", "evidence")}
    return About(**{**about, **lists})


def _fact(written: dict[str, Any]) -> Fact:
    listed = [part["d"] for part in written["l"]] if "l" in written else None
    name = (
        written["t"] if listed is None else f"list[{' | '.join(dict.fromkeys(p['t'] for p in written['l']))}]"
    )
    return Fact(fact=name.removeprefix("segue."), value=written["d"] if listed is None else listed)


def facts_so_far(happened: list[Happened]) -> list[Known]:
    """What is known, the latest of each kind, in the order in which it was found; lists one by one."""
    found: dict[tuple[str, ...], list[Known]] = {}
    for one in happened:
        event = one.event
        if not isinstance(event, ev.StepFinished | ev.FactReused | ev.PersonAnswered):
            continue
        fact: object = event.fact
        if not isinstance(fact, Held):  # it was erased
            continue
        parts = _parts(orjson.loads(fact.data))
        known = [
            Known(
                fact=part["t"].removeprefix("segue."),
                version=part["v"],
                path=event.path,
                turn=event.turn,
                value=part["d"],
            )
            for part in parts
        ]
        kinds = tuple(sorted({part.fact for part in known}))
        if kinds and "Objection" not in kinds:
            found.pop(kinds, None)
            found[kinds] = known
    return [known for group in found.values() for known in group]


def _parts(written: dict[str, Any]) -> list[dict[str, Any]]:
    return [inner for part in written["l"] for inner in _parts(part)] if "l" in written else [written]
