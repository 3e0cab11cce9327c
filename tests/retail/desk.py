"""A desk that does for a customer what the task with the number they name wants, one action at a time.

One at a time because tau2's policy says so, and because what an action may do depends on those before it. What
the shop refuses leaves a `Failed`, and the next action is tried all the same, as tau2 does.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.retail.acting import specialists
from tests.retail.calls import (
    CALLS,
    CancelOrder,
    ChangeItems,
    ChangeOrderAddress,
    ChangePayment,
    ChangeUserAddress,
    ExchangeItems,
    ReturnItems,
    Transfer,
    call_of,
)
from tests.retail.data import Task
from tests.retail.facts import Acted, Look, Looked, TaskEnded, TaskGiven
from tests.retail.store import Retail

from segue import Delegate, Desk, Draft, Failed, Flow, Message, Person, Refine, Reply, Sequence, step
from segue.guard import grounding

LONGEST = 20
"""More actions than any task has."""

person = Person("agent")


class Tasks:
    """What the desk is told to do, by the number a customer names."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = {task.id: TaskGiven(task.id, task.actions) for task in tasks}

    def given(self, id: str) -> TaskGiven:
        return self._tasks[id]


@step
async def understand(message: Message, *, tasks: Tasks) -> TaskGiven:
    return tasks.given(message.text)


@step
async def go_on(
    task: TaskGiven, findings: list[Looked | Acted | Failed]
) -> (
    list[
        Look
        | CancelOrder
        | ExchangeItems
        | ReturnItems
        | ChangeItems
        | ChangePayment
        | ChangeOrderAddress
        | ChangeUserAddress
        | Transfer
    ]
    | TaskEnded
):
    """The first action of which nothing has been found yet."""
    number = len(findings)
    if number == len(task.actions):
        failed = sum(isinstance(finding, Failed) for finding in findings)
        return TaskEnded(number - failed, failed)
    asked = task.actions[number]
    if asked.tool in CALLS:
        return [call_of(asked.tool, asked.arguments)]
    return [Look(number, asked.tool, asked.arguments)]


@step
async def look(at: Look, *, shop: Retail) -> Looked:
    return Looked(await shop.look(at.tool, **at.arguments))


@step
async def write(ended: TaskEnded) -> Draft:
    return Draft(f"{ended.done} done, {ended.turned_down} turned down.")


def make(shop: Retail, tasks: Iterable[Task], can: Mapping[str, Any], *tools: Any) -> Desk:
    """The desk over a shop that outlives it, and `can` do this with keys: arguments of `action`."""
    solving = Flow(
        Sequence(
            understand,
            Delegate(go_on, to={Look: look, **specialists(can)}, at_most=LONGEST),
            Refine(write, against=[grounding]),
        ).escalate(to=person),
        takes=Message,
        gives=Reply,
        name="solving",
    )
    return Desk(solving, tools=[shop, Tasks(tasks), *tools], people={person: "agents"}, name="retail")
