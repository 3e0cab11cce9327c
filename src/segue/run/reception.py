"""Reception: checks what customers and people send before it is accepted, and says what became of it."""

import asyncio
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import orjson
from pydantic import ValidationError

from segue.errors import BadInput, Conflict, NotAllowed, NotFound
from segue.flow.builtin import Message
from segue.flow.receipts import Approval
from segue.flow.undoing import UndoAsked
from segue.run.codec import Happened
from segue.run.deeds import deeds
from segue.run.events import MessageReceived
from segue.run.facts import Held
from segue.run.inbox import CUSTOMER
from segue.run.journal import Receipt, Wait
from segue.run.office import Office

LONGEST = 20_000
"""Characters of a message."""

LONGEST_ID = 200

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


async def customer_says(
    office: Office,
    conversation: str,
    message_id: str,
    text: str,
    *,
    language: str = "",
    attachments: Sequence[Mapping[str, str]] = (),
) -> Receipt:
    """Accept a customer's message, durably. An id used before is not accepted again; see `outcome_of`.

    BadInput says what is wrong with it; Conflict that the id was used for another message.
    """
    body: dict[str, Any] = {"text": clean_text(text)}
    if language:
        body["language"] = language
    if attachments:
        body["attachments"] = [_attachment(attachment) for attachment in attachments]
    if office.flow_for_messages is None:
        raise BadInput("this desk takes no messages: none of its flows is started by one")
    receipt = await office.deliver(conversation, CUSTOMER, clean_id(message_id), "message", body)
    if not receipt.same:
        raise Conflict(f"message_id {message_id!r} was used before for another message; use a new one")
    return receipt


async def outcome_of(
    office: Office, conversation: str, message_id: str, seconds: float = 0.0
) -> Sequence[Happened]:
    """Everything since a message up to and with its outcome; empty while there is none within `seconds`."""
    with office.feed.watch(conversation) as coming:  # before anything is read, so that nothing is missed
        receipt = await office.journal.receipt(conversation, CUSTOMER, message_id)
        if receipt is None:
            await office.journal.head(conversation)  # or there is no such conversation
            raise NotFound(f"there is no message {message_id!r} in this conversation")
        seq = receipt.seq
        since = [] if seq is None else await office.events(conversation, seq - 1)
        for n, happened in enumerate(since, 1):
            if seq in getattr(happened.event, "covers", ()):
                return since[:n]
        try:
            async with asyncio.timeout(max(seconds, 0.05)):
                async for item in coming:
                    if isinstance(item, Exception) or (since and item.seq <= since[-1].seq):
                        continue
                    event = item.event
                    if isinstance(event, MessageReceived) and (event.source, event.id) == (
                        CUSTOMER,
                        message_id,
                    ):
                        seq = item.seq
                    if seq is not None:
                        since.append(item)
                        if seq in getattr(event, "covers", ()):
                            return since
        except TimeoutError:
            pass
        return ()  # also when the desk closed meanwhile


async def told(
    office: Office, conversation: str, *, fact: str, fields: Mapping[str, Any], by: str, id: str | None = None
) -> Receipt:
    """Something happened outside, named by its fact; `office.tell` for those who have no Python object of it."""
    starts = {office.book.name_of(flow.takes[0]): flow.takes[0] for flow in office.desk.flows.values()}
    ours = (Message, UndoAsked)  # for which there are other ways
    cls = starts.get(fact)
    if cls is None or cls in ours:
        there = ", ".join(sorted(name for name, cls in starts.items() if cls not in ours)) or "none"
        raise BadInput(f"no flow of this desk is started by a {fact!r} (there is: {there})")
    value = _filled_in(office, cls, fact, fields).value
    receipt = await office.tell(conversation, value, by=_author(by), id=None if id is None else clean_id(id))
    return _unless_other(receipt, id or "")


async def waiting(office: Office, limit: int = 1000) -> Sequence[Wait]:
    """Who waits for a person, oldest first."""
    return await office.journal.waits(("ask", "handover"), limit)


async def person_replies(
    office: Office,
    wait: Wait,
    *,
    by: str,
    id: str,
    text: str = "",
    then: Literal["keep", "return", "close"] = "keep",
) -> Receipt:
    """A person writes to a customer who was handed over; `then` keeps, returns or closes the conversation."""
    if then not in ("keep", "return", "close"):
        raise BadInput(f"then is {then!r}; it must be keep, return or close")
    if not text.strip() and then == "keep":
        raise BadInput("text is empty; write something, or return or close the conversation")
    body = {"wait": wait.id, "text": clean_text(text) if text.strip() else "", "then": then}
    receipt = await office.deliver(wait.conversation, _author(by), clean_id(id), "reply", body)
    return _unless_other(receipt, id)


