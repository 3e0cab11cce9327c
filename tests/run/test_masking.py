"""Card numbers are masked before anything is stored, wherever they come from; a live run reads what a replay will."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field
from tests.run.asking import ADA, desk_of, lead, polite, say

from segue import Caller, Desk, Draft, Else, Message, Progress, Refine, Withdrawn, caller, step
from segue.errors import BadInput
from segue.journals.sqlite import SqliteJournal
from segue.run import events as ev
from segue.run import reception
from segue.run.facts import FactBook
from segue.run.reception import person_answers, person_replies
from segue.testing import talk

SECRET = ["4111111111111111", "5500000000000004", "378282246310005", "6011000990139424", "30569309025904"]
SECRET += ["3530111333300000", "4012888888881881"]
SAID, FILE, CLAIM, FOUND, WHY, PERSON, SHOWN = SECRET


@dataclass(frozen=True)
class Payment:
    card: str
    said: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Strict:
    card: Annotated[str, Field(pattern=r"^\d{16}$")]


@dataclass(frozen=True)
class Verdict:
    text: str


@dataclass(frozen=True)
class Which:
    text: str


def spaced(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def the_desk(read: list[Any]) -> Desk:
    @step
    async def fails(message: Message) -> Payment:
        raise ValueError(f"card {WHY} was declined")

    @step
    async def finds(message: Message, *, progress: Progress) -> Payment:
        progress.say(f"Charging {SHOWN}")
        return Payment(f"paid with {FOUND}", message.text, (FOUND,))

    @step
    async def answer(message: Message) -> Which | Withdrawn | Else:
        return Which(message.text)

    @step
    async def write(payment: Payment, verdict: Verdict, which: Which) -> Draft:
        read.extend([payment, verdict, which])
        return Draft(f"{payment.said} {payment.card} {verdict.text} {which.text} {SAID}")

    return desk_of(
        fails.or_else(finds),
        caller.gives(Which, asking="which", reader=answer),
        lead.gives(Verdict),
        Refine(write, against=[polite]),
    )


async def tell_cards(path: Path) -> tuple[list[Any], list[ev.Event], bytes]:
    """A conversation full of card numbers: what the last step read, the events, and all that is on disk."""
    read: list[Any] = []
    who = Caller("ada", "verified", {"card": CLAIM})
    async with the_desk(read).open(SqliteJournal(path)) as office:
        id = await office.begin(caller=who)
        attachment = {"name": f"{FILE}.pdf", "media_type": "text/plain", "url": f"https://files.test/{FILE}"}
        await reception.customer_says(office, id, "1", f"my card {spaced(SAID)}", attachments=[attachment])
        assert await reception.outcome_of(office, id, "1", 20)
        await say(office, id, "2", f"that of {SAID}")
        (wait,) = await reception.waiting(office)
        fields = {"text": f"take {spaced(PERSON)}"}
        await person_answers(office, wait, by="kim", id="a", fields=fields, kind="Verdict")
        events = []
        async for happened in office.follow(id):
            assert not isinstance(happened, Exception)
            events.append(happened.event)
            if isinstance(happened.event, ev.TurnFinished):
                break
        stored = on_disk(path)
    return read, events, stored + on_disk(path)


def on_disk(path: Path) -> bytes:
    """The file, and those that SQLite puts beside it."""
    files = [*path.parent.glob(f"{path.name}*")]
    assert path in files
    return b"".join(file.read_bytes() for file in files)


def leaked(stored: bytes) -> list[str]:
    """The card numbers that stand somewhere in there, in one piece or in fours."""
    return [n for n in SECRET if n.encode() in stored or spaced(n).encode() in stored]


async def test_no_card_number_is_ever_in_the_file_of_the_journal(tmp_path: Path) -> None:
    read, events, stored = await tell_cards(tmp_path / "journal.db")

    (reply,) = [event.text for event in events if isinstance(event, ev.ReplySent)]
    assert reply.count("•••• •••• ••••") == 5
    failed = next(event for event in events if isinstance(event, ev.StepFailed))
    assert failed.why == "ValueError: card •••• •••• •••• 5904 was declined"
    shown = next(event for event in events if isinstance(event, ev.ProgressShown))
    assert shown.text == "Charging •••• •••• •••• 1881"
    payment, verdict, which = read
    assert payment.items == ("•••• •••• •••• 9424",)
    assert (verdict.text, which.text) == ("take •••• •••• •••• 0000", "that of •••• •••• •••• 1111")
    assert "•••• 9424".encode() in stored
    assert leaked(stored) == []


async def test_without_masking_every_one_of_them_would_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("facts.mask_json", "office.mask_json", "calls.mask_cards", "progress.mask_cards"):
        monkeypatch.setattr(f"segue.run.{name}", lambda written: written)
    _, _, stored = await tell_cards(tmp_path / "journal.db")
    assert leaked(stored) == SECRET


async def test_what_a_person_writes_to_the_customer_is_masked() -> None:
    async with talk(desk_of(lead.takes_over()), caller=ADA) as customer:
        await customer.says("hello")
        (wait,) = await customer.waiting()
        await person_replies(await customer.office(), wait, by="kim", id="1", text=f"Card {PERSON} it is")
        assert (await customer.event(ev.PersonReplied)).text == "Card •••• •••• •••• 0000 it is"


async def test_the_same_message_again_is_still_the_same() -> None:
    async with talk(desk_of(lead.takes_over()), caller=ADA) as customer:
        office = await customer.office()
        for new in (True, False):
            assert (await reception.customer_says(office, customer.id, "1", f"card {SAID}")).new is new


def test_a_live_value_is_what_will_be_read_from_the_journal() -> None:
    book = FactBook([Payment])
    given = Payment(FOUND, "no card", (SAID, "x"))
    held = book.hold(given, {Payment})
    assert held.value == book.written(held.data).value == Payment("•••• •••• •••• 9424", "no card", (
        "•••• •••• •••• 1111", "x"
    ))  # fmt: skip
    clean = Payment("none", "nothing")
    assert book.hold(clean, {Payment}).value is clean  # nothing in it can change


async def test_a_fact_that_must_hold_a_whole_card_number_is_a_mistake_and_says_so() -> None:
    @step
    async def charges(message: Message) -> Strict:
        return Strict(SAID)

    @step
    async def write(payment: Strict) -> Draft:
        return Draft("paid")

    async with talk(desk_of(charges, Refine(write, against=[polite]))) as customer:
        assert "colleague" in await customer.says("pay")
        failed = await customer.event(ev.StepFailed)
        assert failed.reason == "bug"
        assert "cannot be read again, card numbers masked" in failed.why
        assert SAID not in failed.why


async def test_a_form_with_a_field_for_a_whole_card_number_is_refused() -> None:
    @step
    async def write(strict: Strict) -> Draft:
        return Draft("paid")

    async with talk(desk_of(lead.gives(Strict), Refine(write, against=[polite]))) as customer:
        await customer.says("pay")
        (wait,) = await customer.waiting()
        office = await customer.office()
        with pytest.raises(BadInput, match="card"):
            await person_answers(office, wait, by="kim", id="a", fields={"card": SAID}, kind="Strict")
