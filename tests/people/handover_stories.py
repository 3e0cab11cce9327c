"""More stories in which a person is needed; and what is true of each such story, as its author knows it."""

from collections.abc import Callable

from tests.people.questions import Truth
from tests.stories.test_shop import ADA, CHANGE, MAYA, Story, decides

from examples.shop.backend.launch import Backend
from segue.testing import Customer

STORIES: dict[str, tuple[str, str, Story]] = {}


def story(customer: str) -> Callable[[Story], Story]:
    def tell(function: Story) -> Story:
        STORIES[function.__name__] = (customer, "en", function)
        return function

    return tell


@story(ADA)
async def a_refund_that_stumbled_and_one_that_waits_for_the_lead(ada: Customer, backend: Backend) -> None:
    await backend.fault("payments", "busy", path="/customers", times=1)
    assert "refunded" in await ada.says("I want a refund for order 1001")
    assert "above what I may decide" in await ada.says("Please refund order 1002")


@story(ADA)
async def much_is_done_before_a_person_is_asked_for(ada: Customer, backend: Backend) -> None:
    await ada.says("I want a refund for order 1001")
    await ada.says("Where is my order 1003?")
    await ada.says(f"{CHANGE}7 Main Street, D01 X111, Dublin")
    assert "handing this over" in await ada.says("I want to talk to a person about order 1004")
    assert "Passed on" in await ada.says("The courier was rude to me.")


@story(ADA)
async def a_refund_that_waits_is_dropped_when_a_person_is_asked_for(ada: Customer, backend: Backend) -> None:
    await ada.says("Please refund order 1002")
    assert "handing this over" in await ada.says("I want to talk to a person")


@story(ADA)
async def a_person_answers_gives_back_and_is_asked_for_again(ada: Customer, backend: Backend) -> None:
    await ada.says("I want to talk to a person")
    await ada.person("Kim here. All done.", then="return")
    await ada.hears()
    assert "late" in await ada.says("Where is my order 1003?")
    assert "handing this over" in await ada.says("I want to talk to a person")


@story(ADA)
async def the_shop_is_down_and_a_colleague_takes_over(ada: Customer, backend: Backend) -> None:
    await backend.fault("crm", "down")
    assert "could not finish" in await ada.says("Where is my order?")


@story(MAYA)
async def a_refused_complaint_ends_with_a_person(maya: Customer, backend: Backend) -> None:
    await maya.says("I want to make a complaint about order 1012")
    await decides(maya, granted=False)
    assert "did not agree" in await maya.hears()
    assert "handing this over" in await maya.says("Yes please")


def approval(about: str, *pending: tuple[str, str, str]) -> Truth:
    return Truth("approval", "Approve of", about, pending)


def asked_for(about: str = "person") -> Truth:
    return Truth("customer_asked", "Answer the customer", about)


BIG = ("pay_refund", "1002", "329.00")
LOST = ("pay_refund", "1012", "483.60")
TWICE = ("pay_refund", "1014", "258.00")
VOUCHER = ("give_voucher", "1003", "16.90")

TRUTHS: dict[str, tuple[Truth, ...]] = {
    "a_refund_that_stumbled_and_one_that_waits_for_the_lead": (approval("refund", BIG),),
    "a_refund_above_the_limit_waits_for_the_lead": (approval("refund", BIG),),
    "a_refund_that_the_lead_turns_down_is_not_paid": (approval("refund", BIG),),
    "a_refund_asked_for_twice_while_the_lead_thinks_is_paid_once": (
        approval("refund", BIG),
        approval("refund", BIG, BIG),
        approval("refund", BIG),
    ),
    "a_complaint_is_investigated_and_a_lead_agrees": (approval("beschweren", TWICE),),
    "a_complaint_is_led_by_the_model_and_what_is_owed_is_counted": (approval("beschweren", TWICE),),
    "a_complaint_that_the_lead_turns_down_is_told_honestly": (approval("complaint", LOST),),
    "a_complaint_made_twice_while_the_lead_thinks_is_put_right_once": (
        approval("complain", LOST),
        approval("complain", LOST, LOST),
        approval("complain", LOST),
    ),
    "a_complaint_that_cannot_be_put_right_just_now_is_told_honestly": (approval("beschweren", TWICE),),
    "a_voucher_above_the_limit_waits_for_the_lead": (approval("complain", VOUCHER),),
    "which_order_a_complaint_is_about_is_asked": (approval("complaint", LOST),),
    "whoever_asks_for_a_person_gets_one": (
        asked_for(),
        asked_for(),
        Truth("customer_asked", "Go on with the customer", "person"),
    ),
    "what_is_none_of_our_business_is_declined_then_handed_over": (
        Truth("out_of_scope", "Answer what they ask", "joke"),
    ),
    "a_yes_to_the_offer_of_a_person_is_understood": (asked_for("weather"),),
    "what_we_ask_is_asked_in_words_whose_answer_we_know": (asked_for("weather"),),
    "a_stranger_is_asked_to_sign_in_and_may_still_ask_questions": (asked_for(),),
    "a_complaint_that_cannot_be_looked_into_goes_to_the_lead": (
        Truth("undecided", "Decide what the customer asked for", "complaint"),
    ),
    "a_complaint_that_no_finding_answers_is_a_colleagues": (
        Truth("undecided", "Decide what the customer asked for", "rude"),
    ),
    "much_is_done_before_a_person_is_asked_for": (asked_for("person"),),
    "a_refund_that_waits_is_dropped_when_a_person_is_asked_for": (
        approval("refund", BIG),
        Truth("customer_asked", "See whether pay_refund for 1002 (329.00 EUR) is still wanted", "person"),
    ),
    "a_person_answers_gives_back_and_is_asked_for_again": (asked_for(),),
    "the_shop_is_down_and_a_colleague_takes_over": (
        Truth("system_failed", "Do what failed by hand", "Where is my order"),
    ),
    "a_refused_complaint_ends_with_a_person": (approval("complaint", LOST), asked_for("complaint")),
}
