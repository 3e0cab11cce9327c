"""Operators over HTTP: what happened, who waits for a person, and how the flows look."""

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from segue.errors import BadInput, NotFound
from segue.flow.draw import draw
from segue.flow.kinds import spell
from segue.observe.trace import trace
from segue.run.office import Office
from segue.run.reception import told
from segue.web.door import Door
from segue.web.health import Health
from segue.web.refusals import RESPONSES, Refusal
from segue.web.shapes import Conversations, FactTaken, FlowLine, Flows, Line, NewFact

PICTURES = {"svg": "image/svg+xml", "mermaid": "text/plain; charset=utf-8"}


def routes(office: Office, door: Door, health: Health) -> APIRouter:
    """The routes, for this desk. All need the operators' token."""
    router = APIRouter(
        prefix="/api",
        tags=["operators"],
        dependencies=[Depends(door.operator)],
        responses={401: RESPONSES[401]},
    )

    @router.get("/conversations", summary="List the conversations")
    async def list_conversations(
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        before: Annotated[str | None, Query(description="`next` of the page before.", max_length=80)] = None,
    ) -> Conversations:
        """Most recently touched first, page by page."""
        heads = await office.journal.heads(limit, _cursor(before))
        last = heads[-1] if len(heads) == limit else None
        return Conversations(
            conversations=[Line.of(head) for head in heads],
            next=f"{last.touched}.{last.conversation}" if last else None,
        )

    @router.get(
        "/conversations/{id}/trace",
        responses={404: RESPONSES[404]},
        response_class=Response,
        summary="See what happened, step by step",
    )
    async def read_trace(id: str, contents: bool = False, exchanges: bool = False) -> Response:
        """Every turn as a tree: path, kind, attempt, duration, outcome; failures where they happened.

        With `contents`, also what was said and found; with `exchanges`, also what models and tools were asked and what
        they answered.
        """
        await office.journal.head(id)
        traced = trace(
            await office.events(id),
            office.desk.flows,
            conversation=id,
            contents=contents,
            exchanges=exchanges,
        )
        return Response(json.dumps(traced.as_json(), ensure_ascii=False), media_type="application/json")

    @router.post(
        "/conversations/{id}/facts",
        status_code=202,
        responses={
            404: RESPONSES[404],
            409: {"model": Refusal, "description": "This id was used for another fact."},
            422: RESPONSES[422],
            503: RESPONSES[503],
        },
        summary="Tell what happened outside",
    )
    async def tell_fact(id: str, new: NewFact) -> FactTaken:
        """Starts the flow that takes this fact, without a message; accepted, durably, when this answers."""
        with health.of_writing():
            receipt = await told(office, id, fact=new.fact, fields=new.fields, by=new.by, id=new.id)
        return FactTaken(new=receipt.new)

    @router.get("/flows", summary="List the flows")
    async def list_flows() -> Flows:
        return Flows(
            flows=[
                FlowLine(
                    name=flow.name,
                    takes=spell(flow.takes),
                    gives=getattr(flow.gives, "__name__", None),
                    fingerprint=flow.fingerprint,
                )
                for flow in office.desk.flows.values()
            ]
        )

    @router.get(
        "/flows/{name}",
        responses={
            404: RESPONSES[404],
            200: {
                "description": "The flow, as a tree or a picture.",
                "content": {"application/json": {}, "image/svg+xml": {}, "text/plain": {}},
            },
        },
        response_class=Response,
        summary="See a flow",
    )
    async def read_flow(
        name: str,
        form: Literal["json", "svg", "mermaid"] = "json",
        width: Annotated[int, Query(ge=200, le=4000, description="Of the picture, in pixels.")] = 960,
    ) -> Response:
        """A flow as a tree in JSON, a picture, or a Mermaid diagram."""
        flow = office.desk.flows.get(name)
        if flow is None:
            known = ", ".join(office.desk.flows)
            raise NotFound(f"there is no flow {name!r} (there is: {known})")
        drawn = draw(flow, form, width=width)
        return Response(drawn, media_type=PICTURES.get(form, "application/json"))

    return router


def _cursor(before: str | None) -> tuple[int, str] | None:
    if before is None:
        return None
    touched, dot, conversation = before.partition(".")
    if not (touched.isascii() and touched.isdecimal() and len(touched) <= 16 and dot and conversation):
        raise BadInput("before must be the `next` of another page")
    return int(touched), conversation
