"""What the keyless router is not sure of, or makes nothing of, is read once more by a language model, if there is one.

The model says which kind of request it is, and no more: words and order numbers are the customer's. It never starts a
refund by itself; the customer is asked, as they are where the model is not sure either, or not there.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from examples.shop import requests as asked
from examples.shop.understanding import called, requested, understand
from segue import Each, History, Message, Route, Sequence, go_on, step
from segue.agents import Agent


@dataclass(frozen=True, slots=True)
class Meant:
    """What kind of request an unclear message is."""

    kind: Literal[
        "tracking",
        "refund",
        "address_change",
        "complaint",
        "question",
        "small_talk",
        "person",
        "off_topic",
        "unsure",
    ]


KINDS: dict[str, type[asked.Request]] = {
    "tracking": asked.Tracking,
    "address_change": asked.AddressChange,
    "complaint": asked.Complaint,
    "question": asked.Question,
    "small_talk": asked.SmallTalk,
    "person": asked.WantsPerson,
}
"""What is done as soon as the model says so. Paying is not among it."""

read_again = Agent(
    "read_again",
    reads=[History, Message, asked.Unclear | asked.OffTopic],
    gives=Meant,
    instructions="""\
Our shop sorts what customers ask for. It is not sure about the words in <Unclear>, or recognised nothing in the words
in <OffTopic>; they are a part of <Message>. Say what these words ask for:
- tracking: where a parcel is or when it comes
- refund: they want money back now
- address_change: they want an order delivered elsewhere
- complaint: something went wrong, and they want us to look into it
- question: anything our help pages may answer, how returns and refunds work among it
- small_talk: a greeting or thanks, and nothing else
- person: they want to talk to a person
- off_topic: none of our business
- unsure: it may well be two of these
""",
)


@step
async def as_meant(
    meant: Meant, unclear: asked.Unclear | asked.OffTopic, message: Message
) -> (
    asked.Tracking
    | asked.AddressChange
    | asked.Complaint
    | asked.Question
    | asked.SmallTalk
    | asked.WantsPerson
    | asked.Unclear
    | asked.OffTopic
):
    """The request, made of the customer's own words."""
    if meant.kind == "off_topic":
        return asked.OffTopic(unclear.words)
    if meant.kind == "refund":
        return _perhaps_refund(unclear, message.language)
    if (label := KINDS.get(meant.kind)) is None:
        return unclear
    match requested(label, unclear.words):
        case [request]:
            return request  # type: ignore[return-value]
    return unclear  # several orders: what may be wrong is not done several times


reading = Sequence(read_again.within(8), as_meant).or_else(go_on)

understanding = Sequence(
    understand,
    Each(
        Route(
            dict.fromkeys(get_args(asked.Request), go_on) | {asked.Unclear: reading, asked.OffTopic: reading}
        )
    ),
)
"""In place of `understand`."""


def _perhaps_refund(unclear: asked.Unclear | asked.OffTopic, language: str) -> asked.Unclear:
    """Did they mean a refund, or what else it may have been?"""
    refund, question = called(asked.RefundRequest, language), called(asked.Question, language)
    if isinstance(unclear, asked.OffTopic):
        return asked.Unclear(refund, question, unclear.words)
    other = unclear.second if unclear.first == refund else unclear.first
    return asked.Unclear(refund, other, unclear.words, unclear.confidence, unclear.needed)
