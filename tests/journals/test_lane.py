"""Operations go to a thread in groups, and whatever happens there, their callers hear of it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence

import pytest

from segue.errors import JournalUnavailable
from segue.journals.lane import Lane


class Numbers:
    """Doubles numbers, stumbles over 13, and waits at 0 until it may go on."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.go_on = threading.Event()
        self.waits = threading.Event()
        self.closed = False

    def open(self) -> None:
        pass

    def do(self, ops: Sequence[int]) -> Sequence[int | Exception]:
        self.groups.append(list(ops))
        if 0 in ops:
            self.waits.set()
            self.go_on.wait(10)
        if 13 in ops:
            raise ZeroDivisionError("a bug")
        return [ValueError(op) if op < 0 else 2 * op for op in ops]

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


@pytest.fixture
async def lane(numbers: Numbers) -> AsyncIterator[Lane[int]]:
    lane = Lane("numbers", numbers)
    await lane.start()
    yield lane
    await lane.stop()
    assert numbers.closed


async def test_what_is_asked_in_one_turn_of_the_loop_is_one_group(lane: Lane[int], numbers: Numbers) -> None:
    assert await asyncio.gather(*(lane.submit(n) for n in range(1, 5))) == [2, 4, 6, 8]
    assert numbers.groups == [[1, 2, 3, 4]]


async def test_what_is_asked_while_the_thread_is_busy_is_the_next_group(
    lane: Lane[int], numbers: Numbers
) -> None:
    first = lane.submit(0)
    await asyncio.sleep(0)  # it is handed over
    assert numbers.waits.wait(10)
    later = []
    for n in (1, 2, 3):
        later.append(lane.submit(n))
        await asyncio.sleep(0)
    numbers.go_on.set()
    assert await asyncio.gather(first, *later) == [0, 2, 4, 6]
    assert numbers.groups == [[0], [1, 2, 3]]


async def test_a_failure_is_its_callers_and_a_bug_is_everybodys_and_the_thread_lives_on(
    lane: Lane[int],
) -> None:
    told = await asyncio.gather(lane.submit(1), lane.submit(-1), return_exceptions=True)
    assert told[0] == 2
    assert isinstance(told[1], ValueError)
    told = await asyncio.gather(lane.submit(1), lane.submit(13), return_exceptions=True)
    assert [type(one) for one in told] == [ZeroDivisionError, ZeroDivisionError]
    assert await lane.submit(1) == 2


async def test_what_was_asked_before_the_end_is_done(numbers: Numbers) -> None:
    lane = Lane("numbers", numbers)
    await lane.start()
    future = lane.submit(1)
    await lane.stop()
    assert await future == 2
    with pytest.raises(JournalUnavailable):
        lane.submit(1)
