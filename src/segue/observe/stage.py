"""Stage: one node of a flow as it went in a turn. A tree of them is what a trace shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from segue.observe.bill import Bill

Kind: TypeAlias = Literal[
    "step", "model", "tool", "action", "call", "lookup", "approval", "undo", "question", "ask", "take over",
    "escalate", "pause",
    "sequence", "parallel", "each", "item", "route", "delegate", "round", "task", "refine", "draft",
    "retry", "attempt", "within", "named", "flow", "path",
]  # fmt: skip
"""What it is: a thing that was done, a node that combines, a verb; `path` where the flow is not known."""

State: TypeAlias = Literal[
    "done", "reused", "answered", "objected", "failed", "timed out", "late", "abandoned",
    "running", "waiting", "withdrawn", "expired", "handed over",
    "found", "declined", "not done", "absent", "unknown", "with a person", "granted", "refused",
]  # fmt: skip
"""How it ended, or that it has not. `late` came back after it had been given up; `objected` is a guard.

Of an action: `done`, `found` done by its lookup, `declined` because it was done before, surely `not done`, `unknown`
for now, or `with a person` who is to find out. `absent` is a lookup that knows nothing of it. An approval is `granted`
or `refused`.
"""

TROUBLE: frozenset[State] = frozenset(
    {
        "failed",
        "timed out",
        "late",
        "objected",
        "expired",
        "handed over",
        "not done",
        "unknown",
        "with a person",
    }
)
"""States that an operator looks for."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One node as it went.

    `says` is what it gave, or why it failed; of an approval, why one is needed. `reason` is the kind of failure
    (failed, bug, timeout, objections, hops, repeated, expired, flow_changed) or of handover; of an action that was not
    done, how that is known (refused, late, absent, told). `started` is ms since 1970, `took` ms;
    both None where nothing tells. For somebody who was asked, `took` is how long the question was open,
    `person` who was asked and `by` who answered, or who settled an action. `sent` is how often an action was sent.
    `remarks` is what was noticed besides. `substitute` stands in for what failed before it. `bill` is what was asked of
    models, and the children of a step are these calls and those of tools. `fact` is what it gave, as JSON, only where
    contents were asked for; `question` and `answer` are those of a call, only where exchanges were.
    """

    kind: Kind
    name: str
    state: State
    path: str = ""
    attempt: int = 0
    says: str = ""
    reason: str = ""
    started: int | None = None
    took: float | None = None
    substitute: bool = False
    person: str = ""
    by: str = ""
    progress: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    sent: int = 0
    bill: Bill | None = None
    fact: Any = None
    question: Any = None
    answer: Any = None
    children: tuple["Stage", ...] = ()

    def walk(self) -> Iterator["Stage"]:
        """This stage and all below it, in their order."""
        yield self
        for child in self.children:
            yield from child.walk()


def group(
    kind: Kind,
    name: str,
    state: State,
    children: Sequence[Stage],
    *,
    path: str = "",
    says: str = "",
    reason: str = "",
) -> Stage:
    """A stage made of others; it lasted from the first beginning to the last end among them."""
    began = [child.started for child in children if child.started is not None]
    ended = [
        child.started + child.took
        for child in children
        if child.started is not None and child.took is not None
    ]
    started = min(began, default=None)
    took = round(max(ended) - started, 1) if ended and started is not None else None
    return Stage(
        kind,
        name,
        state,
        path,
        says=says,
        reason=reason,
        started=started,
        took=took if state not in ("running", "waiting") else None,
        children=tuple(children),
    )
