"""A task told to the desk on virtual time: it may die on the way, the shop never does."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.retail.back_ends import BackEnd
from tests.retail.calls import CALLS, Call, call_of
from tests.retail.data import Task, records
from tests.retail.desk import make
from tests.retail.store import Retail

from segue import Desk
from segue.run import events as ev
from segue.run.codec import Happened
from segue.testing import talk
from segue.testing.virtual_time import VirtualLoop, clock_here, run

PATIENCE = 600.0
"""Seconds of virtual time until an answer is given up: longer than any pause between two lookups."""

TURNED_DOWN = {"2": 1, "3": 1, "4": 1, "37": 1, "46": 2, "47": 2, "54": 1, "105": 1}
"""How many of a task's actions the shop refuses, by the task: what is asked for is not there, or cannot be."""


@dataclass(frozen=True)
class Played:
    """What came of a task: what the customer was told each time, what the shop did, and what the desk wrote down."""

    told: tuple[str, ...]
    shop: Retail
    events: tuple[Happened, ...]
    appends: int
    crashes: int

    def count(self, kind: type[ev.Event]) -> int:
        return sum(isinstance(happened.event, kind) for happened in self.events)


def play(
    task: Task, back_end: BackEnd, *, crash_after: int | None = None, lost: int = 0, times: int = 1
) -> Played:
    """Ask for a task, so many `times`.

    The desk dies right after the append with the number `crash_after`, or between the effect with the number `lost`
    and its answer, and starts again.
    """

    async def played() -> Played:
        shop = shop_of(back_end)
        async with talk(
            desk_at(shop, back_end, [task]), crash_after=crash_after, patience=PATIENCE
        ) as customer:

            def die() -> None:
                if shop.effects.total() == lost and not customer.crashes:
                    customer.crash()

            shop.on_effect = die
            told = [await customer.says(task.id) for _ in range(times)]
            events = await customer.events()
            return Played(tuple(told), shop, tuple(events), customer.appends, customer.crashes)

    return run(VirtualLoop(), played())


def shop_of(back_end: BackEnd) -> Retail:
    """A shop as every task finds it."""
    return Retail(records(), honours_keys=back_end.honours_keys, settles=back_end.settles)


def desk_at(shop: Retail, back_end: BackEnd, tasks: Iterable[Task]) -> Desk:
    """A desk at that shop, on the time of the loop that runs here."""
    return make(shop, tasks, back_end.can, clock_here())


def told_of(task: Task) -> str:
    """What the customer should be told."""
    refused = TURNED_DOWN.get(task.id, 0)
    return f"{len(task.actions) - refused} done, {refused} turned down."


def wanted_of(task: Task) -> Counter[Call]:
    """What the shop should do, each thing once."""
    if task.before == task.after:  # it is solved by changing nothing, or by being turned down
        return Counter()
    return Counter(call_of(asked.tool, asked.arguments) for asked in task.actions if asked.tool in CALLS)
