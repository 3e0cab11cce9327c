"""The web application of a desk: its HTTP interface and its chat page."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from segue import __version__
from segue.run.desk import Desk
from segue.run.journal import Journal
from segue.run.office import Office
from segue.web import (
    acting,
    chat,
    conversations,
    costs,
    health,
    operator,
    packets,
    reference,
    undoing,
    waiting,
)
from segue.web.door import Door
from segue.web.intake import LARGEST, Intake
from segue.web.page import STATIC, Look, Page
from segue.web.refusals import refuse_politely
from segue.web.signin import SignIn
from segue.web.sse import HEARTBEAT

ABOUT = (
    "A support desk run by Segue. Open a conversation, keep its token, send messages and follow what comes. "
    "Times are milliseconds since 1970. Errors are {error, detail}; after 503, try again as Retry-After "
    "says, with the same ids."
)


def create_app(
    desk: Desk,
    journal: Journal | None = None,
    *,
    operator_token: str | None = None,
    secret: bytes | None = None,
    sign_in: SignIn | None = None,
    title: str | None = None,
    suggestions: Mapping[str, Sequence[str]] | None = None,
    words: Mapping[str, Mapping[str, str]] | None = None,
    writers: bool = False,
    largest: int = LARGEST,
    heartbeat: float = HEARTBEAT,
) -> FastAPI:
    """A desk as an ASGI application; it opens the desk on the journal when it starts.

    `secret` (32 bytes) signs the tokens of conversations; without one they end with this process.
    `operator_token` opens what operators may see; without one nobody can. `sign_in` lets visitors of the page
    be customers. `title`, `suggestions` (by language) and `words` (by language, over `segue.web.words`) are
    for the page; with `writers` it says below each reply whether a language model wrote it. `largest` is the size of a
    request in bytes; `heartbeat` seconds lie between signs of life.
    """
    return app_of(
        desk.open(journal),
        door=Door(secret or secrets.token_bytes(32), operator_token or secrets.token_urlsafe(32)),
        page=Page(Look(title or desk.name, suggestions or {}, words or {}, writers), desk.languages),
        sign_in=sign_in,
        largest=largest,
        heartbeat=heartbeat,
    )


def app_of(
    office: Office, *, door: Door, page: Page, sign_in: SignIn | None, largest: int, heartbeat: float
) -> FastAPI:
    """The application of an office that is not open yet."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with office:
            yield

    app = FastAPI(
        title=page.look.title,
        description=ABOUT,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    fitness = health.Health(office)
    # The operators' list comes first: its address is the one under which conversations are opened.
    app.include_router(conversations.routes(office, door, fitness, heartbeat))
    app.include_router(operator.routes(office, door, fitness))
    app.include_router(waiting.routes(office, door, fitness))
    app.include_router(acting.routes(office, door, fitness))
    app.include_router(undoing.routes(office, door, fitness))
    app.include_router(costs.routes(office, door))
    app.include_router(packets.routes(office, door))
    app.include_router(health.routes(fitness))
    app.include_router(chat.routes(office, door, fitness, page, sign_in, heartbeat))
    app.include_router(reference.routes(app, page))
    app.mount("/static", _Static(directory=STATIC))
    app.add_middleware(Intake, largest=largest, on_surprise=refuse_politely(app, page))
    app.state.office = office
    return app


class _Static(StaticFiles):
    """Files that never change under their address, which holds a sum of the content."""

    def file_response(self, *args: object, **kwargs: object):  # type: ignore[no-untyped-def]
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