async def person_answers(
    office: Office,
    wait: Wait,
    *,
    by: str,
    id: str,
    fields: Mapping[str, Any],
    kind: str,
    roles: Collection[str] | None = None,
) -> Receipt:
    """A person answers what a turn asked for; BadInput says which field is wrong.

    `roles` are whom of the desk's people they may speak for (None: for all); NotAllowed when it asks another.
    Conflict when they approve of another call than they were shown; NotFound when the time to answer is over.
    """
    if roles is not None and wait.queue not in roles:
        raise NotAllowed(f"{wait.queue} is asked, and {_author(by)} may not answer for them")
    if wait.expires is not None and office.now() > wait.expires:
        raise NotFound(f"nobody waits under {wait.id!r} any more: the time to answer is over")
    cls = office.book.named(kind)
    if cls is None:
        raise BadInput(f"{kind} is asked for, and this desk does not know it any more")
    fact = _filled_in(office, cls, kind, fields)
    if cls is Approval:
        await _check_call(office, wait, fact.value)
    body = {"wait": wait.id, "fact": orjson.Fragment(fact.data)}
    receipt = await office.deliver(wait.conversation, _author(by), clean_id(id), "answer", body)
    return _unless_other(receipt, id)


async def person_settles(
    office: Office,
    conversation: str,
    identity: str,
    *,
    outcome: str,
    by: str,
    id: str,
    reference: str = "",
) -> Receipt:
    """A person says how an action came out of which nobody else can tell: `outcome` is done or not_done.

    NotFound for one that was never begun here, Conflict when it is settled already or still looked into without them.
    """
    if outcome not in ("done", "not_done"):
        raise BadInput(f"outcome is {outcome!r}; it must be done or not_done")
    if len(reference) > LONGEST_ID or not reference.isprintable():
        raise BadInput(f"a reference has at most {LONGEST_ID} printable characters")
    if outcome == "not_done" and reference:
        raise BadInput("what was not done has no reference")
    by, id = _author(by), clean_id(id)
    if await office.journal.receipt(conversation, by, id) is None:
        known = [deed for deed in deeds(await office.events(conversation)) if deed.identity == identity]
        if not known:
            raise NotFound(f"no action {identity!r} was begun in this conversation")
        if not known[-1].open:
            how = known[-1].standing.replace("_", " ")
            raise Conflict(f"{known[-1].action} is {how} already; there is nothing to be settled")
        if known[-1].standing != "with_person":
            raise Conflict(f"{known[-1].action} is still being looked into; nobody is asked yet")
    body = {"identity": identity, "outcome": outcome, "reference": reference}
    return _unless_other(await office.deliver(conversation, by, id, "settle", body), id)


async def _check_call(office: Office, wait: Wait, approval: Approval) -> None:
    """An approval is for the call that was shown and for no other."""
    seq = int(wait.id.rpartition(".")[2])
    (asked,) = office.unseal(await office.journal.read(wait.conversation, seq - 1, 1))
    about = getattr(asked.event, "about", {})
    if about and approval.call != about["call"]:
        raise Conflict("this approves of another call than was shown; look at it again")


def _filled_in(office: Office, cls: type, kind: str, fields: Mapping[str, Any]) -> Held:
    """A fact from its fields, or BadInput that says which of them are wrong."""
    try:
        return office.book.from_form(cls, dict(fields))
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, detail['loc'])) or kind}: {detail['msg']}" for detail in error.errors()
        )
        raise BadInput(f"the fields must be those of a {kind}: {wrong}") from error


def clean_text(text: object) -> str:
    """A text without control characters, or BadInput that says what is wrong with it."""
    if not isinstance(text, str):
        raise BadInput(f"text must be a string, not {type(text).__name__}")
    if len(text) > LONGEST:
        raise BadInput(
            f"text has {len(text):,} characters; at most {LONGEST:,} are read, so please shorten it"
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadInput("text holds half of a surrogate pair, which is no character") from error
    cleaned = _CONTROLS.sub("", text).strip()
    if not any(unicodedata.category(sign)[0] not in "ZC" for sign in cleaned):
        raise BadInput("text is empty; write something")
    return cleaned


def clean_id(id: object) -> str:
    """An id somebody chose, or BadInput."""
    if not isinstance(id, str) or not id.strip() or not id.isprintable() or len(id) > LONGEST_ID:
        raise BadInput(f"an id must be 1 to {LONGEST_ID} printable characters")
    return id


def _attachment(attachment: Mapping[str, str]) -> dict[str, str]:
    """A file that came with a message, or BadInput that says what it lacks."""
    wanted = ("name", "media_type", "url")
    found = {name: value for name, value in attachment.items() if name in wanted and isinstance(value, str)}
    if len(found) < len(wanted) or len(attachment) > len(wanted):
        raise BadInput(f"an attachment has {', '.join(wanted)}, each a string, and nothing else")
    return found


def _author(by: object) -> str:
    """Who a person is at the desk; a name that is no customer's source."""
    if by == CUSTOMER:
        raise BadInput(f"nobody at the desk may be called {CUSTOMER!r}")
    return clean_id(by)


def _unless_other(receipt: Receipt, id: str) -> Receipt:
    if not receipt.same:
        raise Conflict(f"id {id!r} was used before for another answer; use a new one")
    return receipt
