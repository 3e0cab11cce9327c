"""Twelve questions that whoever takes over would ask; a packet's JSON alone has to answer all of them.

Each gives what the packet says and what is so, as two values that must be equal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.people.shop_books import Books, Effect, Moment

from examples.shop.paying import UNTIL_SETTLED
from segue import Caller

Written = Mapping[str, Any]
Answer = tuple[object, object]


@dataclass(frozen=True)
class Truth:
    """What the author of a story knows: why a person is needed, what is to be done about it, and what waits for that.

    `pending` are (action, object, amount); `about` is what the customer is after, in a word.
    """

    reason: str
    do: str
    about: str
    pending: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Case:
    """One moment of a story: what is so, from everywhere but the journal."""

    truth: Truth
    caller: Caller
    moment: Moment
    before: Books

    @property
    def done(self) -> list[Effect]:
        return self.moment.books.since(self.before)


def what_does_the_customer_want(packet: Written, case: Case) -> Answer:
    goal = packet["goal"]
    words = [quote["text"] for quote in (*goal["before"], *goal["words"])]
    told = case.moment.calls_in in words and any(case.truth.about in text for text in words)
    return told, True


def who_are_they_and_how_sure(packet: Written, case: Case) -> Answer:
    names = {fact["value"]["name"] for fact in packet["facts"] if fact["fact"] == "Customer"}
    known = None if "Crm" in case.moment.broken else case.moment.books.customers.get(case.caller.id)
    told = packet["customer"]["id"], packet["customer"]["level"], names
    return told, (case.caller.id, case.caller.level, {known["name"]} if known else set())


def what_was_found(packet: Written, case: Case) -> Answer:
    """Of each order that the customer named and that is theirs: what it came to and how it stands, and who found it."""
    found = {
        fact["value"]["number"]: (fact["value"]["status"], fact["value"]["total"]["amount"], fact["source"])
        for fact in packet["facts"]
        if fact["fact"] == "Order"
    }
    mine = {
        number: (row["status"], f"{row['total'] / 100:.2f}", "open_order")
        for number, row in case.moment.books.orders.items()
        if row["customer"] == case.caller.id and any(str(number) in text for text in case.moment.said)
    }
    return found, mine


def what_was_done(packet: Written, case: Case) -> Answer:
    told = [
        (
            act["kinds"][0],
            act["object"] if act["kinds"] != ["credit"] else "",
            act["amount"],
            act["reference"],
        )
        for act in packet["actions"]
        if act["status"] == "done"
    ]
    return sorted(told, key=repr), [
        (one.kind, one.object, one.amount, one.reference) for one in case.done if one.holds
    ]


def what_must_not_be_done_again(packet: Written, case: Case) -> Answer:
    never = {
        act["reference"] for act in packet["actions"] if act["again"] == "never" and act["status"] == "done"
    }
    may = {act["reference"] for act in packet["actions"] if act["again"] == "may" and act["reference"]}
    return (never, may), (
        {one.reference for one in case.done if one.holds},
        {one.reference for one in case.done if not one.holds},
    )


def what_is_open_or_unknown(packet: Written, case: Case) -> Answer:
    told = [
        (act["action"], act["object"], act["amount"])
        for act in packet["actions"]
        if act["status"] in ("pending_approval", "under_way", "unknown", "with_person")
    ]
    pending = sorted(case.truth.pending)
    return (sorted(told), packet["header"]["open_actions"]), (pending, len(pending))


def what_was_promised_and_by_when(packet: Written, case: Case) -> Answer:
    """An answer by when each wait ends, until one came; and that a refund can be taken back until it settles."""
    answers = {one["due"] for one in packet["promises"] if one["kind"] == "answer" and not one["kept"]}
    undo = {round(one["due"] / 60_000) for one in packet["promises"] if one["kind"] == "undo"}
    settles = {
        round((one.at + timedelta(seconds=UNTIL_SETTLED)).timestamp() / 60)
        for one in case.done
        if one.holds and one.at is not None
    }
    near = all(any(abs(a - b) <= 1 for b in settles) for a in undo) and len(undo) == len(settles)
    return (answers, near), ({*case.moment.promised}, True)


def what_was_tried_and_failed(packet: Written, case: Case) -> Answer:
    return {tool for trouble in packet["failures"] for tool in trouble["tools"]}, {*case.moment.broken}


def why_a_person(packet: Written, case: Case) -> Answer:
    header = packet["header"]
    told = header["reason"], packet["why"]["code"], header["person"], header["due"]
    oldest = min(case.moment.waits, key=lambda wait: (wait.kind != "handover", wait.since, wait.id))
    return told, (case.truth.reason, case.truth.reason, oldest.queue, oldest.expires)


def what_was_the_customer_told_last(packet: Written, case: Case) -> Answer:
    return packet["told_last"]["text"], case.moment.read[-1]


def what_must_not_be_asked_again(packet: Written, case: Case) -> Answer:
    known = packet["do_not_ask"]
    answers = [(one["about"], one["answer"]) for one in known if one["kind"] == "answer"]
    identity = [one["answer"] for one in known if one["kind"] == "identity"]
    given = " ".join(one["answer"] for one in known)
    numbers = [
        number for number in case.moment.books.orders if any(str(number) in t for t in case.moment.said)
    ]
    return (answers, identity, all(str(number) in given for number in numbers)), (
        *([*case.moment.answers], [case.caller.id] if case.caller.level == "verified" else [], True),
    )


def what_should_be_done_next(packet: Written, case: Case) -> Answer:
    steps = [step["text"] for step in packet["next_steps"]]
    told = any(case.truth.do in step for step in steps)
    unanswered = all(any(text in step for step in steps) for text in case.moment.unanswered)
    return (told, unanswered), (True, True)


QUESTIONS: tuple[Callable[[Written, Case], Answer], ...] = (
    what_does_the_customer_want,
    who_are_they_and_how_sure,
    what_was_found,
    what_was_done,
    what_must_not_be_done_again,
    what_is_open_or_unknown,
    what_was_promised_and_by_when,
    what_was_tried_and_failed,
    why_a_person,
    what_was_the_customer_told_last,
    what_must_not_be_asked_again,
    what_should_be_done_next,
)


def unanswered(packet: Written, case: Case) -> dict[str, Answer]:
    """The questions that this packet does not answer as it should, with both answers."""
    found = {question.__name__: question(packet, case) for question in QUESTIONS}
    return {name: (told, so) for name, (told, so) in found.items() if told != so}
