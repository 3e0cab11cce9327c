"""Whole conversations with the shop's desk, one for every branch of its flow.

Each is told twice: once undisturbed, and once with a crash and a new start after every single thing that is
written down, over a real back end. In both the customer reads the same, and the shop has done things once.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.stories.conftest import Setting

from examples.shop.articles import Knowledge
from examples.shop.backend.launch import Backend
from examples.shop.clients import Payments, Shop
from examples.shop.desk import make, support_flow
from examples.shop.facts import Money
from segue import Approval, Caller
from segue.errors import Conflict, Draining
from segue.flow.person import AskCaller, AskPerson, TakeOver
from segue.flow.step import Step
from segue.run.codec import Happened
from segue.run.events import PersonAsked
from segue.run.undoing import undo
from segue.testing import Customer, crash_everywhere, talk

Story = Callable[[Customer, Backend], Awaitable[None]]

STORIES: dict[str, tuple[str, str, Story]] = {}
"""Name, signed-in customer, language, story."""


def story(customer: str, language: str = "en") -> Callable[[Story], Story]:
    def tell(function: Story) -> Story:
        STORIES[function.__name__] = (customer, language, function)
        return function

    return tell


TOLD: set[str] = set()
VISITED: set[str] = set()
"""Paths at which something happened in the stories told so far."""

ADA, JONAS, MAYA, LENA, TOM, SOFIA, ERIK = (f"C-100{n}" for n in range(1, 8))


async def paid(backend: Backend) -> int:
    """How many refunds and vouchers the back end has made since it was reset."""
    return sum(call.status == 201 for call in await backend.calls("payments"))


async def moved(backend: Backend) -> int:
    """How many addresses it has changed."""
    return sum(call.status == 201 for call in await backend.calls("orders"))


async def takes_back(customer: Customer) -> None:
    """Somebody at the desk takes back everything that was done."""
    while True:
        office = await customer.office()
        try:
            await undo(office, customer.id, by="kim", id="undo")
            return
        except (Conflict, Draining):  # it was asked for just before the desk died
            if office.alive:
                return


async def decides(customer: Customer, granted: bool) -> None:
    """The lead answers the oldest request for approval, about the call that was shown."""
    wait = min([wait for wait in await customer.waiting() if wait.kind == "ask"], key=lambda wait: wait.id)
    asked = next(h.event for h in await customer.events() if wait.id.endswith(f".{h.seq}"))
    assert isinstance(asked, PersonAsked)
    await customer.person_gives(Approval, granted=granted, call=asked.about["call"])


@story(ADA)
async def a_late_parcel_is_explained_with_its_place_and_number(ada: Customer, backend: Backend) -> None:
    said = await ada.says("Where is my order 1003?")
    assert "order 1003 is late" in said
    assert "Swiftline" in said
    assert "tracking number" in said


@story(JONAS, "de")
async def the_same_in_german(jonas: Customer, backend: Backend) -> None:
    assert "Bestellung 1009 verspätet sich" in await jonas.says(
        "Wo ist meine Bestellung 1009?", language="de"
    )


@story(JONAS)
async def who_writes_german_on_the_english_page_is_answered_in_german(
    jonas: Customer, backend: Backend
) -> None:
    asked = await jonas.says("Ich möchte bitte die Lieferadresse ändern", language="en")
    assert "Um welche Bestellung geht es?" in asked
    assert "Wohin soll es gehen?" in await jonas.says("1010", language="en")
    said = await jonas.says("Lange Straße 5, 10115 Berlin", language="en")
    assert "Jonas Keller, Lange Straße 5, 10115 Berlin" in said


@story(MAYA)
async def a_lost_parcel_is_told_as_lost(maya: Customer, backend: Backend) -> None:
    assert "the parcel of order 1012 is lost" in await maya.says("Where is my parcel 1012?")


@story(ADA)
async def a_refund_below_the_limit_is_paid_once(ada: Customer, backend: Backend) -> None:
    said = await ada.says("I want a refund for order 1001")
    assert "refunded €92.70 (1001)" in said
    assert "Reference: R-" in said
    assert await paid(backend) == 1
    again = await ada.says("Refund order 1001 please")
    assert "on record" in again
    assert "refunded €92.70 (1001)" in again
    assert await paid(backend) == 1


@story(ADA)
async def a_refund_above_the_limit_waits_for_the_lead(ada: Customer, backend: Backend) -> None:
    assert "above what I may decide" in await ada.says("Please refund order 1002")
    (wait,) = await ada.waiting()
    assert wait.queue == "support lead"
    assert await paid(backend) == 0
    assert "late" in await ada.says("And where is my order 1003?")
    await decides(ada, granted=True)
    assert "refunded €329.00 (1002)" in await ada.hears()
    assert await paid(backend) == 1


@story(ADA)
async def a_refund_that_the_lead_turns_down_is_not_paid(ada: Customer, backend: Backend) -> None:
    await ada.says("Please refund order 1002")
    await decides(ada, granted=False)
    assert "did not agree" in await ada.hears()
    assert await paid(backend) == 0


@story(ADA)
async def a_refund_asked_for_twice_while_the_lead_thinks_is_paid_once(
    ada: Customer, backend: Backend
) -> None:
    await ada.says("Please refund order 1002")
    await ada.says("I want a refund for order 1002")
    await decides(ada, granted=True)
    assert "refunded €329.00 (1002)" in await ada.hears()
    await decides(ada, granted=True)
    assert "on record" in await ada.hears()
    assert await paid(backend) == 1


@story(ADA)
async def a_refund_that_the_service_does_not_take_is_told_honestly(ada: Customer, backend: Backend) -> None:
    await backend.fault("payments", "busy", path="/refunds", method="POST")
    assert "everything is as it was" in await ada.says("I want a refund for order 1001")
    assert await paid(backend) == 0


@story(ADA)
async def a_refund_whose_answer_is_lost_is_looked_up(ada: Customer, backend: Backend) -> None:
    await backend.fault("payments", "lost", path="/refunds", method="POST", times=1)
    assert "refunded €92.70 (1001)" in await ada.says("I want a refund for order 1001")
    assert await paid(backend) == 1


@story(ADA)
async def what_was_refunded_by_somebody_else_is_not_claimed(ada: Customer, backend: Backend) -> None:
    assert "Nothing is left to pay back" in await ada.says("I want a refund for order 1006")


@story(ADA)
async def a_refund_after_thirty_days_is_refused_with_the_day(ada: Customer, backend: Backend) -> None:
    assert "The time to return order 1005 ended on" in await ada.says("I want my money back for order 1005")


@story(ADA)
async def a_refund_before_delivery_is_refused(ada: Customer, backend: Backend) -> None:
    assert "has not been delivered" in await ada.says("Refund order 1003 please")


@story(ERIK)
async def what_cannot_go_back_is_not_refunded(erik: Customer, backend: Backend) -> None:
    assert "cannot be returned" in await erik.says("I want a refund for order 1022")


@story(ADA)
async def an_order_of_somebody_else_does_not_exist(ada: Customer, backend: Backend) -> None:
    assert "cannot find an order 1007" in await ada.says("Where is my order 1007?")


@story(SOFIA, "de")
async def an_unclear_item_is_asked_back_and_the_answer_goes_on(sofia: Customer, backend: Backend) -> None:
    asked = await sofia.says("Ich möchte eine Erstattung für meine Regenjacke", language="de")
    assert "Um welche Bestellung geht es?" in asked
    assert "129,00\u00a0€ erstattet (1016)" in await sofia.says("1016", language="de")


@story(ADA)
async def a_question_does_not_hold_up_other_requests(ada: Customer, backend: Backend) -> None:
    assert "Which order" in await ada.says("I'd like to change the delivery address")
    assert "late" in await ada.says("Oh, and where is my parcel with the hiking boots?")
    assert "Where should it go?" in await ada.says("1004")
    assert "Ada Bennett, 5 Harbour Road" in await ada.says("5 Harbour Road, D02 X285, Dublin")
    assert await moved(backend) == 1


@story(ADA)
async def an_address_in_the_request_is_not_asked_for(ada: Customer, backend: Backend) -> None:
    said = await ada.says(
        "Please change the delivery address of order 1004 to: 7 Main Street, D01 X111, Dublin"
    )
    assert "Ada Bennett, 7 Main Street, D01 X111 Dublin" in said
    assert await moved(backend) == 1


CHANGE = "Please change the delivery address of order 1004 to: "


@story(ADA)
async def an_address_goes_there_and_back(ada: Customer, backend: Backend) -> None:
    for street in ("7 Main Street", "9 Mill Lane", "7 Main Street"):
        assert street in await ada.says(f"{CHANGE}{street}, D01 X111, Dublin")
    assert "anyway" in await ada.says(f"{CHANGE}7 Main Street, D01 X111, Dublin")
    assert await moved(backend) == 3


@story(ADA)
async def an_address_that_somebody_else_changed_too_is_a_colleagues(ada: Customer, backend: Backend) -> None:
    await ada.says(f"{CHANGE}7 Main Street, D01 X111, Dublin")
    async with Shop(backend.orders) as shop:
        here = (await shop.order(1004, ADA)).ship_to
        await shop.change_address(1004, ADA, replace(here, street="1 High Street"), key="by-hand")
    said = await ada.says(f"And again: {CHANGE}7 Main Street, D01 X111, Dublin")
    assert "contradicts itself" in said


@story(ADA)
async def an_address_that_the_service_does_not_change_is_told_honestly(
    ada: Customer, backend: Backend
) -> None:
    await backend.fault("orders", "busy", method="PUT")
    assert "everything is as it was" in await ada.says(f"{CHANGE}7 Main Street, D01 X111, Dublin")
    assert await moved(backend) == 0


@story(ADA)
async def a_request_is_taken_back(ada: Customer, backend: Backend) -> None:
    await ada.says("I want to change the delivery address of order 1004")
    assert "left it at that" in await ada.says("Never mind")


@story(ERIK)
async def the_address_of_a_parcel_that_has_left_stays(erik: Customer, backend: Backend) -> None:
    assert "has left already" in await erik.says("Please change the delivery address of order 1021")


@story(JONAS, "de")
async def a_question_is_answered_from_the_help_pages(jonas: Customer, backend: Backend) -> None:
    said = await jonas.says("Was kostet der Versand nach Österreich?", language="de")
    assert "Österreich" in said
    assert "5,90 EUR" in said


@story(LENA, "de")
async def a_complaint_is_investigated_and_a_lead_agrees(lena: Customer, backend: Backend) -> None:
    said = await lena.says("Ich möchte mich über Bestellung 1014 beschweren", language="de")
    assert "mit Buchhaltung und Versand geklärt" in said
    await decides(lena, granted=True)
    told = await lena.hears()
    assert "zwei Zahlungen" in told
    assert "258,00\u00a0€ erstattet" in told
    assert await paid(backend) == 1
    again = await lena.says("Ich möchte mich über Bestellung 1014 beschweren", language="de")
    assert "schon in Ordnung gebracht" in again


@story(MAYA)
async def a_complaint_that_the_lead_turns_down_is_told_honestly(maya: Customer, backend: Backend) -> None:
    await maya.says("I want to make a complaint about order 1012")
    await decides(maya, granted=False)
    assert "did not agree" in await maya.hears()
    assert await paid(backend) == 0


@story(MAYA)
async def a_complaint_made_twice_while_the_lead_thinks_is_put_right_once(
    maya: Customer, backend: Backend
) -> None:
    await maya.says("I want to make a complaint about order 1012")
    await maya.says("I want to complain about order 1012")
    await decides(maya, granted=True)
    told = await maya.hears()
    assert "two payments" in told
    assert "refunded €483.60 (1012)" in told
    await decides(maya, granted=True)
    assert "on record" in await maya.hears()
    assert await paid(backend) == 1


@story(LENA, "de")
async def a_complaint_that_cannot_be_put_right_just_now_is_told_honestly(
    lena: Customer, backend: Backend
) -> None:
    await lena.says("Ich möchte mich über Bestellung 1014 beschweren", language="de")
    await backend.fault("payments", "busy", path="/refunds", method="POST")
    await decides(lena, granted=True)
    assert "alles wie zuvor" in await lena.hears()
    assert await paid(backend) == 0


@story(ADA)
async def a_complaint_without_a_fault_is_answered_with_what_was_checked(
    ada: Customer, backend: Backend
) -> None:
    assert "one payment" in await ada.says("I want to complain about order 1001")


@story(JONAS, "de")
async def a_parcel_that_is_late_is_worth_a_voucher_once(jonas: Customer, backend: Backend) -> None:
    told = await jonas.says("Ich möchte mich über Bestellung 1009 beschweren", language="de")
    assert "10,90\u00a0€" in told
    assert "LARK-" in told
    again = await jonas.says("Ich möchte mich noch einmal über Bestellung 1009 beschweren", language="de")
    assert "liegt schon etwas vor" in again
    assert await paid(backend) == 1


@story(ADA)
async def a_voucher_above_the_limit_waits_for_the_lead(ada: Customer, backend: Backend) -> None:
    assert "colleague has to agree" in await ada.says("I want to complain about order 1003")
    await decides(ada, granted=False)
    assert "did not agree" in await ada.hears()
    await ada.says("I want to complain about order 1003")
    await decides(ada, granted=True)
    assert "€16.90" in await ada.hears()
    assert await paid(backend) == 1


@story(JONAS)
async def a_voucher_that_the_service_does_not_make_is_told_honestly(
    jonas: Customer, backend: Backend
) -> None:
    await backend.fault("payments", "busy", path="/vouchers", method="POST")
    assert "everything is as it was" in await jonas.says("I want to complain about order 1009")
    assert await paid(backend) == 0


@story(ADA)
async def what_was_done_is_taken_back(ada: Customer, backend: Backend) -> None:
    await ada.says("I want a refund for order 1001")
    await ada.says(f"{CHANGE}7 Main Street, D01 X111, Dublin")
    await takes_back(ada)
    undone = await ada.hears()
    assert "Refund €92.70 (1001): this was undone" in undone
    async with Shop(backend.orders) as shop:
        assert (await shop.order(1004, ADA)).ship_to.street != "7 Main Street"
    assert await moved(backend) == 2
    assert "refunded €92.70 (1001)" in await ada.says("I want a refund for order 1001")
    assert await paid(backend) == 2


@story(JONAS)
async def a_voucher_is_taken_back(jonas: Customer, backend: Backend) -> None:
    assert "credit of €10.90" in await jonas.says("I want to complain about order 1009")
    await takes_back(jonas)
    assert "this was undone" in await jonas.hears()
    assert any(call.path.endswith("/cancel") for call in await backend.calls("payments"))


@story(ADA)
async def two_requests_in_one_message_are_both_done(ada: Customer, backend: Backend) -> None:
    said = await ada.says("Where is my order 1003? And I want a refund for order 1001.")
    assert "order 1003 is late" in said
    assert "refunded €92.70" in said
    assert await paid(backend) == 1


@story(ADA)
async def whoever_asks_for_a_person_gets_one(ada: Customer, backend: Backend) -> None:
    assert "handing this over" in await ada.says("I want to talk to a person")
    assert "Passed on" in await ada.says("Is anybody there?")
    await ada.person("Kim here. How can I help?")
    assert "Kim here" in await ada.hears()


@story(ADA)
async def what_is_none_of_our_business_is_declined_then_handed_over(ada: Customer, backend: Backend) -> None:
    assert "not sure that I can help" in await ada.says("What is the weather like tomorrow?")
    assert "colleague" in await ada.says("Then tell me a joke")
    (wait,) = await ada.waiting()
    assert wait.queue == "service agent"


@story(ADA)
async def a_yes_to_the_offer_of_a_person_is_understood(ada: Customer, backend: Backend) -> None:
    await ada.says("What is the weather like tomorrow?")
    assert "handing this over" in await ada.says("Yes please")


@story(ADA)
async def a_greeting_is_returned_with_what_we_can_do(ada: Customer, backend: Backend) -> None:
    assert (await ada.says("Hello")).startswith("Hello, Ada Bennett!")
    assert "You are welcome" in await ada.says("Thank you very much")


@story(TOM)
async def somebody_without_orders_is_told_so(tom: Customer, backend: Backend) -> None:
    assert "no orders in your account" in await tom.says("Where is my parcel?")


@story("")
async def a_stranger_is_asked_to_sign_in_and_may_still_ask_questions(
    anyone: Customer, backend: Backend
) -> None:
    assert "Please sign in" in await anyone.says("Where is my order 1003?")
    assert "colleague" in await anyone.says("I want to talk to a person")


@story(ADA)
async def an_order_that_is_not_theirs_is_not_found_whatever_is_asked(ada: Customer, backend: Backend) -> None:
    assert "cannot find an order 1007" in await ada.says("I want a refund for order 1007")
    assert "cannot find an order 1010" in await ada.says("Please change the delivery address of order 1010")
    assert "cannot find an order 1012" in await ada.says("I want to complain about order 1012")


@story(ADA)
async def which_parcel_is_asked_when_it_could_be_several(ada: Customer, backend: Backend) -> None:
    assert "Which order" in await ada.says("Where is my parcel?")
    assert "order 1003 is late" in await ada.says("1003")


@story(MAYA)
async def which_order_a_complaint_is_about_is_asked(maya: Customer, backend: Backend) -> None:
    assert "Which order" in await maya.says("I want to make a complaint")
    assert "colleague has to agree" in await maya.says("It is 1012")


@story(LENA, "de")
async def what_is_owed_below_the_limit_is_paid_without_asking(lena: Customer, backend: Backend) -> None:
    async with Payments(
        backend.payments
    ) as payments:  # somebody at the shop gave the second payment back already
        await payments.refund(1014, LENA, Money.of(129), reason="by hand", key="by-hand")
    told = await lena.says("Ich möchte mich über Bestellung 1014 beschweren", language="de")
    assert "129,00\u00a0€ erstattet" in told
    assert await paid(backend) == 2


@story(MAYA)
async def a_complaint_that_cannot_be_looked_into_goes_to_the_lead(maya: Customer, backend: Backend) -> None:
    await backend.fault("payments", "down")
    assert "colleague" in await maya.says("I want to make a complaint about order 1012")
    (wait,) = await maya.waiting()
    assert wait.queue == "support lead"


@story("")
async def a_stranger_is_asked_to_sign_in_for_everything_personal(anyone: Customer, backend: Backend) -> None:
    assert "Please sign in" in await anyone.says("I want a refund for order 1001")
    assert "Please sign in" in await anyone.says("Please change the delivery address of order 1004")
    assert "Please sign in" in await anyone.says("I want to make a complaint about order 1012")


@story(ADA)
async def what_may_be_meant_either_way_is_asked_back(ada: Customer, backend: Backend) -> None:
    assert "Is it about" in await ada.says("Please do not refund 1001")
    assert await paid(backend) == 0


@pytest.fixture(params=sorted(STORIES))
def told(request: pytest.FixtureRequest) -> tuple[Caller, str, Story]:
    customer, language, function = STORIES[request.param]
    return Caller(customer, "verified") if customer else Caller(), language, function


async def test_told(told: tuple[Caller, str, Story], setting: Setting, backend: Backend) -> None:
    caller, language, function = told
    async with setting() as desk, talk(desk, caller=caller, language=language) as customer:
        await function(customer, backend)
        note(await customer.events())
    TOLD.add(function.__name__)


async def test_a_help_page_that_no_guard_lets_through_is_left_out(backend: Backend, tmp_path: Path) -> None:
    page = "# Paying by card\nKeywords: card, pay by card, card payment\n\nWe take cards, see http://shop\\cards."
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "cards.md").write_text(page, "utf-8")
    desk = make(backend.crm, backend.orders, backend.payments, Knowledge(tmp_path))
    async with talk(desk) as customer:
        said = await customer.says("Can I pay by card?")
        assert "cards" not in said  # what is no proper link is in no fact
        assert "could not find anything" in said
        note(await customer.events())


def note(events: list[Happened]) -> None:
    """Remember where something happened, without the indices of Each and Delegate."""
    for happened in events:
        if path := getattr(happened.event, "path", ""):
            VISITED.add(re.sub(r"\.\d+(\.\d+)?/", "/", path))


def test_the_stories_went_down_every_branch() -> None:
    if set(STORIES) - TOLD:
        pytest.skip("not every story was told in this run")
    branches = [
        p.path for p in support_flow().places() if isinstance(p.node, Step | AskCaller | AskPerson | TakeOver)
    ]
    missing = sorted(set(branches) - VISITED)
    assert not missing, "no story goes there: " + ", ".join(missing)


async def test_told_with_a_crash_everywhere(
    told: tuple[Caller, str, Story], setting: Setting, backend: Backend
) -> None:
    caller, language, function = told

    async def run(customer: Customer) -> None:
        await function(customer, backend)

    report = await crash_everywhere(setting, run, caller=caller, language=language)
    assert report.points > 3
