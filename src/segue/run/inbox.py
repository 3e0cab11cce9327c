"""Inbox: what was delivered becomes events, in order."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson

from segue.run import events as ev
from segue.run import settling
from segue.run.journal import Parcel

if TYPE_CHECKING:
    from segue.run.engine import Engine

log = logging.getLogger("segue")

CUSTOMER = "customer"
"""The source of what a customer sends."""


def read(engine: "Engine", parcel: Parcel) -> int:
    """Make an event of a parcel; its sequence number. What cannot be read is recorded as dropped."""
    try:
        body: dict[str, Any] = orjson.loads(parcel.body)
        seq = _PARCELS[parcel.kind](engine, parcel, body)
    except (KeyError, TypeError, ValueError) as error:
        log.error("what %s delivered to %s cannot be read: %r", parcel.source, engine.state.id, error)
        seq = engine.record(ev.DeliveryDropped(parcel.source, parcel.id, f"it cannot be read: {error!r}"))
    return seq


def _read_message(engine: "Engine", parcel: Parcel, body: dict[str, Any]) -> int:
    attachments = tuple(body.get("attachments", ()))
    language = _language_of(engine, body["text"]) or body.get("language", "")
    message = ev.MessageReceived(parcel.source, parcel.id, body["text"], language, attachments)
    return engine.record(message)


def _language_of(engine: "Engine", text: str) -> str:
    """The language a message is written in, if the desk can tell; else the one before."""
    tell = engine.office.desk.language_of
    if tell is None:
        return ""
    try:
        told = tell(text)
    except Exception:
        log.exception("the desk's language_of failed")
        told = ""
    return told if told in engine.office.desk.languages else engine.state.spoken


def _read_fact(engine: "Engine", parcel: Parcel, body: dict[str, Any]) -> int:
    fact = engine.office.book.written(orjson.dumps(body["fact"]))
    return engine.record(ev.FactTold(parcel.source, parcel.id, fact))


def _read_answer(engine: "Engine", parcel: Parcel, body: dict[str, Any]) -> int:
    wait = engine.state.waits.get(body["wait"])
    late = wait is not None and parcel.at > wait.expires
    if wait is None or late or wait.turn not in engine.state.turns:
        return engine.record(ev.DeliveryDropped(parcel.source, parcel.id, "nobody waits for this any more"))
    fact = engine.office.book.written(orjson.dumps(body["fact"]))
    return engine.record(ev.PersonAnswered(wait.turn, *wait.key, parcel.source, parcel.id, fact))


def _read_reply(engine: "Engine", parcel: Parcel, body: dict[str, Any]) -> int:
    wait = engine.state.waits.get(body["wait"])
    if wait is None or wait.kind != "handover":
        return engine.record(ev.DeliveryDropped(parcel.source, parcel.id, "it is with nobody any more"))
    seq = 0
    if body.get("text"):
        seq = engine.record(ev.PersonReplied(parcel.source, parcel.id, body["text"]))
    then = body.get("then", "keep")
    if then != "keep":
        event = ev.ConversationReturned if then == "return" else ev.ConversationClosed
        seq = engine.record(event(parcel.source, parcel.id))
    return seq or engine.record(ev.DeliveryDropped(parcel.source, parcel.id, "there was nothing in it"))


def _read_settlement(engine: "Engine", parcel: Parcel, body: dict[str, Any]) -> int:
    entry = engine.state.ledger.get(body["identity"])
    if entry is None or not entry.open or not entry.with_person:
        return engine.record(
            ev.DeliveryDropped(parcel.source, parcel.id, "nobody is asked about this any more")
        )
    return settling.settle(engine.ledger, entry, body["outcome"], parcel.source, body.get("reference", ""))


_PARCELS: dict[str, Callable[["Engine", Parcel, dict[str, Any]], int]] = {
    "message": _read_message,
    "fact": _read_fact,
    "answer": _read_answer,
    "reply": _read_reply,
    "settle": _read_settlement,
}
