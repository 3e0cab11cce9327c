"""Handoff packets over HTTP, for operators and the desks of others."""

from typing import Literal

from fastapi import APIRouter, Depends, Response

from segue.people.packet import Packet
from segue.people.reading import packet_of
from segue.people.rendering import as_text
from segue.run.office import Office
from segue.web.door import Door
from segue.web.refusals import RESPONSES


def routes(office: Office, door: Door) -> APIRouter:
    """The route, for this desk. It needs the operators' token."""
    router = APIRouter(
        prefix="/api/conversations/{id}",
        tags=["operators"],
        dependencies=[Depends(door.operator)],
        responses={401: RESPONSES[401], 404: RESPONSES[404], 422: RESPONSES[422]},
    )

    @router.get("/packet", response_model=Packet, summary="Take over without asking again")
    async def read_packet(id: str, form: Literal["json", "text"] = "json") -> Packet | Response:
        """What a person needs who takes over: why, what the customer wants, what was found, done, promised and tried,
        what must not be asked or done again, and what to do next. As `text` it fits into a chat message."""
        await office.journal.head(id)
        packet = await packet_of(office.journal, id, office.desk, office.desk.book)
        if form == "text":
            return Response(as_text(packet), media_type="text/plain; charset=utf-8")
        return packet

    return router
