"""What runs in a process that is killed: a desk on a SQLite journal, with customers who insist.

Started again with the same job, it goes on where it was; when everything is settled it says how, and ends.
"""

import asyncio
import logging
import signal
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

from tests.crash.audit import Account, account_of
from tests.crash.back_end import back_ends
from tests.crash.client import Loopback, Payments
from tests.crash.desks import BUILDS
from tests.crash.points import Process, kill_myself, name_of, stop_myself
from tests.crash.shared_journal import SharedJournal

from segue import Caller
from segue.journals.sqlite import SqliteJournal
from segue.run import beginning, reception, settling
from segue.run.journal import Append, Parcel, Receipt
from segue.run.office import Office

LONG = 30.0
"""Seconds within which a request has an outcome, or never will."""

HASTE: Mapping[str, Any] = {
    "SEND": 500,
    "CALL": 1.5,
    "LOOK": 1.0,
    "PATIENCE": 4_000,
    "SOON": 500,
    "LONGEST": 500,
}
"""How long the ledger waits for what, here where time is real: seconds in the place of minutes."""


@dataclass(frozen=True)
class Job:
    """`orders` are to be refunded, each in a conversation of its own; they are asked for `pace` seconds apart.

    `folder` is where the journal lies, unless one is served at the address `journal`. At the points numbered `last`
    the process kills or stops itself.
    """

    folder: Path
    url: str
    kind: str
    build: str
    orders: tuple[str, ...]
    patience: float
    settles: float
    last: tuple[int, ...] = ()
    then: Literal["kill", "stop"] = "kill"
    pace: float = 0.0
    journal: str = ""


@dataclass(frozen=True)
class Settled:
    """What a worker says in the end."""

    accounts: tuple[Account, ...]
    passed: tuple[str, ...]


def work(job: Job, tell: Connection) -> None:
    """Run a worker to its end, or to the point where it is killed."""
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    try:
        with patch.multiple(settling, **HASTE), patch.object(beginning, "BLOCKED", 3_000):
            tell.send(asyncio.run(_work(job, tell)))
    except Exception:
        tell.send(traceback.format_exc())


async def _work(job: Job, tell: Connection) -> Settled:
    process = Process(job.last, _stopping(tell) if job.then == "stop" else kill_myself)
    payments = Payments().connect(Loopback(job.url), process)
    desk = BUILDS[job.build](back_ends(job.settles)[job.kind], payments, job.patience)
    journal = SharedJournal(job.journal) if job.journal else SqliteJournal(job.folder / "journal.db")
    watched: Any = _WatchedJournal(journal, process)
    async with _EagerOffice(desk, watched, None) as office:
        customers = [
            _customer(office, job.folder / f"{n}.id", order, n * job.pace)
            for n, order in enumerate(job.orders)
        ]
        accounts = await asyncio.gather(*customers)
    return Settled(tuple(accounts), tuple(process.passed))


async def _customer(office: Office, known: Path, order: str, delay: float) -> Account:
    """Somebody who asks for a refund, once, however often the desk is started; `known` holds the conversation's id."""
    await asyncio.sleep(delay)
    if not (id := _text_of(known)):
        id = await office.begin(caller=Caller("ada", "verified"))
        _write(known, id)
    await reception.customer_says(office, id, "m1", f"refund {order} 1250")
    await reception.outcome_of(office, id, "m1", LONG)
    return await account_of(office, id, order)


def _text_of(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _write(path: Path, text: str) -> None:
    path.write_text(text)


def _stopping(tell: Connection) -> Callable[[], None]:
    def stop() -> None:
        tell.send("stopped")
        stop_myself()

    return stop


class _EagerOffice(Office):
    """Writes every single thing down at once, so that there are many points."""

    eager = True


class _WatchedJournal:
    """Passes a point before an append is written and one when it is, which nobody knows at that moment."""

    def __init__(self, journal: Any, process: Process) -> None:
        self._journal = journal
        self._process = process

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def deliver(self, conversation: str, parcel: Parcel) -> Receipt:
        receipt: Receipt = await self._journal.deliver(conversation, parcel)
        self._process.passes("delivered")
        return receipt

    def append(self, append: Append) -> asyncio.Future[None]:
        name = name_of(append)
        self._process.passes(f"writing {name}")
        written: asyncio.Future[None] = self._journal.append(append)
        written.add_done_callback(lambda done: self._process.passes(f"written {name}"))
        return written
