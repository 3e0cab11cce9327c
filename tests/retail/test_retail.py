"""The tasks of tau2's retail domain through actions: each effect once, whatever the shop can do and wherever the desk
dies.

`make test` has one crash at random in each task, and `make soak` many, others each time.
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.retail.back_ends import (
    BOASTS_OF_KEYS,
    BOASTS_OF_TIME,
    HONOURS_KEYS,
    KEYS_ALONE,
    NOTHING,
    SETTLING,
    BackEnd,
)
from tests.retail.data import Task, needs_data, tasks
from tests.retail.playing import (
    PATIENCE,
    Played,
    desk_at,
    play,
    shop_of,
    told_of,
    wanted_of,
)
from tests.retail.store import Retail
from tests.run.soaking import SEED, TIMES

from segue import Desk
from segue.run import events as ev
from segue.testing import Customer, crash_everywhere
from segue.testing.virtual_time import VirtualLoop, run

pytestmark = needs_data

RICHEST = [task for task in tasks() if task.id in ("4", "16", "30")]
"""Tasks with every kind of thing on the way: several actions, reads between them, something refused."""


def each_task(tasks: list[Task]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("task", tasks, ids=lambda task: task.id)


def each_effect(tasks: list[Task]) -> pytest.MarkDecorator:
    """Every effect that a task should have, by its number among them."""
    effects = [(task, number) for task in tasks for number in range(1, wanted_of(task).total() + 1)]
    return pytest.mark.parametrize(
        ("task", "lost"), [pytest.param(*effect, id=f"{effect[0].id}-{effect[1]}") for effect in effects]
    )


def at(**back_ends: BackEnd) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("back_end", back_ends.values(), ids=back_ends)


def check(played: Played, task: Task) -> None:
    """The customer was told what came of it, the state is the expected one, each effect took place once."""
    assert set(played.told) == {told_of(task)}
    assert played.shop.records.hash() == task.after
    assert played.shop.effects == wanted_of(task)
    assert played.count(ev.ActionDone) == wanted_of(task).total()


@each_task(tasks())
def test_a_task_through_actions_leads_to_the_expected_state_also_with_a_crash_at_random(task: Task) -> None:
    undisturbed = play(task, HONOURS_KEYS)
    check(undisturbed, task)
    draw = random.Random(f"{SEED if TIMES else ''} {task.id}")
    for _ in range(TIMES or 1):
        for back_end in (HONOURS_KEYS, SETTLING):
            crashed = play(task, back_end, crash_after=draw.randint(1, undisturbed.appends))
            check(crashed, task)
            assert crashed.crashes


@each_task(tasks() if TIMES else RICHEST)
def test_what_is_asked_for_again_is_not_done_again(task: Task) -> None:
    played = play(task, SETTLING, times=2)
    assert played.shop.records.hash() == task.after
    assert played.shop.effects == wanted_of(task)
    assert played.count(ev.ActionDeclined) == wanted_of(task).total()


@at(honours_keys=HONOURS_KEYS, settling=SETTLING)
@each_effect(tasks())
def test_a_crash_between_an_effect_and_its_answer_changes_nothing(
    task: Task, lost: int, back_end: BackEnd
) -> None:
    played = play(task, back_end, lost=lost)
    check(played, task)
    assert played.crashes


@each_effect(tasks() if TIMES else RICHEST)
def test_a_shop_that_cannot_be_asked_is_called_again_with_the_same_key(task: Task, lost: int) -> None:
    check(play(task, KEYS_ALONE, lost=lost), task)


@each_effect(tasks() if TIMES else RICHEST)
def test_what_nobody_can_find_out_is_left_to_a_person(task: Task, lost: int) -> None:
    played = play(task, NOTHING, lost=lost)
    assert "colleague" in played.told[0]
    assert played.count(ev.HandedOver) == 1
    assert played.shop.effects.total() == lost
    assert set(played.shop.effects.values()) == {1}


@each_task(RICHEST if TIMES else RICHEST[1:2])
@pytest.mark.slow
def test_a_crash_everywhere_in_a_task_changes_nothing(task: Task) -> None:
    shops: list[Retail] = []

    @asynccontextmanager
    async def setting() -> AsyncIterator[Desk]:
        shops.append(shop_of(SETTLING))
        yield desk_at(shops[-1], SETTLING, [task])

    async def story(customer: Customer) -> None:
        assert await customer.says(task.id) == told_of(task)
        assert shops[-1].records.hash() == task.after
        assert shops[-1].effects == wanted_of(task)

    report = run(VirtualLoop(), crash_everywhere(setting, story, patience=PATIENCE))
    assert report.points > len(task.actions)


# Controls: where the desk is told that the shop can do what it cannot, harm is done, and is seen


@at(of_keys=BOASTS_OF_KEYS, of_time=BOASTS_OF_TIME)
@each_effect(tasks() if TIMES else RICHEST)
def test_a_shop_that_boasts_does_it_again_or_refuses_what_it_did(
    task: Task, lost: int, back_end: BackEnd
) -> None:
    """The state alone shows nothing: tau2 refuses a second time, or writes the same once more."""
    played = play(task, back_end, lost=lost)
    assert (set(played.told) != {told_of(task)}) != (max(played.shop.effects.values()) == 2)
    assert played.shop.records.hash() == task.after
    with pytest.raises(AssertionError):
        check(played, task)
