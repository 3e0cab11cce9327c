"""The web: a desk's HTTP interface and its chat page (extra `web`)."""

from segue.web.app import create_app
from segue.web.server import serve
from segue.web.signin import Choice, SignIn
from segue.web.tokens import caller_key, sign_caller

__all__ = ["Choice", "SignIn", "caller_key", "create_app", "serve", "sign_caller"]
