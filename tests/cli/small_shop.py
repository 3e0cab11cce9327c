"""A desk as a user writes it into a file, and the program run on it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

SHOP = """\
from dataclasses import dataclass

from segue import Caller, Desk, Draft, Flow, Message, Objection, Person, Refine, Reply, Route, Sequence
from segue import always, caller, step

lead = Person("support lead")


@dataclass(frozen=True)
class Tracking:
    order: str


@dataclass(frozen=True)
class Complaint:
    about: str


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    why: str


@dataclass(frozen=True)
class Number:
    text: str


@dataclass(frozen=True)
class Answer:
    text: str


@dataclass(frozen=True)
class Customer:
    id: str


@step
async def find_customer(who: Caller) -> Customer:
    return Customer(who.id or "somebody")


@step
async def understand(message: Message) -> Tracking | Complaint:
    if "broken" in message.text:
        return Complaint(message.text)
    if "fail" in message.text:
        raise OSError("the shop is down")
    return Tracking(message.text)


@step(says="looking")
async def track(tracking: Tracking, number: Number, customer: Customer) -> Answer:
    return Answer(f"{customer.id}: parcel {number.text} is on its way")


@step
async def settle(verdict: Verdict) -> Answer:
    return Answer("you get your money back" if verdict.allowed else verdict.why)


@step
async def write(answer: Answer) -> Draft:
    return Draft(answer.text)


@step
async def accept(draft: Draft) -> list[Objection]:
    return []


support = Flow(
    Sequence(
        find_customer,
        understand,
        Route({
            Tracking: Sequence(caller.gives(Number, asking="which"), track),
            Complaint: Sequence(lead.gives(Verdict), settle),
        }),
        Refine(write, against=[accept]),
    ).escalate(to=lead),
    takes=Message,
    gives=Reply,
    keeps={Customer: always},
    name="support",
)

desk = Desk(
    support,
    people={lead: "leads"},
    languages=("en", "de"),
    texts={
        "looking": {"en": "looking for your parcel", "de": "ich suche Ihr Paket"},
        "which": {"en": "which order?", "de": "welche Bestellung?"},
    },
)
"""


def environment(**more: str) -> dict[str, str]:
    """That of a user who has Segue installed, and nothing set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")}
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    return {**kept, "PYTHONPATH": path, **more}


def segue(
    folder: Path, *arguments: str, stdin: str | bytes = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, as from a shell."""
    ran = subprocess.run(
        [sys.executable, "-m", "segue.cli", *arguments],
        cwd=folder,
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env=environment(**more),
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(ran.args, ran.returncode, ran.stdout.decode(), ran.stderr.decode())
