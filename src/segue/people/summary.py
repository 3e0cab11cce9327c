"""Summary: the case in a few sentences, each with the events it says no more than; and what to do next.

Made of fixed sentences, so that a sentence cannot say what its events do not.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from segue.people.acts import is_open, named
from segue.people.bounds import cite, cut
from segue.people.packet import Act, Goal, Policy, Quote, Sentence, Trouble, Who
from segue.people.reasons import REASONS
from segue.people.trigger import Trigger

SAID = 160
"""Characters of what somebody said."""

TELLING = 20
"""Characters from which a message says something without the one before it; "yes please" does not."""


def summary_of(
    who: Who,
    opened: int,
    trigger: Trigger,
    goal: Goal,
    acts: Sequence[Act],
    policies: Sequence[Policy],
    failures: Sequence[Trouble],
    open_question: Quote | None,
    last: Quote | None,
) -> Iterator[Sentence]:
    """In the order in which somebody reads who has half a minute."""
    level = {"verified": "is verified", "claimed": "says that this is who they are"}.get(
        who.level, "is not known"
    )
    yield Sentence(
        f"The customer {who.id} {level}." if who.id else "Who the customer is is not known.", (opened,)
    )
    for quote in goal.before if len(goal.words) < 2 else ():
        yield Sentence(f"Before, they wrote: {_quoted(quote)}.", (quote.event,))
    for quote in goal.words:
        yield Sentence(f"They wrote: {_quoted(quote)}.", (quote.event,))
    yield from (_told(act) for act in acts)
    for trouble in failures:
        then = f"; {trouble.instead} was used instead" if trouble.instead else ""
        then = "; then it worked" if trouble.outcome == "worked_later" else then
        yield Sentence(f"{trouble.what} failed {times(trouble)} ({trouble.why}){then}.", trouble.evidence)
    for policy in policies:
        if policy.kind == "guard":
            yield Sentence(f"The guard {policy.what} objected to a draft: {policy.why}.", (policy.event,))
    if trigger.event:
        asked = trigger.code in ("approval", "question")
        verb = "is asked" if asked else "has it" if trigger.code == "stepped_in" else "was called in"
        yield Sentence(f"{trigger.person} {verb}: {REASONS[trigger.code].sentence}", cite(*trigger.seqs))
    for quote in goal.unanswered:
        yield Sentence(f"Nobody has answered this yet: {_quoted(quote)}.", (quote.event,))
    if open_question is not None:
        yield Sentence(f"The customer has not answered: {_quoted(open_question)}.", (open_question.event,))
    if last is not None:
        yield Sentence(f"The customer last read: {_quoted(last)}.", (last.event,))


def next_steps_of(
    trigger: Trigger, goal: Goal, acts: Sequence[Act], open_question: Quote | None
) -> Iterator[Sentence]:
    """What a person would do now, the most urgent first."""
    for act in acts:
        if act.status == "pending_approval":
            yield Sentence(f"Approve of {named(act)}, or refuse it.", act.evidence)
        elif act.status == "with_person":
            yield Sentence(
                f"Find out at its back end whether {named(act)} was done, and say so; do not do it again before.",
                act.evidence,
            )
        elif act.status == "dropped" and trigger.event in act.evidence:
            yield Sentence(
                f"See whether {named(act)} is still wanted: nobody approved of it yet.", act.evidence
            )
        elif is_open(act):
            yield Sentence(
                f"Leave {named(act)} alone: how it came out is still being looked into.", act.evidence
            )
    if trigger.replied:
        yield Sentence("Go on with the customer, or give the conversation back.", cite(*trigger.seqs))
    elif (advice := REASONS[trigger.code].advice) and trigger.event:
        yield Sentence(advice, cite(*trigger.seqs))
    for quote in goal.unanswered:
        yield Sentence(f"Answer this: {_quoted(quote)}.", (quote.event,))
    if trigger.due is not None and not trigger.replied:
        yield Sentence(
            f"Answer by {moment(trigger.due)}: the customer was told that somebody will.", cite(*trigger.seqs)
        )
    if open_question is not None:
        yield Sentence(
            f"Nothing to do before the customer answers: {_quoted(open_question)}.", (open_question.event,)
        )


def headline_of(trigger: Trigger, goal: Goal, acts: Sequence[Act]) -> str:
    """One line for a list."""
    title = REASONS[trigger.code].title
    pending = next((act for act in acts if is_open(act)), None)
    if pending is not None and trigger.code in ("approval", "unknown_outcome"):
        return cut(f"{title}: {named(pending)}", 160)
    said = [*goal.before, *goal.words][-2:]
    telling = said if said and len(said[-1].text) < TELLING else said[-1:]
    return cut(": ".join([title, *([" – ".join(map(_quoted, telling))] if telling else [])]), 160)


def times(trouble: Trouble) -> str:
    """`once`, `3 times`."""
    return "once" if trouble.times == 1 else f"{trouble.times} times"


def moment(at: int) -> str:
    """`2026-05-03 14:05 UTC`."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _told(act: Act) -> Sentence:
    what = named(act)
    because = f" ({act.why})" if act.why else ""
    said = {
        "pending_approval": f"{what} waits for {act.person} to approve of it, and is not done{because}",
        "under_way": f"{what} is under way",
        "unknown": f"It is not known whether {what} was done{because}",
        "with_person": f"It is not known whether {what} was done, and a person is to find out{because}",
        "done": f"{what} was done" + (f", reference {act.reference}" if act.reference else ""),
        "not_done": f"{what} was not done{because}",
        "undone": f"{what} was done and taken back",
        "replaced": f"{what} was done, and something later took its place",
        "refused": f"{act.person} refused {what}, so it was not done{because}",
        "expired": f"{act.person} did not say in time whether to do {what}, so it was not done",
        "dropped": f"{what} was to be approved of, and is not wanted any more, so it was not done",
    }
    return Sentence(f"{said[act.status]}.", act.evidence)


def _quoted(quote: Quote) -> str:
    return f"“{cut(' '.join(quote.text.split()), SAID)}”"
