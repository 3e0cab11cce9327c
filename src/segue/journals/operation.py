"""What can be asked of who writes a journal, beside an append."""

from collections.abc import Sequence
from dataclasses import dataclass

from segue.run.journal import Append, Parcel


@dataclass(frozen=True, slots=True)
class Deliver:
    conversation: str
    parcel: Parcel


@dataclass(frozen=True, slots=True)
class Claim:
    conversation: str
    owner: str
    now: int
    lease: int
    create: bool


@dataclass(frozen=True, slots=True)
class Renew:
    tokens: Sequence[tuple[str, int]]
    until: int


@dataclass(frozen=True, slots=True)
class Erase:
    conversation: str
    seqs: Sequence[int]


Operation = Append | Deliver | Claim | Renew | Erase
