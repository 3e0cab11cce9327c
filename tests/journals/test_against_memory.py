"""A SQLite journal does what the journal in memory does, whatever is asked of it and in whatever company."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from operator import methodcaller
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.journals.writing import Pen, action, parcel

from segue.journals.sqlite import SqliteJournal
from segue.run.journal import ActionStatus, Append, Journal, Wait
from segue.run.memory import MemoryJournal

Call = Callable[[Journal], Awaitable[Any]]

conversations = st.sampled_from(["a", "b", "c"])
owners = st.sampled_from(["me", "you"])
ids = st.sampled_from(["1", "2", "3"])
times = st.integers(0, 30)
identities = st.sampled_from(["refund 1", "refund 2", "cancel 1"])
objects = st.sampled_from(["", "order 1", "order 2"])
statuses = st.sampled_from(["open", "open", "done", "not_done"])
wakes = st.none() | times


@st.composite
def deliveries(draw: st.DrawFn) -> Call:
    conversation, id, source = draw(conversations), draw(ids), draw(st.sampled_from(["web", "mail"]))
    one = parcel(id, draw(st.sampled_from([b"x", b"y"])), source=source, at=draw(times))
    return methodcaller("deliver", conversation, one)


@st.composite
def claims(draw: st.DrawFn) -> Call:
    conversation, owner, now = draw(conversations), draw(owners), draw(times)
    lease, create = draw(st.integers(0, 10)), draw(st.booleans())
    return methodcaller("claim", conversation, owner, now, lease, create=create)


@st.composite
def renewals(draw: st.DrawFn) -> Call:
    tokens = draw(st.lists(st.tuples(conversations, st.integers(1, 4)), max_size=3))
    until = draw(times)
    return methodcaller("renew", tokens, until)


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Of an append: what it says beside its token and its records."""
    return {
        "texts": draw(st.lists(st.sampled_from(["hello", "good bye"]), max_size=3)),
        "taken": draw(st.sets(st.tuples(st.sampled_from(["web", "mail"]), ids), max_size=2)),
        "takes_all": draw(st.booleans()),
        "opened": draw(st.lists(st.tuples(ids, st.sampled_from(["ask", "question"]), times), max_size=2)),
        "closed": draw(st.lists(ids, max_size=1)),
        "acts": draw(st.lists(st.tuples(identities, statuses, objects, times), max_size=2)),
        "retired": draw(st.lists(identities, max_size=1)),
        "wake_at": draw(wakes),
        "at": draw(times),
        "behind": draw(st.integers(0, 9)) == 0,
        "old": draw(st.integers(0, 9)) == 0,
    }


class Against(RuleBasedStateMachine):
    """Everything is done to both journals, and both are asked everything."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.sqlite = SqliteJournal(Path(self.folder.name, "journal.db"))
        self.memory = MemoryJournal()
        self.loop.run_until_complete(self.sqlite.open())
        self.loop.run_until_complete(self.memory.open())

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.run_until_complete(self.sqlite.verify())
            self.loop.run_until_complete(self.sqlite.close())
            self.loop.close()
            self.folder.cleanup()

    @rule(calls=st.lists(deliveries() | claims() | renewals(), min_size=1, max_size=6))
    def call(self, calls: Sequence[Call]) -> None:
        self.both(calls)

    @rule(
        appends=st.lists(st.tuples(conversations, plans()), min_size=1, max_size=5),
        others=st.lists(st.tuples(st.integers(0, 5), deliveries() | claims()), max_size=3),
    )
    def append(
        self, appends: Sequence[tuple[str, dict[str, Any]]], others: Sequence[tuple[int, Call]]
    ) -> None:
        """Appends in a row, each building on the one before, with other calls among them."""
        pens: dict[str, Pen] = {}
        calls: list[Call] = []
        for conversation, plan in appends:
            if conversation not in pens:
                (loaded, _), *_ = self.ask(methodcaller("load", conversation))
                if isinstance(loaded, Exception):
                    continue
                pens[conversation] = Pen(loaded)
            append = self.planned(pens[conversation], **plan)
            calls.append(methodcaller("append", append))
        for place, call in others:
            calls.insert(place, call)
        if calls:
            self.both(calls)

    def planned(
        self,
        pen: Pen,
        texts: Sequence[str],
        taken: set[tuple[str, str]],
        takes_all: bool,
        opened: Sequence[tuple[str, str, int]],
        acts: Sequence[tuple[str, ActionStatus, str, int]],
        behind: bool,
        old: bool,
        **rest: Any,
    ) -> Append:
        (loaded, _), *_ = self.ask(methodcaller("load", pen.conversation))
        parcels = {(one.source, one.id) for one in loaded.inbox} if takes_all else taken
        append = pen.append(
            *texts,
            opened=[Wait(id, pen.conversation, kind, "lead", since) for id, kind, since in opened],
            actions=[
                action(identity, status, conversation=pen.conversation, object=object, at=at, amount=at)
                for identity, status, object, at in acts
            ],
            **rest,
        )
        append = append._replace(taken=[(source, id, pen.seq) for source, id in sorted(parcels)])
        if behind:
            append = append._replace(expect=append.expect + 1, records=())
        return append._replace(token=append.token - 1) if old else append

    @rule()
    def reopen(self) -> None:
        self.loop.run_until_complete(self.sqlite.close())
        self.loop.run_until_complete(self.sqlite.open())
        self.loop.run_until_complete(self.memory.open())

    @invariant()
    def they_say_the_same(self) -> None:
        if not hasattr(self, "loop"):
            return
        asked: list[Call] = [
            methodcaller("heads"),
            methodcaller("heads", 1, (15, "b")),
            methodcaller("next_due"),
            methodcaller("waits"),
            methodcaller("waits", ("question",), 1),
            methodcaller("wait", "1"),
            *(methodcaller("action", identity) for identity in ("refund 1", "refund 2", "cancel 1")),
            *(methodcaller("actions_on", object) for object in ("", "order 1")),
            methodcaller("tally", "refund", "", 10),
            methodcaller("due", 10, "me"),
            methodcaller("due", 30, "you", 2),
        ]
        for conversation in ("a", "b", "c"):
            asked += [
                methodcaller("load", conversation),
                methodcaller("read", conversation, 1, 2),
                methodcaller("receipt", conversation, "web", "1"),
                methodcaller("receipt", conversation, "mail", "2"),
            ]
        self.both(asked)

    def both(self, calls: Sequence[Call]) -> None:
        for call, (one, other) in zip(calls, self.ask(*calls), strict=True):
            assert plain(other) == plain(one), call

    def ask(self, *calls: Call) -> list[tuple[Any, Any]]:
        async def answer(call: Call, journal: Journal) -> Any:
            return await call(journal)

        async def answers(journal: Journal) -> list[Any]:
            asked = (answer(call, journal) for call in calls)  # all in one turn of the loop
            return list(await asyncio.gather(*asked, return_exceptions=True))

        memory = self.loop.run_until_complete(answers(self.memory))
        return list(zip(memory, self.loop.run_until_complete(answers(self.sqlite)), strict=True))


def plain(answer: Any) -> Any:
    """Of an error its kind, of a sequence a list."""
    if isinstance(answer, Exception):
        return type(answer)
    if hasattr(answer, "inbox"):
        return (answer.head, list(answer.records), list(answer.inbox))
    return list(answer) if isinstance(answer, (list, tuple)) else answer


TestAgainstMemory = Against.TestCase
TestAgainstMemory.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
