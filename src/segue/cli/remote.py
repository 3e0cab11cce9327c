"""Remote: a desk that runs elsewhere, over its HTTP interface."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode, urlsplit

import orjson
import typer

from segue.cli.complaint import Complaint

PATIENCE = 30.0
"""Seconds that an answer may take."""

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        envvar="SEGUE_URL",
        help="The running server, with its operators' token in SEGUE_TOKEN.",
    ),
]


class Remote:
    """The operators' side of a running server. The token is in SEGUE_TOKEN, where no other user sees it."""

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise Complaint(f"{url!r} is no address of a server; write it as http://localhost:8000")
        self.url = url.rstrip("/")
        self._token = os.environ.get("SEGUE_TOKEN", "")
        if not self._token:
            raise Complaint(
                f"{self.url} wants the operators' token; put it into SEGUE_TOKEN (the server prints it)"
            )

    def get(self, *path: str, **query: str) -> Any:
        """Read something; Complaint says why it cannot be."""
        return self._ask("/".join(quote(part, safe="") for part in path), query, None)

    def post(self, *path: str, body: Mapping[str, Any]) -> Any:
        """Send something; Complaint says why it was refused."""
        return self._ask("/".join(quote(part, safe="") for part in path), {}, orjson.dumps(body))

    def _ask(self, path: str, query: Mapping[str, str], body: bytes | None) -> Any:
        address = f"{self.url}/api/{path}" + (f"?{urlencode(query)}" if query else "")
        request = urllib.request.Request(address, data=body)
        request.add_header("authorization", f"Bearer {self._token}")
        request.add_header("accept", "application/json")
        if body is not None:
            request.add_header("content-type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Complaint(f"{self.url} refused it: {_detail(error)}") from error
        except json.JSONDecodeError as error:
            raise Complaint(f"{self.url} does not answer like a desk; is that its address?") from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise Complaint(f"{self.url} cannot be reached: {reason}") from error


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        told = json.loads(error.read(65_536))
    except (OSError, ValueError):
        told = None
    if isinstance(told, dict) and told.get("detail"):
        hint = " (is SEGUE_TOKEN the operators' token?)" if error.code in (401, 403) else ""
        return f"{told['detail']}{hint}"
    return f"{error.code} {error.reason}"
