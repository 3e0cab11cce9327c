"""Costs over HTTP, for operators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from segue.observe.costs import Costs, costs
from segue.run.office import Office
from segue.web.door import Door
from segue.web.refusals import RESPONSES

Moment = Annotated[int | None, Query(ge=0, le=2**53, description="In ms since 1970.")]


def routes(office: Office, door: Door) -> APIRouter:
    """The route, for this desk. It needs the operators' token."""
    router = APIRouter(
        prefix="/api",
        tags=["operators"],
        dependencies=[Depends(door.operator)],
        responses={401: RESPONSES[401], 422: RESPONSES[422]},
    )

    @router.get("/costs", summary="See what language models cost")
    async def read_costs(since: Moment = None, until: Moment = None) -> Costs:
        """Of the conversations opened from `since` on and before `until` (all of them, if not given): money and tokens
        per conversation and per resolved one, by model, by step and by day.

        A conversation is resolved when it is closed, or was replied to and never handed over to a person.
        """
        return await costs(
            office.journal, since=since or 0, until=until if until is not None else office.now() + 1
        )

    return router
