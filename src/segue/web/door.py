"""Door: who may come in. The one place that reads tokens, headers of origin, and cookies."""

from starlette.requests import Request

from segue.errors import NotAllowed
from segue.flow.builtin import Caller
from segue.web import tokens

COOKIE = "segue"


class NotSignedIn(NotAllowed):
    """No token, or none that means anything here."""


class Door:
    """Knows the secret and the operators' token, and tells them to nobody."""

    def __init__(self, secret: bytes, operator_token: str) -> None:
        self._secret = secret
        self._operator = operator_token
        self._callers = tokens.caller_key(secret)

    def token_for(self, conversation: str) -> str:
        """What opens this conversation."""
        return tokens.conversation_token(self._secret, conversation)

    def is_operator(self, request: Request) -> bool:
        """Does the request carry the operators' token?"""
        return tokens.same(_bearer(request), self._operator)

    def operator(self, request: Request) -> None:
        """Only operators."""
        if not self.is_operator(request):
            raise NotSignedIn("this needs the operators' token, as Authorization: Bearer TOKEN")

    def customer(self, request: Request) -> None:
        """Only whoever has the token of the conversation in the address."""
        token = _bearer(request)
        if not token:
            raise NotSignedIn("this needs the conversation's token, as Authorization: Bearer TOKEN")
        if not tokens.opens(self._secret, token, request.path_params["id"]):
            raise NotAllowed("this token does not open this conversation")

    def customer_or_operator(self, request: Request) -> None:
        """Operators, and whoever has the token of the conversation in the address."""
        if not self.is_operator(request):
            self.customer(request)

    def visitor(self, request: Request) -> None:
        """Only the browser that holds this conversation's cookie."""
        if not tokens.opens(self._secret, request.cookies.get(COOKIE, ""), request.path_params["id"]):
            raise NotAllowed("this browser does not hold this conversation's key")

    def same_origin(self, request: Request) -> None:
        """Not a form that another site made a browser send. Programs send neither header, and no cookie."""
        site = request.headers.get("sec-fetch-site")
        origin = request.headers.get("origin")
        own = f"{request.url.scheme}://{request.headers.get('host', '')}"
        if (site not in (None, "same-origin", "none")) or (site is None and origin not in (None, own)):
            raise NotAllowed("this form was sent from another site")

    def caller(self, signed: str | None, now: float) -> Caller:
        """Who is talking, if it is signed; anonymous if nothing is said."""
        return Caller() if signed is None else tokens.read_caller(self._callers, signed, now)


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
