"""Health: is the process there, and can it take work?"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from fastapi import APIRouter, Response

from segue.errors import JournalError, JournalUnavailable
from segue.run.office import Office
from segue.web.shapes import Alive, Ready

PAUSE = 3.0
"""Seconds for which a desk counts as not ready after something could not be written; then work is let in to
find out."""


class Health:
    """Remembers when something last could not be written."""

    def __init__(self, office: Office, pause: float = PAUSE) -> None:
        self._office = office
        self._pause = pause
        self._failed: float | None = None

    @contextmanager
    def of_writing(self) -> Iterator[None]:
        """Around whatever is written for a request."""
        try:
            yield
        except JournalUnavailable:
            self._failed = monotonic()
            raise
        else:
            self._failed = None

    async def why_not_ready(self) -> str:
        """Empty when everything is well."""
        if self._office.draining:
            return "shutting down"
        if self._office.troubled:
            return "the journal cannot be written; conversations wait for it"
        if self._failed is not None and monotonic() - self._failed < self._pause:
            return "the journal could not be written"
        try:
            await self._office.journal.next_due()
        except JournalError as error:
            return f"the journal cannot be read: {error}"
        return ""


def routes(health: Health) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["health"])

    @router.get("/livez", summary="Is the process there?")
    async def alive() -> Alive:
        return Alive()

    @router.get(
        "/readyz",
        summary="Can it take work?",
        responses={503: {"model": Ready, "description": "Not now; `why` says why."}},
    )
    async def ready(response: Response) -> Ready:
        """Not while shutting down, and not while the journal cannot be written."""
        why = await health.why_not_ready()
        if why:
            response.status_code = 503
            response.headers["retry-after"] = "2"
        return Ready(ready=not why, why=why)

    return router
