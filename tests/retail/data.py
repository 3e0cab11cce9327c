"""The tasks of tau2's retail domain, which are data of others."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests import foreign_data
from tests.retail.facts import Asked
from tests.retail.records import Records

FOLDER = foreign_data.FOLDER / "tau2" / "retail"

SCHEMAS = FOLDER.parent / "tool_schemas.json"

needs_data = foreign_data.needs(FOLDER / "db.json", SCHEMAS)


@dataclass(frozen=True)
class Task:
    """A task with the actions that solve it, and the hash of the shop's state before and after them."""

    id: str
    actions: tuple[Asked, ...]
    before: str
    after: str


def records() -> Records:
    """The shop as every task finds it."""
    return _records().branch()


def tasks() -> list[Task]:
    """Every task, none where there are no data."""
    if not FOLDER.is_dir():
        return []
    hashes = _read("expected_hashes_dev.json")
    return [
        Task(
            id=task["id"],
            actions=tuple(map(_asked, task["evaluation_criteria"]["actions"])),
            before=hashes[task["id"]]["initial"][0],
            after=hashes[task["id"]]["after_gold_actions"][0],
        )
        for task in _read("tasks_dev.json")
    ]


def _asked(action: dict[str, Any]) -> Asked:
    given = action["arguments"]
    lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return Asked(action["name"], given | lists)


@cache
def _records() -> Records:
    return Records.model_validate_json((FOLDER / "db.json").read_bytes())


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))
