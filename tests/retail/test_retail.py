"""The tasks of tau2's retail domain through a flow: the state they should end in, also with a crash on the way."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.retail.calls import CALLS
from tests.retail.data import Task, needs_data, records, tasks
from tests.retail.desk import make
from tests.retail.store import Retail

from segue import Desk
from segue.testing import Customer, crash_everywhere, talk

pytestmark = needs_data

TURNED_DOWN = {"2": 1, "3": 1, "4": 1, "37": 1, "46": 2, "47": 2, "54": 1, "105": 1}
"""How many of a task's actions the shop refuses, by the task: what is asked for is not there, or cannot be."""

EFFECTS = [
    pytest.param(task, number, id=f"{task.id}-{number}")
    for task in tasks()
    if task.before != task.after
    for number, _ in enumerate((asked for asked in task.actions if asked.tool in CALLS), start=1)
]
"""Every action that changes something, by its task and its number among them."""

RICHEST = {"4", "16", "30"}
"""Tasks with every kind of thing on the way: several actions, reads between them, something refused."""


def told_of(task: Task) -> str:
    refused = TURNED_DOWN.get(task.id, 0)
    return f"{len(task.actions) - refused} done, {refused} turned down."


def check(task: Task, shop: Retail) -> None:
    """The shop's state is the expected one, and nothing was done twice."""
    assert shop.records.hash() == task.after
    assert set(shop.effects.values()) <= {1}


async def solve(customer: Customer, task: Task, shop: Retail) -> None:
    assert await customer.says(task.id) == told_of(task)
    check(task, shop)


@pytest.mark.parametrize("task", tasks(), ids=lambda task: task.id)
async def test_a_task_through_the_flow_leads_to_the_expected_state(task: Task) -> None:
    shop = Retail(records())
    async with talk(make(shop, [task])) as customer:
        await solve(customer, task, shop)


@pytest.mark.parametrize("task", tasks(), ids=lambda task: task.id)
async def test_a_crash_at_a_random_point_of_a_task_changes_nothing(task: Task) -> None:
    shop = Retail(records())
    async with talk(make(shop, [task])) as customer:
        await solve(customer, task, shop)
        appends = customer.appends
    point = random.Random(task.id).randint(1, appends)
    shop = Retail(records())
    async with talk(make(shop, [task]), crash_after=point) as customer:
        await solve(customer, task, shop)
        assert customer.crashes


async def answer_lost(task: Task, shop: Retail, lost: int) -> str:
    """What the customer is told when the desk dies after one of the task's effects, before it knows of it."""
    async with talk(make(shop, [task])) as customer:

        def die() -> None:
            if shop.effects.total() == lost and not customer.crashes:
                customer.crash()

        shop.on_effect = die
        told = await customer.says(task.id)
        assert customer.crashes == 1
        return told


@pytest.mark.parametrize(("task", "lost"), EFFECTS)
async def test_a_crash_between_an_effect_and_its_answer_changes_nothing(task: Task, lost: int) -> None:
    shop = Retail(records())
    assert await answer_lost(task, shop, lost) == told_of(task)
    check(task, shop)


@pytest.mark.parametrize(("task", "lost"), EFFECTS)
async def test_without_keys_what_was_done_is_done_again_or_told_as_refused(task: Task, lost: int) -> None:
    """The state alone shows nothing: tau2 refuses a second time, or writes the same once more."""
    shop = Retail(records(), honours_keys=False)
    told = await answer_lost(task, shop, lost)
    assert (told != told_of(task)) != (max(shop.effects.values()) == 2)
    assert shop.records.hash() == task.after


@pytest.mark.slow
@pytest.mark.parametrize("task", [t for t in tasks() if t.id in RICHEST], ids=lambda task: task.id)
async def test_a_crash_everywhere_in_a_task_changes_nothing(task: Task) -> None:
    shops: list[Retail] = []

    @asynccontextmanager
    async def setting() -> AsyncIterator[Desk]:
        shops.append(Retail(records()))
        yield make(shops[-1], [task])

    report = await crash_everywhere(setting, lambda customer: solve(customer, task, shops[-1]))
    assert report.points > len(task.actions)
