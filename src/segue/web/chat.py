"""The chat page: a conversation in a browser, drawn here, kept up to date by server-sent events."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from starlette.responses import JSONResponse, RedirectResponse

from segue.errors import BadInput, NotFound
from segue.flow.builtin import Caller
from segue.observe.transcript import Shown, as_customer_sees, transcript
from segue.observe.writers import Writers, writers_of
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.ids import new_id
from segue.run.office import Office
from segue.run.reception import LONGEST
from segue.web.conversations import After, say
from segue.web.door import COOKIE, Door
from segue.web.health import Health
from segue.web.page import Order, Page, Status, key_of
from segue.web.shapes import NewMessage
from segue.web.signin import SignIn
from segue.web.sse import HEARTBEAT, Sent, resume_after, stream

RECENT = "segue_recent"
WEEK = 7 * 86_400

BEAT = "event: beat\ndata:\n\n"
"""A sign of life that the page's script can see: it connects anew when it misses them."""


def routes(
    office: Office,
    door: Door,
    health: Health,
    page: Page,
    sign_in: SignIn | None,
    heartbeat: float = HEARTBEAT,
) -> APIRouter:
    """The pages, for this desk."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def start(request: Request) -> Response:
        choices = await sign_in.customers() if sign_in is not None else ()
        recent = request.cookies.get(RECENT, "")
        return page.full("start.html", request, choices=choices, recent=recent if recent.isalnum() else "")

    @router.post("/chat", dependencies=[Depends(door.same_origin)])
    async def begin(request: Request, customer: Annotated[str, Form(max_length=200)] = "") -> Response:
        caller = await _who(sign_in, customer)
        language = page.language(request)
        with health.of_writing():
            id = await office.begin(channel="chat", language=language, caller=caller)
        response = RedirectResponse(f"/chat/{id}", 303)
        secure = request.url.scheme == "https"
        token = door.token_for(id)
        response.set_cookie(COOKIE, token, WEEK, None, f"/chat/{id}", None, secure, True, "strict")
        response.set_cookie(RECENT, id, WEEK, None, "/", None, secure, True, "strict")
        return response

    @router.get("/chat/{id}", dependencies=[Depends(door.visitor)])
    async def show(id: str, request: Request) -> Response:
        happened = await office.events(id)
        language = page.language(request)
        words = page.words(language)
        status, order, wrote = Status(), Order(), writers_of(happened)
        drawn: dict[str, tuple[str, Shown]] = {}  # what was undone stands where it was done
        for shown in transcript(happened):
            status.see(shown, words["thinking"])
            if shown.kind != "progress":
                drawn[key_of(shown)] = (order.place(shown), shown)
        placed = sorted(drawn.values(), key=lambda one: float(one[0]))
        return page.full(
            "chat.html",
            request,
            id=id,
            items=[page.item(shown, place, language, wrote.get(shown.seq)) for place, shown in placed],
            going_on=status.text or "",
            after=happened[-1].seq if happened else 0,
            message_id=new_id(office.now()),
            longest=LONGEST,
            name=_name_in(happened),
            suggestions=page.look.suggestions.get(language, ()),
        )

    @router.post("/chat/{id}/messages", dependencies=[Depends(door.visitor), Depends(door.same_origin)])
    async def send(
        id: str,
        request: Request,
        message_id: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
    ) -> Response:
        message = NewMessage(message_id=message_id, text=text, language=page.language(request))
        receipt = await say(office, health, id, message)
        if "text/html" in request.headers.get("accept", ""):  # a form, without the page's script
            return RedirectResponse(f"/chat/{id}", 303)
        return JSONResponse({"message_id": message_id, "new": receipt.new}, 202 if receipt.new else 200)

    @router.get("/chat/{id}/stream", dependencies=[Depends(door.visitor)])
    async def follow(
        id: str, request: Request, after: After = 0, lang: Annotated[str, Query(max_length=35)] = ""
    ) -> Response:
        begin = resume_after(request, after)
        show = _Drawing(page, lang if lang in page.languages else page.language(request), office.now())
        if page.look.writers:  # of a reply to come, the draft may have been written already
            show.know([h for h in await office.events(id) if h.seq <= begin])
        return await stream(office, id, begin, show, heartbeat, BEAT)

    return router


class _Drawing:
    """Draws what happens as parts of the page, for one stream that began at `since`; what is older is caught up on."""

    def __init__(self, page: Page, language: str, since: int) -> None:
        self._page = page
        self._language = language
        self._since = since
        self._writers = Writers()
        self._words = page.words(language)
        self._status = Status()
        self._order = Order()
        self._troubled = False

    def know(self, before: Iterable[Happened]) -> None:
        """Take in what is shown already."""
        for happened in before:
            self._writers.see(happened)

    def __call__(self, happened: Happened | Exception) -> Sent | None:
        page = self._page
        if isinstance(happened, Exception):
            self._troubled = True
            return Sent(page.part("#trouble", self._words["trouble"]))
        writer = self._writers.see(happened)
        shown = as_customer_sees(happened)
        parts = [page.part("#trouble", "")] if self._troubled else []
        self._troubled = False
        if shown is not None:
            self._status.see(shown, self._words["thinking"])
            parts.append(page.part("#status", self._status.text or ""))
            if shown.kind != "progress":
                live = shown.at >= self._since
                place = self._order.place(shown)
                parts.append(page.item(shown, place, self._language, writer, live=live))
        return Sent("".join(parts), id=happened.seq) if parts else None


async def _who(sign_in: SignIn | None, customer: str) -> Caller:
    if not customer:
        return Caller()
    if sign_in is None:
        raise BadInput("nobody can sign in at this desk")
    if all(choice.id != customer for choice in await sign_in.customers()):
        raise NotFound(f"there is no customer {customer!r} to sign in as")
    return await sign_in.caller(customer)


def _name_in(happened: list[Happened]) -> str:
    """What the customer is called, if whoever signed them in said so."""
    first = happened[0].event if happened else None
    if not isinstance(first, ev.ConversationOpened) or first.level == "anonymous":
        return ""
    return first.claims.get("name") or first.caller
