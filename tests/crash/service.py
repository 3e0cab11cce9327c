"""A payment service that keeps books of its own: the witness of what really took place.

It is the same whether it runs in a process of its own (`payments.py`) or beside the desk on virtual time: a call is
accepted, and from then on takes its course whatever becomes of the caller, who reads signs of it from a queue.
"""

import asyncio
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tests.crash.back_end import FAULTS, BackEnd, Fault, Faults

SLOWLY = 0.5
"""Of the caller's patience: how long a slow call takes."""

TOO_LATE = 2.0
"""Of the caller's patience: when a late answer comes."""

MUCH_LATER = 40.0
"""Of the caller's patience: when a delayed call takes effect, where nobody promises when."""


@dataclass(frozen=True)
class Pay:
    """A call that moves money; `key` is "" when the caller sends none."""

    order: str
    amount: int
    key: str = ""


@dataclass(frozen=True)
class Effect:
    """Money that moved. `call` tells two calls from one that the network delivered twice."""

    reference: str
    call: int
    key: str
    order: str
    amount: int
    at: float


@dataclass(frozen=True)
class Answer:
    """The end of a call: an HTTP status and its body."""

    status: int
    body: dict[str, Any]


REFUSED = FAULTS["refused"]

Sign: TypeAlias = str | Answer | None
"""What a caller can notice of a call: "received", "effect", then an answer, or None when the connection is dropped."""


class Service:
    """`patience` is how many seconds its callers wait for an answer. Times are those of the running loop."""

    def __init__(self, path: str | Path, back_end: BackEnd, faults: Faults, patience: float) -> None:
        self.back_end = back_end
        self.faults = faults
        self.patience = patience
        self._books = _Books(path)
        self._under_way: set[asyncio.Task[None]] = set()

    def pay(self, call: Pay) -> "asyncio.Queue[Sign]":
        """Accept a call; the signs of it as they come."""
        signs: asyncio.Queue[Sign] = asyncio.Queue()
        fault = self.faults.next("pay", call.order)
        if fault.arrives:
            self._begin(self._take_its_course(call, fault, signs))
        return signs

    def look_up(self, key: str, order: str) -> "asyncio.Queue[Sign]":
        """Look for the effect of a key; the answer is 404 while none is to be seen."""
        signs: asyncio.Queue[Sign] = asyncio.Queue()
        self._begin(self._look(key, self.faults.next("lookup", order), signs))
        return signs

    def effects(self) -> list[Effect]:
        """Everything that really took place, in order."""
        return self._books.effects()

    def close(self) -> None:
        """Let go of the file and of whatever is under way."""
        for task in self._under_way:
            task.cancel()
        self._books.close()

    async def _take_its_course(self, call: Pay, fault: Fault, signs: "asyncio.Queue[Sign]") -> None:
        now = asyncio.get_running_loop().time
        began, number = now(), self._books.new_call()
        signs.put_nowait("received")
        if fault.slow:
            await asyncio.sleep(self.patience * SLOWLY)
        fault = self._remembered(call, fault)
        reference = ""
        if fault.delayed:
            self._begin(self._later(call, number, began))
        else:
            for _ in range(fault.effects):
                reference = self._take_effect(call, number, began)
        if reference:
            signs.put_nowait("effect")
        await self._reply(fault, Answer(201, {"reference": reference}), signs)

    async def _later(self, call: Pay, number: int, began: float) -> None:
        settles = self.back_end.settles
        await asyncio.sleep(0.8 * settles if settles is not None else MUCH_LATER * self.patience)
        self._take_effect(call, number, began)

    def _remembered(self, call: Pay, fault: Fault) -> Fault:
        """Who honours keys gives the first answer again: what was refused stays refused, what was paid was paid."""
        if not (self.back_end.honours_keys and call.key):
            return fault
        if self._books.is_refused(call.key):
            return REFUSED
        if fault.reply == "refused":
            if self._books.by_key(call.key):
                return Fault()
            self._books.refuse(call.key)
        return fault

    def _take_effect(self, call: Pay, number: int, began: float) -> str:
        if self.back_end.honours_keys and call.key:
            if before := self._books.by_key(call.key):
                return before[0]
            if self._books.is_refused(call.key):
                return ""
        now = asyncio.get_running_loop().time()
        settles = self.back_end.settles
        seen = now if self.back_end.honours_keys else now + self.patience
        if settles is not None:
            seen = began + 0.9 * settles  # as late as it may
        return self._books.enter(call, number, now, seen)

    async def _look(self, key: str, fault: Fault, signs: "asyncio.Queue[Sign]") -> None:
        found = self._books.by_key(key)
        if not self.back_end.looks_up:
            answer = Answer(405, {"error": "nothing can be looked up here"})
        elif found is None or found[1] > asyncio.get_running_loop().time():
            answer = Answer(404, {"error": "no refund has this key"})
        else:
            answer = Answer(200, {"reference": found[0]})
        await self._reply(fault, answer, signs)

    async def _reply(self, fault: Fault, answer: Answer, signs: "asyncio.Queue[Sign]") -> None:
        match fault.reply:
            case "done":
                signs.put_nowait(answer)
            case "late":
                await asyncio.sleep(self.patience * TOO_LATE)
                signs.put_nowait(answer)
            case "refused":
                signs.put_nowait(Answer(409, {"error": "this order cannot be refunded"}))
            case "error":
                signs.put_nowait(Answer(500, {"error": "something went wrong"}))
            case "dropped":
                signs.put_nowait(None)
            case "silence":
                pass

    def _begin(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


class _Books:
    """The file. Every effect is on the disk before anybody hears of it."""

    def __init__(self, path: str | Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("CREATE TABLE IF NOT EXISTS calls (number INTEGER PRIMARY KEY)")
        self._db.execute("CREATE TABLE IF NOT EXISTS refused (key TEXT)")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS effects (number INTEGER PRIMARY KEY, call INTEGER, key TEXT, "
            "customer_order TEXT, amount INTEGER, at REAL, seen REAL)"
        )

    def new_call(self) -> int:
        return self._db.execute("INSERT INTO calls DEFAULT VALUES").lastrowid or 0

    def enter(self, call: Pay, number: int, at: float, seen: float) -> str:
        row = (number, call.key, call.order, call.amount, at, seen)
        entered = self._db.execute("INSERT INTO effects VALUES (NULL, ?, ?, ?, ?, ?, ?)", row)
        return f"R{entered.lastrowid}"

    def by_key(self, key: str) -> tuple[str, float] | None:
        """The reference and when it can be seen."""
        found = self._db.execute("SELECT number, seen FROM effects WHERE key = ? ORDER BY number", (key,))
        row = found.fetchone()
        return (f"R{row[0]}", row[1]) if row else None

    def refuse(self, key: str) -> None:
        self._db.execute("INSERT INTO refused VALUES (?)", (key,))

    def is_refused(self, key: str) -> bool:
        return self._db.execute("SELECT 1 FROM refused WHERE key = ?", (key,)).fetchone() is not None

    def effects(self) -> list[Effect]:
        rows = self._db.execute(
            "SELECT number, call, key, customer_order, amount, at FROM effects ORDER BY number"
        )
        return [Effect(f"R{number}", *row) for number, *row in rows]

    def close(self) -> None:
        self._db.close()
