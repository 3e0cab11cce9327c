"""The tasks of tau2's airline domain, which are data of others."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests import foreign_data

FOLDER = foreign_data.FOLDER / "tau2" / "airline"

needs_data = foreign_data.needs(FOLDER / "db.json")


@dataclass(frozen=True)
class Task:
    """A task with the actions that solve it, whose it is, and the hash of the airline's state before and after."""

    id: str
    actions: tuple[dict[str, Any], ...]
    customer: str
    before: str
    after: str


@cache
def tasks() -> list[Task]:
    """Every task, none where there are no data."""
    if not FOLDER.is_dir():
        return []
    hashes = _read("expected_hashes_dev.json")
    reservations = _read("db.json")["reservations"]
    found = []
    for task in _read("tasks_dev.json"):
        actions = [
            {"tool": one["name"], "arguments": one["arguments"]}
            for one in task["evaluation_criteria"]["actions"]
        ]
        state = hashes[task["id"]]
        found.append(
            Task(
                id=task["id"],
                actions=tuple(actions),
                customer=next(
                    (who for one in actions if (who := _whose(one["arguments"], reservations))), ""
                ),
                before=state["initial"][0],
                after=state["after_gold_actions"][0],
            )
        )
    return found


def _whose(arguments: dict[str, Any], reservations: dict[str, Any]) -> str:
    there = reservations.get(arguments.get("reservation_id", ""), {})
    who: str = arguments.get("user_id") or there.get("user_id", "")
    return who


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))
