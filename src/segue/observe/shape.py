"""A turn in the shape of its flow: `run/nodes.py` once more, with what was recorded in place of wants.

Facts are looked into only for what left no event of its own (a branch that is not walked yet, an empty list),
so an erased turn keeps its shape.
"""

from collections.abc import Mapping
from typing import Any

from segue.flow.action import Action
from segue.flow.delegate import Delegate
from segue.flow.each import Each
from segue.flow.flow import Flow
from segue.flow.go_on import GoOn
from segue.flow.node import Approve, Escalate, Named, Node, OrElse, Retry, Within
from segue.flow.parallel import Parallel
from segue.flow.person import AskCaller, AskPerson, TakeOver
from segue.flow.refine import Refine
from segue.flow.route import Route
from segue.flow.sequence import Sequence
from segue.flow.step import Step
from segue.flow.undoing import UndoAll
from segue.observe import acting, combined, rounds, single
from segue.observe.log import Log
from segue.observe.reading import Reader, Reading
from segue.observe.stage import Stage, State
from segue.run.walking import Path

KINDS: Mapping[type[Node[Any]], Reader] = {
    Step: single.step,
    Action: acting.action,
    Approve: acting.approve,
    UndoAll: acting.undo_all,
    AskCaller: single.ask_caller,
    AskPerson: single.ask_person,
    TakeOver: single.take_over,
    GoOn: single.go_on,
    Sequence: combined.sequence,
    Parallel: combined.parallel,
    Each: combined.each,
    Route: combined.route,
    Delegate: rounds.delegate,
    Refine: rounds.refine,
    Flow: combined.flow,
    Retry: rounds.retry,
    Within: single.within,
    OrElse: single.or_else,
    Escalate: single.escalate,
    Named: combined.named,
}


def in_shape(flow: Flow[Any], log: Log, rest: State) -> tuple[Stage, ...] | None:
    """The stages of a turn; None when something was recorded that has no place in this flow.

    `rest` is the state of a step that was wanted and of which nothing was recorded.
    """
    reading = Reading(KINDS, flow, log, rest)
    read = reading.read(flow.root, {}, Path())
    if flow.all_or_nothing:
        read = acting.undone_by_flow(reading, read, "")
    return None if any(log.left) else read.stages
