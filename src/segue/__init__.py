"""Segue orchestrates AI agents, tools and people in customer service."""

from segue.errors import BudgetSpent, DefinitionError, NotDone, SegueError
from segue.flow.action import Absent, Action, action
from segue.flow.budget import Allowance, Budget
from segue.flow.builtin import (
    Attachment,
    Caller,
    Calls,
    Clock,
    Conversation,
    Draft,
    Else,
    Facts,
    Failed,
    History,
    Line,
    Message,
    Objection,
    Progress,
    Reply,
    Withdrawn,
)
from segue.flow.delegate import Delegate
from segue.flow.each import Each
from segue.flow.flow import Flow, always, minutes
from segue.flow.go_on import go_on
from segue.flow.keys import ActionKey
from segue.flow.kinds import fact
from segue.flow.limits import Limits
from segue.flow.node import Node
from segue.flow.parallel import Parallel
from segue.flow.person import Person, caller
from segue.flow.receipts import (
    ActionConflict,
    AlreadyDone,
    Approval,
    Claim,
    Receipt,
    Receipts,
    Refused,
)
from segue.flow.refine import Refine
from segue.flow.route import Route
from segue.flow.sequence import Sequence
from segue.flow.step import step
from segue.run.desk import Desk
from segue.run.sandbox import Sandbox, Script

__version__ = "0.1.0"

__all__ = [
    "Absent",
    "Action",
    "ActionConflict",
    "ActionKey",
    "Allowance",
    "AlreadyDone",
    "Approval",
    "Attachment",
    "Budget",
    "BudgetSpent",
    "Caller",
    "Calls",
    "Claim",
    "Clock",
    "Conversation",
    "DefinitionError",
    "Delegate",
    "Desk",
    "Draft",
    "Each",
    "Else",
    "Facts",
    "Failed",
    "Flow",
    "History",
    "Limits",
    "Line",
    "Message",
    "Node",
    "NotDone",
    "Objection",
    "Parallel",
    "Person",
    "Progress",
    "Receipt",
    "Receipts",
    "Refine",
    "Refused",
    "Reply",
    "Route",
    "Sandbox",
    "Script",
    "SegueError",
    "Sequence",
    "Withdrawn",
    "action",
    "always",
    "caller",
    "fact",
    "go_on",
    "minutes",
    "step",
]
