"""Applying: what each kind of event changes in the state of a conversation.

One function for every kind that is not simply fed to a walk. It may answer with what the event's turn wants then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from segue.flow.budget import Spent
from segue.flow.builtin import Attachment, Caller, Conversation, Message, Summary
from segue.flow.receipts import ActionConflict, AlreadyDone, Receipt
from segue.run import events as ev
from segue.run.codec import Happened
from segue.run.entries import Entry, Standing, bounded
from segue.run.facts import Held
from segue.run.journal import Owner
from segue.run.outcome import Handover
from segue.run.turn import Answered, Turn
from segue.run.waits import HANDOVER, Open
from segue.run.walk import Kept
from segue.run.wants import AskCustomer, AskPersonFor, Run, Want

if TYPE_CHECKING:
    from segue.run.fold import State


def _opened(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.ConversationOpened = happened.event  # type: ignore[assignment]
    state.conversation = Conversation(state.id, event.channel, event.language, event.tenant, event.brand)
    state.caller = Caller(event.caller, event.level, dict(event.claims))  # type: ignore[arg-type]
    state.settle = round(state.settles.get(event.channel, 0) * 1000)


def _received(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.MessageReceived = happened.event  # type: ignore[assignment]
    attachments = tuple(Attachment(**attachment) for attachment in event.attachments)
    language = event.language or state.conversation.language
    state.spoken = language
    state.messages[happened.seq] = state.book.given(Message((event.text,), language, attachments))
    state.uncovered[happened.seq] = happened.at
    if state.owner == "closed":
        _move(state, "ai")
    state.say("customer", event.text)


def _told(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.FactTold = happened.event  # type: ignore[assignment]
    state.told[happened.seq] = event.fact
    if state.owner == "closed":
        _move(state, "ai")


def _turn_started(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.TurnStarted = happened.event  # type: ignore[assignment]
    turn = Turn(event.turn, state.flows.get(event.flow), event.flow, happened.at, event.deadline)
    turn.messages = [seq for seq in event.because if seq not in state.told]
    state.turns[event.turn] = turn
    state.last_turn = event.turn
    if not turn.messages:
        turn.acted = True  # nothing that a customer wrote, so nothing to be written further
        (seq,) = event.because
        return turn.start(state, state.told.pop(seq), happened.at, {})
    earlier, state.earlier = state.earlier, {}
    return turn.start(state, _together(state, event.because), happened.at, earlier)


def _turn_resumed(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.TurnResumed = happened.event  # type: ignore[assignment]
    if turn is not None:
        turn.resumes, turn.deadline = event.n, event.deadline


def _turn_finished(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.TurnFinished = happened.event  # type: ignore[assignment]
    if state.last_turn == 0 and event.snapshot is not None:
        state.restore(event.snapshot)
    state.turns.pop(event.turn, None)
    state.superseded = 0
    for wait in [w for w in state.waits.values() if w.turn == event.turn and w.kind != "handover"]:
        del state.waits[wait.id]
    if not state.turns:
        state.messages = {seq: state.messages[seq] for seq in state.uncovered if seq in state.messages}
        state.declined &= set(state.uncovered)
        if not state.uncovered and not state.told:
            state.base = happened.seq
            state.ledger = bounded(state.ledger)


def _turn_superseded(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    state.superseded += 1
    if turn is None:
        return ()
    del state.turns[turn.number]
    if turn.walk is None:
        return ()
    state.earlier = {**state.earlier, **turn.walk.earlier, **turn.walk.results}
    return turn.walk.stop()


def _deadline_passed(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    if turn is None:
        return ()
    doing = ", ".join(path for path, _ in turn.wants) or "nothing"
    return turn.stop(Handover("", "deadline", "", f"the turn took too long; it was at {doing}"))


def _model_answered(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.ModelAnswered = happened.event  # type: ignore[assignment]
    took = max(0, round(event.took - event.waited))
    spent = Spent(event.tokens[0] + event.tokens[1], event.micros or 0, took, 1)
    state.spent += spent
    if turn is not None:
        turn.spent += spent
        _answered(turn, event)


def _tool_answered(state: "State", happened: Happened, turn: Turn | None) -> None:
    if turn is not None:
        _answered(turn, happened.event)  # type: ignore[arg-type]


def _answered(turn: Turn, event: Answered) -> None:
    """Whoever was left behind may ask on, and what that is answered is nobody's any more."""
    if (event.path, event.attempt) in turn.wants:
        turn.answers.setdefault(event.path, {})[event.call] = event


