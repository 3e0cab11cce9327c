"""What a node comes to when it is walked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from segue.flow.kinds import Case
from segue.flow.node import Texts
from segue.run.facts import Held

Scope: TypeAlias = Mapping[Case, Held | None]
"""The facts visible at some spot; None marks what a decision ruled out."""


class Given(NamedTuple):
    """It gave a fact (None where it gives several), and these facts are visible to whoever comes after."""

    value: Held | None
    adds: Scope


@dataclass(frozen=True, slots=True)
class Failure:
    """It failed. `reason` is failed, bug, flow_changed, timeout, expired, changed, hops, repeated, objections,
    unknown or conflict (of an action), or unapproved, which only an Approve ever sees.
    """

    reason: str
    path: str
    why: str = ""
    kinds: tuple[str, ...] = ()

    @property
    def final(self) -> bool:
        """Is it past mending, so that no verb but `escalate` may catch it?"""
        return self.reason in ("bug", "flow_changed", "unknown", "conflict")


@dataclass(frozen=True, slots=True)
class Handover:
    """The turn ends and the conversation goes to a person."""

    to: str
    reason: str
    path: str
    why: str = ""
    says: Texts | None = None
    failed: bool = False  # did something fail, or is it meant to be so?


@dataclass(frozen=True, slots=True)
class Ended:
    """The turn ends without a reply of its own: `how` is withdrawn or expired."""

    how: str
    path: str


Outcome: TypeAlias = Given | Failure | Handover | Ended
