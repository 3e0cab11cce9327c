"""Holds the service's books against what the desk's journal says and what the customers were told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from tests.crash.desks import NOT_PAID, PAID, Paid
from tests.crash.service import Effect

from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.facts import Held
from segue.run.office import Office
from segue.testing import check_outcomes


@dataclass(frozen=True)
class Account:
    """How one request for a refund ended, by the desk: what the customer was told last, and who sees to it.

    `booked` are the references under which its journal says that something was paid.
    """

    order: str
    told: Literal["paid", "not paid", "person", "nothing"]
    owned: bool
    booked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Findings:
    """`doubled`: paid by more than one call of the desk. `repeated`: by one call that was delivered twice.

    `lost`: accepted, never done, and the customer was not told so nor is anybody at it. `stuck`: no outcome, and
    nobody at it. `wrong`: the customer was told the contrary of what happened, or the journal says what never did.
    `person`: somebody sees to it.
    """

    points: int = 0
    doubled: int = 0
    repeated: int = 0
    lost: int = 0
    stuck: int = 0
    wrong: int = 0
    person: int = 0

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def harm(self) -> int:
        """How much went wrong that nobody but the desk could have prevented."""
        return self.doubled + self.lost + self.stuck + self.wrong


def audit(accounts: Iterable[Account], effects: Sequence[Effect]) -> Findings:
    """What is found about these requests; two for one order are about the same refund."""
    by_order: defaultdict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        by_order[account.order].append(account)
    found = Findings()
    for order, group in by_order.items():
        found += _about_one([effect for effect in effects if effect.order == order], group)
    return found


def _about_one(effects: Sequence[Effect], group: Sequence[Account]) -> Findings:
    calls, references = {effect.call for effect in effects}, {effect.reference for effect in effects}
    contrary = "not paid" if effects else "paid"
    denied = all(account.told == "not paid" for account in group)
    return Findings(
        doubled=len(calls) > 1,
        repeated=len(effects) > len(calls),
        lost=sum(not effects and one.told != "not paid" and not one.owned for one in group),
        stuck=sum(one.told == "nothing" and not one.owned for one in group),
        # Who asked first may have been refused what was paid to who asked again.
        wrong=sum(one.told == contrary for one in group if denied or not effects)
        + sum(len(one.booked - references) for one in group),
        person=sum(one.owned for one in group),
    )


async def account_of(office: Office, conversation: str, order: str) -> Account:
    """How a conversation about an order stands, by the journal alone; every message in it has one outcome."""
    happened = await office.events(conversation)
    waits = await office.journal.waits()
    owned = any(wait.conversation == conversation for wait in waits)
    told = _told(happened)
    if told != "nothing":
        check_outcomes(happened)
    held = [getattr(one.event, "fact", None) for one in happened]
    facts = [one.value for one in held if isinstance(one, Held)]
    return Account(order, told, owned, frozenset(fact.reference for fact in facts if isinstance(fact, Paid)))


def _told(happened: Sequence[Happened]) -> Literal["paid", "not paid", "person", "nothing"]:
    for one in reversed(happened):
        match one.event:
            case ev.ReplySent(text=text) if text.startswith(PAID):
                return "paid"
            case ev.ReplySent(text=text) if text.startswith(NOT_PAID):
                return "not paid"
            case ev.HandedOver():
                return "person"
    return "nothing"
