"""What a drive sees happen, independently of what the journal says, and events and states as plain values."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

from segue.run import entries
from segue.run import events as ev
from segue.run.fold import State
from segue.run.turn import Turn

Called: TypeAlias = tuple[str, int, str, int]
"""Conversation, turn, path and attempt of a step."""


@dataclass
class Seen:
    """What the harness saw happen, independently of what the journal says."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)  # what was said under an id
    accepted: set[tuple[str, str]] = field(default_factory=set)
    answers: set[tuple[str, str]] = field(default_factory=set)  # conversation and id of what people sent
    tokens: dict[str, int] = field(default_factory=dict)
    results: set[Called] = field(default_factory=set)  # whose results are durable
    called: Counter[Called] = field(default_factory=Counter)
    told: dict[str, dict[int, Any]] = field(default_factory=dict)  # what followers were shown
    states: dict[str, dict[bytes, Any]] = field(default_factory=dict)  # of engines at their appends, by hash
    trouble: list[BaseException] = field(default_factory=list)

    def hold(self, true: bool, otherwise: str) -> None:
        """An assertion that counts though an office, which must survive everything, survives this one too."""
        if not true:
            self.trouble.append(AssertionError(otherwise))


def written(event: ev.Event) -> tuple[str, Any]:
    """An event as it is written down."""
    fields = {name: getattr(event, name) for name in (*event.PUBLIC, *event.PRIVATE)}
    return event.kind, orjson.loads(orjson.dumps(fields, default=lambda held: orjson.Fragment(held.data)))


def describe(state: State) -> dict[str, Any]:
    """A state as plain values that can be compared and read."""
    return {
        "seq": state.seq,
        "hash": state.hash,
        "owner": (state.owner, state.epoch),
        "about": (state.conversation, state.caller, state.spoken),
        "lines": list(state.lines),
        "summed up": (state.summary, list(state.left_out)),
        "spent": state.spent,
        "kept": {cls.__name__: (k.fact.data, k.path, k.inputs, k.at) for cls, k in state.kept.items()},
        "messages": {seq: held.value for seq, held in state.messages.items()},
        "uncovered": list(state.uncovered),
        "declined": set(state.declined),
        "waits": dict(state.waits),
        "ledger": {id: entries.written(entry) for id, entry in state.ledger.items()},
        "progress": state.progress if state.progress[0] in state.turns else None,
        "last turn": state.last_turn,
        "turns": {number: describe_turn(turn) for number, turn in state.turns.items()},
    }


def describe_turn(turn: Turn) -> dict[str, Any]:
    """A turn, and what it wants, in order."""
    return {
        "times": (turn.deadline, turn.allowance, turn.resumes),
        "messages": list(turn.messages),
        "asked": set(turn.asked),
        "outcome": repr(turn.outcome),
        "answers": {path: set(answers) for path, answers in turn.answers.items()},
        "spent": turn.spent,
        "wants": [(type(want).__name__, *key) for key, want in turn.wants.items()],
    }
