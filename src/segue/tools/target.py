"""Target: where a server is. Said when a flow is defined; reached when a desk opens."""

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
