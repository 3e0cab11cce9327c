"""What needs no system at all: greetings, doubts about what was meant, and what is none of our business."""

from dataclasses import dataclass

from examples.shop.facts import Customer
from examples.shop.lookup import Stranger
from examples.shop.outcomes import DidYouMean, Excuse, Welcome
from examples.shop.people import agent
from examples.shop.requests import OffTopic, SmallTalk, Unclear
from examples.shop.texts import TEXTS
from segue import History, Route, Sequence, go_on, step


@dataclass(frozen=True, slots=True)
class StillOffTopic:
    """The second time in a row; a person understands it better."""


@step
async def greet(talk: SmallTalk, who: Customer | Stranger) -> Welcome:
    return Welcome(who.name if isinstance(who, Customer) else "", talk.thanks)


@step
async def offer_choice(unclear: Unclear) -> DidYouMean:
    return DidYouMean(unclear.first, unclear.second)


@step
async def decline(request: OffTopic, history: History) -> Excuse | StillOffTopic:
    """Say what we can do and offer a person; if that was our last answer too, one takes over."""
    last = next((line.text for line in reversed(history.lines) if line.speaker == "desk"), "")
    again = any(last.endswith(offer) for offer in TEXTS["offer_person"].values())
    return StillOffTopic() if again else Excuse("off_topic")


declining = Sequence(decline, Route({Excuse: go_on, StillOffTopic: agent.takes_over(because="out_of_scope")}))
