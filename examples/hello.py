"""The smallest desk worth having: look something up, answer, and hand over when that fails."""

from dataclasses import dataclass

from segue import Desk, Draft, Flow, Message, Person, Refine, Reply, Sequence, step
from segue.guard import grounding

HOURS = {"saturday": "9 to 16", "sunday": "closed"}


@dataclass(frozen=True)
class Hours:
    day: str
    open: str


@step(says={"en": "Looking at the calendar …"})
async def find_hours(message: Message) -> Hours:
    for day, times in HOURS.items():
        if day in message.text.lower():
            return Hours(day, times)
    raise LookupError("no day that we know of")


@step
async def write(hours: Hours) -> Draft:
    return Draft(f"On {hours.day} we are open {hours.open}.")


helper = Person("helper")

hello = Flow(
    Sequence(find_hours, Refine(write, against=[grounding])).escalate(to=helper),
    takes=Message,
    gives=Reply,
)

desk = Desk(hello, people={helper: "helpers"})
