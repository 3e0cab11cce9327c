"""Target: where a server is, said when a flow is defined; and how a call may miss it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Stdio:
    """A process of ours that is spoken to over its stdin and stdout."""

    command: str
    args: tuple[str, ...]
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Http:
    """An address that is spoken to over streamable HTTP."""

    url: str
    headers: Mapping[str, str]


Target: TypeAlias = Stdio | Http


class Rejected(Exception):
    """The server did not even begin with a call: there is no such tool, or the arguments do not fit."""


class Lost(Exception):
    """The connection is gone, and whatever the server was doing with it."""
