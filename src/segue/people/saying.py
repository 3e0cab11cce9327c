"""What was said: the transcript, what the customer wants, what they may count on, and what must not be asked again."""

import re
from collections.abc import Collection, Iterator, Sequence

from segue.observe.transcript import Shown, as_customer_sees
from segue.people.acts import named
from segue.people.asks import Ask
from segue.people.bounds import cite, cut, hidden, told
from segue.people.packet import Act, Goal, Known, Line, Promise, Quote, Who
from segue.people.trigger import Trigger
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.facts import Held

BEFORE = 3
"""Messages before those of the turn that are told with them: "yes please" alone says little."""

OURS = ("reply", "question", "notice", "handover", "passed_on", "person")


def lines_in(events: Sequence[Happened]) -> list[Line]:
    """What customer, desk and people said, oldest first; receipts are told with the actions."""
    shown = (as_customer_sees(happened) for happened in events)
    return [
        Line(one.seq, one.at, _speaker(one), one.kind, told(one.text))
        for one in shown
        if one is not None and one.text and one.kind not in ("progress", "receipt")
    ]


def told_last(lines: Sequence[Line]) -> Quote | None:
    """The last thing that the customer read."""
    return next(
        (Quote(line.event, line.at, line.text) for line in reversed(lines) if line.kind in OURS), None
    )


def goal_of(events: Sequence[Happened], trigger: Trigger) -> Goal:
    """The messages of the turn that a person was needed in, some before them, and those that nobody answered."""
    because: set[int] = set()
    passed: set[int] = set()
    facts: dict[int, str] = {}
    for happened in events:
        match happened.event:
            case ev.TurnStarted() as e if e.turn == trigger.turn:
                because |= {*e.because}
            case ev.AnswerOffered() as e if e.turn == trigger.turn:
                because.add(e.message)
            case ev.MessagePassedOn() as e:
                passed |= {*e.covers}
            case ev.PersonReplied():
                passed = set()
            case ev.FactTold(fact=Held() as fact):
                facts[happened.seq] = fact.name
    messages = [h for h in events if isinstance(h.event, ev.MessageReceived) and h.event.text]
    words = [_quote(h) for h in messages if h.seq in because]
    first = words[0].event if words else trigger.event
    return Goal(
        words=tuple(words[-BEFORE:]),
        before=tuple([_quote(h) for h in messages if h.seq < first][-BEFORE:]),
        unanswered=tuple([_quote(h) for h in messages if h.seq in passed][-BEFORE:]),
        told=", ".join(name for seq, name in facts.items() if seq in because),
    )


def known_in(events: Sequence[Happened], asks: Sequence[Ask], who: Who, most: int) -> tuple[list[Known], int]:
    """What must not be asked again, and how much is left out: sooner what they gave unasked than what they answered."""
    opened = next((h.seq for h in events if isinstance(h.event, ev.ConversationOpened)), 0)
    identity = [Known("identity", "who they are", who.id, cite(opened))] if who.level == "verified" else []
    answers = [(ask, ask.answer) for ask in asks if ask.asked is None and ask.answer is not None]
    answered = [known for ask, answer in answers if (known := _answer(ask, answer)).answer]
    given = [*_given(events, {answer.seq for _, answer in answers})]
    found = [*identity, *answered[1 - most :]]
    found += given[max(len(given) - most + len(found), 0) :]
    return found, len(identity) + len(answered) + len(given) - len(found)


def _answer(ask: Ask, answer: Happened) -> Known:
    text: str = answer.event.text  # type: ignore[attr-defined]
    return Known("answer", cut(ask.text, 200), told(text, 300), cite(ask.put.seq, answer.seq))


def _given(events: Sequence[Happened], answers: Collection[int]) -> Iterator[Known]:
    for happened in events:
        if isinstance(happened.event, ev.MessageReceived) and happened.seq not in answers:
            given = dict.fromkeys(match[0] for match in GIVEN.finditer(hidden(happened.event.text)))
            if given:
                about = told(", ".join(given), 200)
                yield Known("given", about, told(happened.event.text, 300), cite(happened.seq))


GIVEN = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w|(?=[\w/-]*\d)[\w/-]{3,}")
"""What a customer gives that somebody could ask for: an address of mail, or whatever has a digit in it."""


def promises_in(
    events: Sequence[Happened], asks: Sequence[Ask], acts: Sequence[Act], trigger: Trigger
) -> Iterator[Promise]:
    """What the customer was told to count on. Free text is not read for promises: no reply may hold one of its own."""
    replies = {h.event.turn: h.seq for h in events if isinstance(h.event, ev.ReplySent)}
    by_people = [h.seq for h in events if isinstance(h.event, ev.PersonReplied)]
    for ask in asks:
        if ask.asked is not None and ask.text:
            answers = (*by_people, replies.get(ask.turn, 0))
            kept = next((seq for seq in answers if seq > ask.put.seq), 0)
            what = f"the customer reads here what {ask.asked.person} says"
            yield Promise("answer", what, ask.expires, bool(kept), cite(ask.put.seq, kept))
    for happened in events:
        if isinstance(happened.event, ev.HandedOver) and happened.event.text:
            kept = next((seq for seq in by_people if seq > happened.seq), 0)
            mine = trigger.event == happened.seq
            due = trigger.due if mine else happened.event.expires or None
            what = f"{trigger.person if mine else happened.event.to} answers the customer here"
            yield Promise(
                "answer", what, due, bool(kept), cite(happened.seq, *(trigger.seqs if mine else ()), kept)
            )
    for act in acts:
        if act.undo_until is not None and act.status == "done":
            yield Promise("undo", f"{named(act)} can be taken back", act.undo_until, False, act.evidence)


def _quote(happened: Happened) -> Quote:
    return Quote(happened.seq, happened.at, told(happened.event.text))  # type: ignore[attr-defined]


def _speaker(shown: Shown) -> str:
    return {"message": "customer", "person": shown.person or "a person"}.get(shown.kind, "desk")
