"""Packing: makes the packet of a conversation from its events, in milliseconds and without a model.

    packet = pack(await office.events(id), conversation=id, desk=desk)

A function of the events alone: a packet says how things stood after the last of them.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from segue.flow.action import Action
from segue.flow.builtin import Level
from segue.flow.step import Step
from segue.flow.tree import static_path
from segue.people.acts import acts_in, is_open, weighty
from segue.people.asks import Ask, asks_in
from segue.people.bounds import cut, latest, line, told
from segue.people.found import ToolsAt, found_in
from segue.people.packet import VERSION, Header, Packet, Quote, Returns, Who, Why
from segue.people.reasons import REASONS
from segue.people.saying import goal_of, known_in, lines_in, promises_in, told_last
from segue.people.summary import headline_of, next_steps_of, summary_of, times
from segue.people.trigger import Trigger, trigger_of
from segue.people.troubles import policies_in, troubles_in
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.desk import Desk

MOST = {
    **{"facts": 30, "actions": 30, "promises": 20, "policies": 20, "failures": 20},
    **{"do_not_ask": 30, "transcript": 60},
}
"""How many of each are in a packet; the latest."""

TOLD = 8
"""Actions, failures and objections that the summary tells of each."""


def pack(
    events: Sequence[Happened], *, conversation: str, desk: Desk | None = None, not_read: int = 0
) -> Packet:
    """The packet of these events. `desk` names queues and tools; `not_read` events are not among them."""
    left_out = {"events": not_read} if not_read else {}
    tools_at = _tools_of(desk)
    asks = asks_in(events)
    trigger, owner = trigger_of(events, asks)
    opened = next((h for h in events if isinstance(h.event, ev.ConversationOpened)), None)
    who = _who(opened)
    acts, more_acts = acts_in(events, asks, MOST["actions"])
    facts, more_facts = found_in(events, tools_at, MOST["facts"])
    known, more_known = known_in(events, asks, who, MOST["do_not_ask"])
    more = {"actions": more_acts, "facts": more_facts, "do_not_ask": more_known}
    left_out |= {name: count for name, count in more.items() if count}
    failures = troubles_in(events, tools_at)
    mine = [
        one for one in failures if not trigger.path or one.evidence[-1] <= (trigger.event or events[-1].seq)
    ]
    policies = policies_in(events)
    lines = lines_in(events)
    goal = goal_of(events, trigger)
    last, open_question = told_last(lines), _open_question(asks)
    pending = [act for act in acts if is_open(act)]
    summary = summary_of(
        *(
            who,
            opened.seq if opened else 0,
            trigger,
            goal,
            weighty(acts, is_open, TOLD),
            policies[-TOLD:],
            failures[-TOLD:],
        ),
        *(open_question, last),
    )
    reason = REASONS[trigger.code]
    header = Header(
        packet_version=VERSION,
        conversation=conversation,
        until=events[-1].seq if events else 0,
        as_of=events[-1].at if events else 0,
        reason=trigger.code,
        reason_event=trigger.event,
        headline=line(headline_of(trigger, goal, acts), 160),
        priority="urgent" if any(act.status == "with_person" for act in acts) else reason.priority,
        person=line(trigger.person, 60),
        queue=line(_queue(trigger.person, desk), 60),
        skills=tuple(dict.fromkeys(line(kind, 24) for act in pending for kind in act.kinds))[:8],
        owner=owner,
        customer=line(who.id, 120),
        level=who.level,
        since=trigger.since,
        due=trigger.due,
        open_actions=len(pending),
        **_setting(events, opened),
    )
    return Packet(
        header=header,
        why=Why(
            *(trigger.code, reason.sentence, trigger.reason, told(trigger.detail), trigger.path),
            tried=tuple(f"{one.what}, {times(one)}" for one in mine if one.outcome == "failed")[-TOLD:],
        ),
        customer=who,
        goal=goal,
        facts=tuple(facts),
        actions=tuple(acts),
        promises=latest([*promises_in(events, asks, acts, trigger)], MOST["promises"], "promises", left_out),
        policies=latest(policies, MOST["policies"], "policies", left_out),
        failures=latest(failures, MOST["failures"], "failures", left_out),
        summary=tuple(summary),
        next_steps=tuple(next_steps_of(trigger, goal, acts, open_question)),
        do_not_ask=tuple(known),
        open_question=open_question,
        told_last=last,
        transcript=latest(lines, MOST["transcript"], "transcript", left_out),
        trace=f"/api/conversations/{quote(conversation, safe='')}/trace",
        returns=_returns(trigger),
        left_out=left_out,
    ).sealed()


def _tools_of(desk: Desk | None) -> ToolsAt:
    known: Mapping[str, tuple[str, ...]] = {}
    if desk is not None:
        known = {
            place.path: tuple(
                getattr(kind, "__name__", str(kind)) for kind in place.node.signature.tools.values()
            )
            for place in desk.places()
            if isinstance(place.node, Step | Action)
        }
    return lambda path: known.get(static_path(path), ())


def _who(opened: Happened | None) -> Who:
    if opened is None:
        return Who("", "anonymous", {})
    event: ev.ConversationOpened = opened.event  # type: ignore[assignment]
    level: Level = event.level or "anonymous"  # type: ignore[assignment]
    claims = dict(event.claims or {})
    return Who(
        event.caller, level, {cut(name, 50): told(str(claim), 200) for name, claim in [*claims.items()][:20]}
    )


def _setting(events: Sequence[Happened], opened: Happened | None) -> dict[str, str]:
    """Where it takes place, and in the language that the customer wrote last."""
    first = opened.event if opened is not None else None
    if not isinstance(first, ev.ConversationOpened):
        return dict.fromkeys(("tenant", "brand", "channel", "language"), "")
    spoken = [
        h.event.language for h in events if isinstance(h.event, ev.MessageReceived) and h.event.language
    ]
    return {
        **{name: line(getattr(first, name), 60) for name in ("tenant", "brand", "channel")},
        "language": line(spoken[-1] if spoken else first.language, 20),
    }


def _queue(person: str, desk: Desk | None) -> str:
    people = desk.people if desk is not None else {}
    return next((queue for one, queue in people.items() if one.name == person), "")


def _open_question(asks: Sequence[Ask]) -> Quote | None:
    ask = next((ask for ask in reversed(asks) if ask.open and ask.asked is None), None)
    return Quote(ask.put.seq, ask.put.at, told(ask.text)) if ask is not None else None


def _returns(trigger: Trigger) -> Returns:
    if not trigger.event:
        return Returns("not_needed", None, "The AI has the conversation.")
    if trigger.code in ("approval", "question"):
        told = "The AI goes on by itself as soon as this is answered, and without it when the time is up."
        return Returns("with_answer", trigger.due, told)
    told = "The AI says nothing until the conversation is given back; then it answers the next message anew."
    return Returns("after_return", None, told)
