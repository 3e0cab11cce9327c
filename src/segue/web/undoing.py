"""Taking back what a conversation did, over HTTP: first what can be, then the doing."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from segue.errors import BadInput
from segue.flow.saying import say
from segue.run.ids import new_id
from segue.run.inbox import CUSTOMER
from segue.run.office import Office
from segue.run.reception import clean_id
from segue.run.undoing import Undoable, undo, undo_plan
from segue.web.door import Door
from segue.web.health import Health
from segue.web.refusals import RESPONSES, Refusal
from segue.web.shapes import Taken


class Line(BaseModel):
    """One action that was done, and whether it can be taken back."""

    identity: str
    action: str
    told: str = Field(description="Its receipt in words.", examples=["We have refunded €30.00 (1001)."])
    undo: str = Field(description="The action that takes it back; empty if there is none.")
    can: bool
    why_not: str

    @classmethod
    def of(cls, one: Undoable) -> "Line":
        told = say(one.receipt, "en")
        return cls(
            identity=one.identity,
            action=one.receipt.action,
            told=told,
            undo=one.undo,
            can=not one.why_not,
            why_not=one.why_not,
        )


class Plan(BaseModel):
    """What was done in a conversation, in the order in which it would be taken back: the latest first."""

    actions: list[Line]


class UndoOrder(Taken):
    by: str = Field(description="Who takes it back; stands in the journal.", examples=["kim"])
    id: str | None = Field(default=None, description="Yours: with the same id, nothing is done twice.")
    only: list[str] | None = Field(
        default=None, description="Identities; everything that can be, if not given."
    )


class UndoTaken(BaseModel):
    id: str
    new: bool


def routes(office: Office, door: Door, health: Health) -> APIRouter:
    """The routes, for this desk. All need the operators' token."""
    router = APIRouter(
        prefix="/api/conversations/{id}/undo",
        tags=["operators"],
        dependencies=[Depends(door.operator)],
        responses={401: RESPONSES[401], 404: RESPONSES[404]},
    )

    @router.get("", summary="See what can be taken back")
    async def read_plan(id: str) -> Plan:
        """The latest first. What was taken back already is left out."""
        await office.journal.head(id)
        return Plan(actions=[Line.of(one) for one in await undo_plan(office, id)])

    @router.post(
        "",
        status_code=202,
        responses={
            409: {"model": Refusal, "description": "Nothing of it can be taken back; `detail` says why."},
            422: RESPONSES[422],
            503: RESPONSES[503],
        },
        summary="Take it back",
    )
    async def take_back(id: str, order: Annotated[UndoOrder, "what, and by whom"]) -> UndoTaken:
        """Durable when this answers; each is then undone by its own action, and the customer is told."""
        if order.by == CUSTOMER:
            raise BadInput("by is the customer's own name in the journal; use another")
        await office.journal.head(id)
        own = clean_id(order.id) if order.id is not None else new_id(office.now())
        with health.of_writing():
            receipt = await undo(office, id, by=clean_id(order.by), id=own, only=order.only)
        return UndoTaken(id=own, new=receipt.new)

    return router
