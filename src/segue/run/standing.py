"""How actions stand: what an append may begin, settle and retire. Written once, so that every journal agrees."""

from collections import ChainMap
from collections.abc import Iterable, Mapping

from segue.errors import ActionTaken
from segue.run.journal import ActionRow, Append


class Standing:
    """Rows of the index of actions.

    They need not be all: those that an append names, and those that are open on the objects it names, are enough.
    """

    def __init__(self, rows: Iterable[ActionRow] = ()) -> None:
        self.rows = {row.identity: row for row in rows}
        self._holders: dict[str, str | None] = {
            row.object: row.identity for row in self.rows.values() if row.status == "open"
        }

    def take(self, append: Append) -> Mapping[str, ActionRow]:
        """The rows that it changes: all of them or, with ActionTaken, none."""
        rows = ChainMap[str, ActionRow]({}, self.rows)
        holders = ChainMap[str, str | None]({}, self._holders)
        for row in append.actions:
            before = rows.get(row.identity)
            if row.status == "open":
                _may_begin(row, before, holders)
                holders[row.object] = row.identity
            elif before is None or (before.status, before.conversation) != ("open", append.conversation):
                raise ActionTaken(
                    f"{row.action} is not under way in {append.conversation!r}; nothing was written"
                )
            else:
                holders[before.object] = None
            rows[row.identity] = row
        for identity in append.retired:
            if identity in rows and rows[identity].status == "done":
                rows[identity] = rows[identity]._replace(status="retired")
        self.rows.update(rows.maps[0])
        self._holders.update(holders.maps[0])
        return rows.maps[0]


def _may_begin(row: ActionRow, before: ActionRow | None, holders: Mapping[str, str | None]) -> None:
    if before is not None and before.status in ("open", "done"):
        how = "under way" if before.status == "open" else "done"
        raise ActionTaken(f"{row.action} is {how} already; nothing was written")
    if row.object and holders.get(row.object) is not None:
        raise ActionTaken(f"another action is under way on what {row.action} is done to; nothing was written")
