"""Sign-in: who may be who on the chat page. A desk brings its own; without one every visitor is anonymous."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from segue.flow.builtin import Caller


@dataclass(frozen=True, slots=True)
class Choice:
    """One customer whom a visitor may be; `hint` says what there is to try."""

    id: str
    name: str
    hint: str = ""


class SignIn(Protocol):
    """Who may be chosen, and who that is. For demos: whoever opens the page may be any of them."""

    async def customers(self) -> Sequence[Choice]:
        """Whom to offer, in this order."""
        ...

    async def caller(self, id: str) -> Caller:
        """Who that is; NotFound when there is no such customer."""
        ...