def _model_failed(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.ModelFailed = happened.event  # type: ignore[assignment]
    spent = Spent(took=round(event.took), requests=1)
    state.spent += spent
    if turn is not None:
        turn.spent += spent
        turn.unanswered.add((event.path, event.attempt))


def _step_failed(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    """What it was answered is used by another attempt only where the failure was that something gave no answer."""
    event: ev.StepFailed = happened.event  # type: ignore[assignment]
    if turn is None:
        return ()
    if (event.path, event.attempt) not in turn.unanswered:
        turn.answers.pop(event.path, None)
    return turn.send(happened.at, event)


def _step_finished(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.StepFinished = happened.event  # type: ignore[assignment]
    if turn is None:
        return ()
    turn.answers.pop(event.path, None)
    want = turn.wants.get((event.path, event.attempt))
    wants = turn.send(happened.at, event)
    # A flow that was changed since may give something else there, which has broken the turn.
    if not isinstance(want, Run) or turn.flow is None or turn.broken is not None:
        return wants
    if event.inputs or Summary in want.place.gives:
        case = event.fact.among(want.place.gives)
        if case is Summary:
            state.sum_up(event.fact.value.text, turn.began)
        if event.inputs and isinstance(case, type) and case in turn.flow.keeps:
            state.kept[case] = Kept(event.fact, want.place.path, event.inputs, happened.at)
    return wants


def _action_began(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.ActionBegan = happened.event  # type: ignore[assignment]
    state.ledger.pop(event.identity, None)  # once more, after it was undone: it is the latest now
    state.ledger[event.identity] = Entry(
        *(event.identity, event.key, event.action, event.object, event.call, event.generation),
        turn=event.turn,
        path=event.path,
        attempt=event.attempt,
        began=happened.seq,
        seq=happened.seq,
        at=happened.at,
        sends_until=event.sends_until,
        look_at=happened.at,
        amount=event.amount,
        currency=event.currency,
        undoes=event.undoes,
        replaces=tuple(event.replaces),
        undid=event.undid,
        told=event.told,
        facts=event.facts or (),
        receipt=event.receipt or None,
    )
    if turn is not None:
        turn.acted = True
        turn.begun((event.path, event.attempt))


def _action_again(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.ActionAgain = happened.event  # type: ignore[assignment]
    if (entry := state.ledger.get(event.identity)) is not None:
        state.ledger[event.identity] = replace(
            entry, sent=event.n, sends_until=event.sends_until, look_at=happened.at
        )


def _action_done(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.ActionDone = happened.event  # type: ignore[assignment]
    entry = state.ledger.get(event.identity)
    if entry is not None:
        receipt = event.receipt or entry.receipt
        state.ledger[event.identity] = replace(
            entry, standing="done", seq=happened.seq, fact=event.fact or None, receipt=receipt
        )
        for retired in event.retires:
            if (other := state.ledger.get(retired)) is not None and other.standing == "done":
                undone: Standing = "undone" if retired == entry.undoes else "replaced"
                state.ledger[retired] = replace(other, standing=undone, seq=happened.seq)
        for case in state.changed_by(entry.action):
            state.kept.pop(case, None)
    return _tell(turn, happened)


def _action_not_done(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.ActionNotDone = happened.event  # type: ignore[assignment]
    if (entry := state.ledger.get(event.identity)) is not None:
        state.ledger[event.identity] = replace(entry, standing="not_done", seq=happened.seq, why=event.why)
    return _tell(turn, happened)


def _action_unknown(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.ActionUnknown = happened.event  # type: ignore[assignment]
    if (entry := state.ledger.get(event.identity)) is not None:
        state.ledger[event.identity] = replace(
            entry,
            unknown=True,
            tries=event.tries,
            look_at=event.look_at,
            with_person=entry.with_person or event.told,
            why=event.why,
        )
    return _tell(turn, happened) if event.told else ()


def _action_declined(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.ActionDeclined = happened.event  # type: ignore[assignment]
    if turn is None:
        return ()
    fact: AlreadyDone | ActionConflict = event.fact.value
    turn.known.append(fact.receipt)
    return turn.send(happened.at, event)


def _tell(turn: Turn | None, happened: Happened) -> Sequence[Want]:
    """Feed the walk that wanted an action, if it still does."""
    event: Any = happened.event
    if turn is None or (event.path, event.attempt) not in turn.wants:
        return ()
    return turn.send(happened.at, event)


def _progress_shown(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.ProgressShown = happened.event  # type: ignore[assignment]
    state.progress = (event.turn, event.text)


def _reply_sent(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.ReplySent = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    state.say("desk", event.text)


def _customer_asked(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.CustomerAsked = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    if (open_one := state.question) is not None:  # it has to wait now, and is put again later
        del state.waits[open_one.id]
        if (other := state.turns.get(open_one.turn)) is not None:
            other.asked.discard(open_one.key)
    state.say("desk", event.text)
    key = (event.path, event.attempt)
    id, remind = state.wait_id(happened.seq), event.remind or None
    who, since = "caller", happened.at
    question = Open(
        id, "question", event.turn, key, who, since, event.expires, remind=remind, text=event.text
    )
    state.open(question)
    return turn.put(key, AskCustomer) if turn is not None else ()


def _customer_reminded(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.CustomerReminded = happened.event  # type: ignore[assignment]
    state.say("desk", event.text)
    if (question := state.question) is not None:
        state.waits[question.id] = replace(question, remind=None)


def _answer_offered(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.AnswerOffered = happened.event  # type: ignore[assignment]
    if turn is None:
        return ()
    turn.messages.append(event.message)
    turn.deadline = happened.at + turn.allowance
    state.declined.add(event.message)  # offered once; whoever reads it may take it
    return turn.send(happened.at, event)


def _person_asked(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.PersonAsked = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    if event.text:
        state.say("desk", event.text)
    key = (event.path, event.attempt)
    id, since = state.wait_id(happened.seq), happened.at
    wait = Open(id, "ask", event.turn, key, event.person, since, event.expires, event.wants)
    state.open(replace(wait, receipt=_pending(event)) if event.about else wait)
    return turn.put(key, AskPersonFor) if turn is not None else ()


def _pending(event: ev.PersonAsked) -> Receipt:
    """What waits for approval, as receipts tell of it."""
    about = event.about
    amount = None if about["amount"] is None else Decimal(about["amount"])
    kinds, label = tuple(about["kinds"]), about["object"]
    return Receipt(about["action"], kinds, label, amount, about["currency"], status="pending")


def _person_answered(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.PersonAnswered = happened.event  # type: ignore[assignment]
    if turn is None:
        return ()
    turn.deadline = happened.at + turn.allowance
    where = (turn.number, (event.path, event.attempt))
    asked = next((wait.receipt for wait in state.waits.values() if (wait.turn, wait.key) == where), None)
    if asked is not None and not event.fact.value.granted:
        turn.known.append(replace(asked, status="not_done"))
    return turn.send(happened.at, event)


def _wait_expired(state: "State", happened: Happened, turn: Turn | None) -> Sequence[Want]:
    event: ev.WaitExpired = happened.event  # type: ignore[assignment]
    if turn is None:
        return ()
    turn.deadline = happened.at + turn.allowance
    return turn.send(happened.at, event)


def _handed_over(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.HandedOver = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    state.say("desk", event.text)
    _move(state, "human")
    for other in state.turns.values():
        if other is not turn and other.broken is None:
            wants = other.stop(Handover(event.to, event.reason, event.path, event.why))
            state.stopped.extend((other, want) for want in wants)
    id, since = state.wait_id(happened.seq), happened.at
    state.open(Open(id, "handover", event.turn, ("", 0), event.to, since, event.expires, event.reason))


def _overdue(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.HandoverOverdue = happened.event  # type: ignore[assignment]
    state.say("desk", event.text)
    id = state.wait_id(event.handover)
    if (wait := state.waits.get(id)) is not None:
        state.waits[id] = replace(wait, who=event.to, expires=event.expires)


def _notice_sent(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.NoticeSent = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    state.say("desk", event.text)


def _passed_on(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.MessagePassedOn = happened.event  # type: ignore[assignment]
    state.cover(event.covers)
    for seq in event.covers:
        state.messages.pop(seq, None)


def _person_replied(state: "State", happened: Happened, turn: Turn | None) -> None:
    event: ev.PersonReplied = happened.event  # type: ignore[assignment]
    state.say("person", event.text)
    for wait in [w for w in state.waits.values() if w.kind == "handover"]:  # it is being taken care of
        state.waits[wait.id] = replace(wait, expires=max(wait.expires, happened.at + HANDOVER))
    if state.owner != "human":
        _move(state, "human")


def _returned(state: "State", happened: Happened, turn: Turn | None) -> None:
    _end_handover(state)
    _move(state, "ai")


def _closed(state: "State", happened: Happened, turn: Turn | None) -> None:
    _end_handover(state)
    _move(state, "closed")


APPLY: Mapping[type[ev.Event], Any] = {
    ev.ConversationOpened: _opened,
    ev.MessageReceived: _received,
    ev.FactTold: _told,
    ev.MessagePassedOn: _passed_on,
    ev.NoticeSent: _notice_sent,
    ev.TurnStarted: _turn_started,
    ev.TurnResumed: _turn_resumed,
    ev.TurnFinished: _turn_finished,
    ev.TurnSuperseded: _turn_superseded,
    ev.DeadlinePassed: _deadline_passed,
    ev.StepFinished: _step_finished,
    ev.StepFailed: _step_failed,
    ev.ModelAnswered: _model_answered,
    ev.ModelFailed: _model_failed,
    ev.ToolAnswered: _tool_answered,
    ev.ToolFailed: lambda state, happened, turn: (),
    ev.ActionBegan: _action_began,
    ev.ActionAgain: _action_again,
    ev.ActionDone: _action_done,
    ev.ActionNotDone: _action_not_done,
    ev.ActionUnknown: _action_unknown,
    ev.ActionDeclined: _action_declined,
    ev.LateResult: lambda state, happened, turn: (),
    ev.LoopBlocked: lambda state, happened, turn: (),
    ev.ProgressShown: _progress_shown,
    ev.ReplySent: _reply_sent,
    ev.CustomerAsked: _customer_asked,
    ev.CustomerReminded: _customer_reminded,
    ev.AnswerOffered: _answer_offered,
    ev.PersonAsked: _person_asked,
    ev.PersonAnswered: _person_answered,
    ev.WaitExpired: _wait_expired,
    ev.HandedOver: _handed_over,
    ev.HandoverOverdue: _overdue,
    ev.PersonReplied: _person_replied,
    ev.ConversationReturned: _returned,
    ev.ConversationClosed: _closed,
}


def _move(state: "State", owner: Owner) -> None:
    """Every change of owner raises the epoch."""
    state.owner = owner
    state.epoch += 1


def _end_handover(state: "State") -> None:
    for wait in [w for w in state.waits.values() if w.kind == "handover"]:
        del state.waits[wait.id]


def _together(state: "State", seqs: Sequence[int]) -> Held:
    """A message, or several fragments as one."""
    if len(seqs) == 1:
        return state.messages[seqs[0]]
    messages: list[Message] = [state.messages[seq].value for seq in seqs]
    parts = tuple(part for message in messages for part in message.parts)
    attachments = tuple(a for message in messages for a in message.attachments)
    return state.book.given(Message(parts, messages[-1].language, attachments))
