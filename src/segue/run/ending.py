"""Ending: tasks of steps that go on although they were cancelled, so that a desk can be closed all the same."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any, Final

log = logging.getLogger("segue")

GRACE: Final = 1.0
"""Seconds that cancelled steps have to end by themselves."""


async def end_tasks(tasks: Iterable["asyncio.Task[Any]"], grace: float = GRACE) -> None:
    """Wait a moment for tasks that were cancelled, then end them by force; comes back in any case."""
    left = {task for task in tasks if not task.done()}
    if not left:
        return
    _, left = await asyncio.wait(left, timeout=grace)
    for task in left:
        log.error("a step does not end although it was cancelled, and is ended by force: %r", task.get_coro())
        _close(task)
    if left:
        await asyncio.sleep(0)  # what was closed can end as cancelled now


def _close(task: "asyncio.Task[Any]") -> None:
    """Close its coroutine, which few withstand. One that does is forgotten, or the loop would wait for it for ever."""
    try:
        task.get_coro().close()
    except (RuntimeError, ValueError):
        asyncio._unregister_task(task)
    else:
        task.cancel()
