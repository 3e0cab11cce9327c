"""One HTTP service: how it is called, and which of its answers are believed.

ShopError
├── Rejected             the service said no, and why; nothing was done (NotDone)
│   └── NotFound         because there is no such thing
└── Unavailable          no answer that can be believed; whether something was done is unknown
    ├── TurnedAway       the service did not take the call on; surely nothing was done (NotDone)
    └── WrongAnswer      an answer, but not to what was asked
"""

from typing import Self, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from segue import NotDone

T = TypeVar("T")


class ShopError(Exception):
    """The root of what the clients raise."""


class Rejected(ShopError, NotDone):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message


class NotFound(Rejected):
    pass


class Unavailable(ShopError):
    pass


class TurnedAway(Unavailable, NotDone):
    pass


class WrongAnswer(Unavailable):
    pass


class _Complaint(BaseModel):
    code: str
    message: str


class _Error(BaseModel):
    error: _Complaint


class Service:
    """A connection pool to one service; `async with` opens and closes it."""

    def __init__(
        self, url: str, *, timeout: float = 2.0, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._url = url
        self._timeout = timeout
        self._transport = transport  # none: over the network
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        self._http = httpx.AsyncClient(
            base_url=self._url,
            timeout=self._timeout,
            # Below the 5 s after which the server hangs up: a call must not meet a connection just closed.
            limits=httpx.Limits(max_connections=100, keepalive_expiry=2.0),
            # Loading certificates takes longer than a call on loopback.
            verify=self._url.startswith("https:"),
            # A proxy of the machine is not for the shop's own network.
            trust_env=False,
            transport=self._transport,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _ask(
        self,
        shape: TypeAdapter[T],
        method: str,
        path: str,
        *,
        query: dict[str, str | int] | None = None,
        body: object = None,
        key: str | None = None,
    ) -> T:
        if self._http is None:
            name = type(self).__name__
            raise RuntimeError(f"{name} is not open; use it as `async with {name}({self._url!r}) as ...`")
        headers = {} if key is None else {"Idempotency-Key": key}
        asked = f"{method} {self._url}{path}"
        try:
            answer = await self._http.request(method, path, params=query, json=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TurnedAway(f"{asked}: {type(error).__name__} {error}") from error
        except httpx.RequestError as error:
            raise Unavailable(f"{asked}: {type(error).__name__} {error}") from error
        if not answer.is_success:
            raise _no(answer, asked)
        try:
            return shape.validate_json(answer.content)
        except ValidationError as error:
            raise WrongAnswer(f"{asked}: {error}") from error


def _no(answer: httpx.Response, asked: str) -> ShopError:
    """The error that an answer other than 2xx stands for."""
    try:
        complaint = _Error.model_validate_json(answer.content).error
    except ValidationError:
        return WrongAnswer(f"{asked}: {answer.status_code} without a reason that can be read")
    if answer.status_code == 503:
        return TurnedAway(f"{asked}: {complaint.message}")
    if answer.is_server_error:
        return Unavailable(f"{asked}: {answer.status_code} {complaint.message}")
    if answer.status_code == 404 and complaint.code != "no_such_route":
        return NotFound(complaint.code, complaint.message)
    return Rejected(complaint.code, complaint.message)


def believe(holds: bool, otherwise: str) -> None:
    """Raise unless the answer is about what was asked."""
    if not holds:
        raise WrongAnswer(otherwise)
