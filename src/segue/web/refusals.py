"""Refusals: what a client reads when something is not done, in one place. Never a stack trace."""

import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from segue.errors import BadInput, Conflict, Draining, JournalUnavailable, NotAllowed, NotFound, SegueError
from segue.web.door import NotSignedIn
from segue.web.page import Page

log = logging.getLogger("segue.web")

AGAIN = "2"
"""Seconds after which to try again."""


class Refusal(BaseModel):
    """Why something was not done, and what to do."""

    error: str = Field(examples=["not_found"])
    detail: str = Field(examples=["there is no conversation '1m84jab4ar4gwpamhfhh'"])
    reference: str | None = Field(default=None, description="Of an unexpected error, in the server's log.")


RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"model": Refusal, "description": "There is no token, or it means nothing here."},
    403: {"model": Refusal, "description": "The token is for something else."},
    404: {"model": Refusal, "description": "There is no such thing."},
    422: {"model": Refusal, "description": "Something is wrong with what was sent; `detail` says what."},
    503: {
        "model": Refusal,
        "description": "Not now: shutting down, or nothing can be written. Try again after `Retry-After`.",
    },
}

_KINDS: Sequence[tuple[type[SegueError], int, str]] = (
    (NotSignedIn, 401, "not_signed_in"),
    (NotAllowed, 403, "not_allowed"),
    (NotFound, 404, "not_found"),
    (Conflict, 409, "conflict"),
    (BadInput, 422, "bad_input"),
    (Draining, 503, "draining"),
    (JournalUnavailable, 503, "journal_unavailable"),
)

_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed"}


def refuse_politely(app: FastAPI, page: Page) -> Callable[[Request, Exception], Response]:
    """Every error of this app becomes an answer here; gives the answer to what nobody expected."""

    def answer(
        request: Request, status: int, error: str, detail: str, headers: dict[str, str], reference: str = ""
    ) -> Response:
        if _wants_html(request):
            return page.refusal(request, status, detail, reference, headers)
        body = {"error": error, "detail": detail} | ({"reference": reference} if reference else {})
        return JSONResponse(body, status, headers)

    def on_ours(request: Request, raised: Exception) -> Response:
        for kind, status, error in _KINDS:
            if isinstance(raised, kind):
                headers = {"retry-after": AGAIN} if status == 503 else {}
                if status == 401:
                    headers["www-authenticate"] = "Bearer"
                detail = str(raised)
                if kind is JournalUnavailable:  # what is wrong with the disk is the operators' business
                    log.error("%s %s: %s", request.method, request.url.path, raised)
                    detail = (
                        "nothing can be written down just now, so this was not accepted; please try again"
                    )
                return answer(request, status, error, detail, headers)
        return on_surprise(request, raised)

    def on_invalid(request: Request, raised: Exception) -> Response:
        assert isinstance(raised, RequestValidationError)
        problems = raised.errors()
        if any(problem["type"] == "json_invalid" for problem in problems):
            return answer(request, 400, "not_json", "the body is no JSON that can be read", {})
        return answer(request, 422, "bad_input", "; ".join(map(_told, problems)), {})

    def on_http(request: Request, raised: Exception) -> Response:
        assert isinstance(raised, HTTPException)
        error = _CODES.get(raised.status_code, "refused")
        detail = {404: "there is nothing at this address", 400: "the request cannot be read"}.get(
            raised.status_code, str(raised.detail)
        )
        return answer(request, raised.status_code, error, detail, dict(raised.headers or {}))

    def on_surprise(request: Request, raised: Exception) -> Response:
        reference = secrets.token_hex(4)
        log.error("%s %s failed [%s]", request.method, request.url.path, reference, exc_info=raised)
        detail = "this failed, and it is our fault; the people who run this desk find it under the reference"
        return answer(request, 500, "failed", detail, {}, reference)

    app.add_exception_handler(SegueError, on_ours)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    return on_surprise


def _told(problem: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in problem["loc"][1:]) or "the body"
    if problem["type"] == "extra_forbidden":
        return f"{place}: there is no such field"
    return f"{place}: {problem['msg']}"


def _wants_html(request: Request) -> bool:
    accepts = request.headers.get("accept", "")
    return (
        not request.url.path.startswith("/api/") and "text/html" in accepts and "event-stream" not in accepts
    )
