"""Forks: when a step forks the process, the child is no desk.

A child gets a copy of everything: conversations in memory, the journal's connections, the sockets of customers. It
may do what the step wants done; it must never record anything, answer anybody, or go on with the loop.
"""

import logging
import os
import threading
from asyncio import Handle
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

if TYPE_CHECKING:
    from segue.run.office import Office

log = logging.getLogger("segue")

END: Final = 70
"""The exit status of a child that came back from its step."""

_offices: "WeakSet[Office]" = WeakSet()


def guard(office: "Office") -> None:
    """In children this office is closed, and the loop ends them when they come back to it."""
    _offices.add(office)


def release(office: "Office") -> None:
    """The office is closed here as well."""
    _offices.discard(office)


def _in_child() -> None:
    for office in list(_offices):
        office.stop()
        if threading.get_ident() == office.thread:
            ready = getattr(office.loop, "_ready", None)
            if ready is not None:  # asyncio's own: before anything else that is ready
                ready.appendleft(Handle(_end, (), office.loop))
            else:
                office.loop.call_soon(_end)


def _end() -> None:
    log.error("a step forked, and its child came back to the desk, where it has no place; the child ends")
    os._exit(END)


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(after_in_child=_in_child)
