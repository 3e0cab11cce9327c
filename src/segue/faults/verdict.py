"""Verdict: what must never come of a fault: silence, a false claim, a double effect."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from segue.faults.listening import Listener
from segue.flow.receipts import Receipt
from segue.guard.claims import check_claims
from segue.run.desk import Desk
from segue.run.fold import State

Verdict: TypeAlias = Literal["ok", "silence", "false claim", "double effect"]

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an outcome, and how one sees it."""

    verdict: Verdict
    why: str


def owner_of(state: State, desk: Desk) -> str:
    """Who has to do something next: the desk, the customer, a person by name, or nobody."""
    people = [person.name for person in desk.people]
    waits = [wait.who for kind in ("handover", "ask") for wait in state.waits.values() if wait.kind == kind]
    if state.owner == "human" or waits:
        return waits[0] if waits and waits[0] in people else NOBODY
    if state.uncovered or state.running:
        return NOBODY
    if state.question is not None:
        return "the customer"
    given_up = [entry for entry in state.open_entries if not entry.look_at and not entry.with_person]
    return NOBODY if given_up else "the desk"


def problems(listener: Listener, owner: str, effects: Sequence[Receipt]) -> list[Problem]:
    """Everything that is wrong with how a conversation came out, the worst first."""
    found = [
        Problem("double effect", f"this was done {count} times: {effect}")
        for effect, count in _counted(effects).items()
        if count > 1
    ]
    said = "\n".join(heard.message for heard in listener.heard)
    for reply in listener.replies:
        mismatches = check_claims(reply.text, reply.true, reply.language, said_by_customer=said)
        found += [Problem("false claim", one.why) for one in mismatches if one.code != "unsupported"]
    if uncovered := len(listener.state.uncovered):
        found.append(Problem("silence", f"{uncovered} of the customer's messages have no outcome"))
    if listener.mute:
        found.append(Problem("silence", "a message was answered without a word"))
    if owner == NOBODY:
        found.append(Problem("silence", "nobody owns the conversation"))
    return found


def spell_effect(receipt: Receipt) -> str:
    """`refund 1001 92.70 EUR`; `(undone)` and the like where it does not stand."""
    amount = "" if receipt.amount is None else f"{receipt.amount:.2f} {receipt.currency}".strip()
    standing = "" if receipt.status == "done" else f"({receipt.status})"
    return " ".join(
        filter(None, (receipt.action, receipt.object, amount, *receipt.values.values(), standing))
    )


def _counted(effects: Iterable[Receipt]) -> Counter[str]:
    """How often each took place and stands; whatever tells two of them apart is in their words."""
    return Counter(spell_effect(one) for one in effects if one.status == "done")
