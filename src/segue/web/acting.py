"""Actions over HTTP: what was done, for operators and for the customer; and a person says how one came out."""

from fastapi import APIRouter, Depends, Response

from segue.observe.transcript import receipts
from segue.run.deeds import deeds
from segue.run.ids import new_id
from segue.run.office import Office
from segue.run.reception import person_settles
from segue.web.door import Door
from segue.web.health import Health
from segue.web.refusals import RESPONSES, Refusal
from segue.web.shapes import ActionLine, Actions, AnswerTaken, ReceiptLine, Receipts, Settlement
from segue.web.waiting import was_taken


def routes(office: Office, door: Door, health: Health) -> APIRouter:
    """The routes, for this desk."""
    router = APIRouter(prefix="/api/conversations/{id}", responses={401: RESPONSES[401], 404: RESPONSES[404]})

    @router.get(
        "/receipts",
        tags=["conversations"],
        dependencies=[Depends(door.customer)],
        responses={403: RESPONSES[403]},
        summary="Read what was done",
    )
    async def read_receipts(id: str) -> Receipts:
        """What was done for the customer, in words, oldest first; what was undone since says so."""
        await office.journal.head(id)
        return Receipts(receipts=[ReceiptLine.of(shown) for shown in receipts(await office.events(id))])

    @router.get(
        "/actions", tags=["operators"], dependencies=[Depends(door.operator)], summary="List the actions"
    )
    async def list_actions(id: str) -> Actions:
        """Every action that was begun, oldest first: how it stands, its receipt, and what was tried."""
        await office.journal.head(id)
        return Actions(actions=[ActionLine(**deed.as_json()) for deed in deeds(await office.events(id))])

    @router.post(
        "/actions/{identity}/settle",
        tags=["operators"],
        dependencies=[Depends(door.operator)],
        status_code=202,
        responses={
            200: {"model": AnswerTaken, "description": "This id was taken before; nothing is done twice."},
            409: {
                "model": Refusal,
                "description": "It is settled already, or nobody is asked yet, or this id was used before.",
            },
            422: RESPONSES[422],
            503: RESPONSES[503],
        },
        summary="Say how an action came out",
    )
    async def settle(id: str, identity: str, said: Settlement, response: Response) -> AnswerTaken:
        """Of an action that is with a person. It is accepted, durably, when this answers."""
        await office.journal.head(id)
        own = said.id if said.id is not None else new_id(office.now())
        with health.of_writing():
            receipt = await person_settles(
                *(office, id, identity),
                outcome=said.outcome,
                by=said.by,
                id=own,
                reference=said.reference,
            )
        if not receipt.new:
            response.status_code = 200
        taken = await was_taken(office, id, said.by, own, receipt, settles=identity)
        return AnswerTaken(id=own, new=receipt.new, taken=taken)

    return router
