"""What must hold of actions after every story: the index is what the events say, and so is the ledger."""

from collections.abc import Mapping
from typing import Any

from tests.run.seeing import describe

from segue import Desk
from segue.run import events as ev
from segue.run.codec import Happened, hash_of, unseal
from segue.run.fold import State
from segue.run.journal import ActionRow, Head
from segue.run.memory import MemoryJournal


async def check_actions(desk: Desk, journal: MemoryJournal) -> None:
    """Everything about actions that can be held against the events of all conversations."""
    heads = await journal.heads()
    happened: list[tuple[str, Happened]] = []
    for head in heads:
        records = await journal.read(head.conversation)
        happened += [(head.conversation, unseal(record, desk.book)) for record in records]
        check_snapshots(desk, head.conversation, records)
    check_once([one.event for _, one in happened])
    derived = rows_of(happened)
    for identity, row in derived.items():
        assert await journal.action(identity) == row, f"the index is not what the events say of {row.action}"
    objects = {row.object for row in derived.values()}
    listed = [row for object in objects for row in await journal.actions_on(object)]
    assert {row.identity for row in listed} <= set(derived), "the index knows more than the events"


def rows_of(happened: list[tuple[str, Happened]]) -> Mapping[str, ActionRow]:
    """The index of actions, derived from the events of all conversations in the order of their time (ms)."""
    rows: dict[str, ActionRow] = {}
    for conversation, one in sorted(happened, key=lambda found: found[1].at):
        event: Any = one.event
        match event:
            case ev.ActionBegan():
                began = (event.identity, conversation, event.turn, one.seq, one.seq, event.action)
                about = (event.object, event.call, "open", event.generation, one.at, event.amount)
                rows[event.identity] = ActionRow._make((*began, *about, event.currency))
            case ev.ActionDone() | ev.ActionNotDone():
                status = "done" if isinstance(event, ev.ActionDone) else "not_done"
                rows[event.identity] = rows[event.identity]._replace(status=status, seq=one.seq)  # type: ignore[arg-type]
                for freed in getattr(event, "retires", ()):
                    if freed in rows and rows[freed].status == "done":
                        rows[freed] = rows[freed]._replace(status="retired")
    return rows


def check_once(events: list[ev.Event]) -> None:
    """Of one key one call is under way, and it is settled once."""
    under_way: set[str] = set()
    for event in events:
        match event:
            case ev.ActionBegan(identity=identity):
                assert identity not in under_way, f"{event.action} was begun while it was under way"
                under_way.add(identity)
            case ev.ActionDone(identity=identity) | ev.ActionNotDone(identity=identity):
                assert identity in under_way, f"{event.kind} of what was not under way"
                under_way.remove(identity)


def check_snapshots(desk: Desk, id: str, records: Any) -> None:
    """A state that is rebuilt from a snapshot is the one that is folded from the first event."""
    full, bases = State(id, desk.flows, desk.book), set[int]()
    for record in records:
        full.apply(unseal(record, desk.book))
        full.hash = hash_of(record)
        bases.add(full.base)
    for base in bases:
        cold = State(id, desk.flows, desk.book)
        cold.load(Head(id, base=base), records[base - 1 :])
        differs = {
            key: (value, describe(cold)[key])
            for key, value in describe(full).items()
            if describe(cold)[key] != value
        }
        assert not differs, f"folded from {base} and from 1 differ: {differs}"
