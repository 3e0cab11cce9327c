"""Reasons: why a person is needed, as a closed set that queues and reports can count on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

ReasonCode: TypeAlias = Literal[
    "customer_asked", "complaint", "approval", "question", "undecided", "out_of_scope", "contradiction",
    "unknown_outcome", "unsafe_answer", "system_failed", "too_slow", "no_answer", "our_fault", "stepped_in",
    "other", "none",
]  # fmt: skip
"""Why a person is needed; `other` is a reason of the desk's own, and with `none` nobody is."""

Priority: TypeAlias = Literal["normal", "high", "urgent"]


@dataclass(frozen=True, slots=True)
class Reason:
    """How a code reads: in two or three words, in a sentence, how urgent it is, and what to do about it."""

    title: str
    sentence: str
    priority: Priority
    advice: str = ""


REASONS: Mapping[ReasonCode, Reason] = {
    "customer_asked": Reason(
        "Asked for a person", "The customer asked for a person.", "normal", "Answer the customer."
    ),
    "complaint": Reason(
        "Complaint",
        "The customer complains, and a person is to answer.",
        "high",
        "Answer the complaint yourself.",
    ),
    "approval": Reason("Approval", "A person has to approve of something before it is done.", "high"),
    "question": Reason(
        "Question", "A person is asked for something that only they can say.", "high", "Answer the question."
    ),
    "undecided": Reason(
        "Undecided",
        "What was found does not settle what the customer asked.",
        "normal",
        "Decide what the customer asked for.",
    ),
    "out_of_scope": Reason(
        "Out of scope",
        "The customer asks for something that this desk does not do.",
        "normal",
        "Answer what they ask, or tell them who does.",
    ),
    "contradiction": Reason(
        "Contradiction",
        "What is known contradicts itself, or changed while it was being worked on.",
        "high",
        "Find out which of it holds before you change anything.",
    ),
    "unknown_outcome": Reason("Unknown outcome", "It is not known whether something was done.", "urgent"),
    "unsafe_answer": Reason(
        "No answer passed",
        "Nothing that was written may be sent.",
        "normal",
        "Write the answer yourself; what was objected to stands among the policies.",
    ),
    "system_failed": Reason(
        "A system failed",
        "A system that was needed did not do its part.",
        "high",
        "Do what failed by hand, or once the system is back.",
    ),
    "too_slow": Reason(
        "Too slow",
        "It took longer than a customer should wait.",
        "high",
        "Answer the customer; what took so long stands among the failures.",
    ),
    "no_answer": Reason(
        "No answer",
        "Somebody who was asked did not answer in time.",
        "normal",
        "Ask again, or decide without the answer.",
    ),
    "our_fault": Reason(
        "A fault of ours",
        "Something is wrong with this desk itself.",
        "high",
        "Answer the customer yourself, and tell whoever looks after this desk.",
    ),
    "stepped_in": Reason(
        "A person stepped in", "A person took over without being asked.", "normal", "Go on with the customer."
    ),
    "other": Reason(
        "Handed over", "This desk hands such a conversation to a person.", "normal", "Answer the customer."
    ),
    "none": Reason("With the AI", "No person is needed just now.", "normal"),
}

_CODES: Mapping[str, ReasonCode] = {
    **{"asked_for": "customer_asked", "complaint": "complaint", "could_not_decide": "undecided"},
    **{"out_of_scope": "out_of_scope", "off_topic": "out_of_scope"},
    **{"hops": "undecided", "repeated": "undecided", "conflict": "contradiction", "changed": "contradiction"},
    **{"unknown": "unknown_outcome", "objections": "unsafe_answer", "failed": "system_failed"},
    **{"lost": "system_failed", "timeout": "too_slow", "deadline": "too_slow"},
    **{"unanswered": "no_answer", "expired": "no_answer"},
    **{"bug": "our_fault", "keeps_crashing": "our_fault", "flow_changed": "our_fault"},
}


def code_of(reason: str) -> ReasonCode:
    """The code of a handover's reason; `other` where it is a desk's own (`takes_over(because=...)`)."""
    return _CODES.get(reason, "other")
