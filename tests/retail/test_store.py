"""The shop of tau2's retail domain: every task ends where it should, and a key is honoured."""

import json

import pytest
from tests.retail import reading
from tests.retail.calls import CALLS, CancelOrder, ChangeItems, ChangeUserAddress, Transfer, call_of
from tests.retail.data import SCHEMAS, Task, needs_data, records, tasks
from tests.retail.records import Refused
from tests.retail.store import KeyReused, Retail

pytestmark = needs_data

CANCEL = CancelOrder("#W5995614", "ordered by mistake")
CHANGE_THREE = ChangeItems(
    "#W9348897",
    ("6117189161", "7453605304", "3799046073"),
    ("6700049080", "5320792178", "3234800602"),
    "credit_card_8853416",
)


@pytest.fixture
def shop() -> Retail:
    return Retail(records())


async def turned_down(shop: Retail, task: Task) -> list[str]:
    """Do all actions of a task; the tools that refused."""
    refused = []
    for asked in task.actions:
        try:
            if asked.tool in CALLS:
                await getattr(shop, asked.tool)(call_of(asked.tool, asked.arguments))
            else:
                await shop.look(asked.tool, **asked.arguments)
        except Refused:
            refused.append(asked.tool)
    return refused


@pytest.mark.parametrize("task", tasks(), ids=lambda task: task.id)
async def test_the_actions_of_a_task_lead_to_the_expected_state(task: Task, shop: Retail) -> None:
    assert shop.records.hash() == task.before
    await turned_down(shop, task)
    assert shop.records.hash() == task.after


async def test_there_are_57_tasks_and_one_of_them_is_solved_by_being_turned_down() -> None:
    acted_in_vain = {
        task.id for task in tasks() if CALLS.keys() & set(await turned_down(Retail(records()), task))
    }
    assert len(tasks()) == 57
    assert acted_in_vain == {"105"}  # the gift card has too little on it


def test_the_shop_has_every_tool_of_the_domain_and_no_other() -> None:
    schemas = json.loads(SCHEMAS.read_text("utf-8"))["retail"]["agent_tools"]
    assert {schema["function"]["name"] for schema in schemas} == {*CALLS, *reading.LOOKS}
    assert {s["function"]["name"] for s in schemas if s["mutates_state"]} == {*CALLS} - {
        "transfer_to_human_agents"
    }


async def test_what_is_refused_changes_nothing(shop: Retail) -> None:
    before = shop.records.hash()
    for refused in (
        CancelOrder("#W5995614", "changed my mind"),
        CancelOrder("#W2378156", "no longer needed"),  # delivered
        CancelOrder("#W0000000", "no longer needed"),
    ):
        with pytest.raises(Refused):
            await shop.cancel_pending_order(refused, key="k")
    assert shop.records.hash() == before
    assert not shop.effects
    assert await shop.found_by_key("k") is None


async def test_what_is_done_in_one_shop_does_not_show_in_another(shop: Retail) -> None:
    before = Retail(records()).records.hash()
    await shop.cancel_pending_order(CANCEL)
    assert Retail(records()).records.hash() == before != shop.records.hash()


async def test_every_changed_item_gets_price_and_options_of_the_last_one_as_in_tau2(shop: Retail) -> None:
    order = await shop.modify_pending_order_items(CHANGE_THREE)
    changed = [item for item in order.items if item.item_id in CHANGE_THREE.new_item_ids]
    last = shop.records.variant("9523456873", "3234800602")
    assert [item.price for item in changed] == [last.price] * 3


async def test_a_key_seen_before_gives_the_first_answer_and_does_nothing(shop: Retail) -> None:
    first = await shop.cancel_pending_order(CANCEL, key="k")
    after = shop.records.hash()
    again = await shop.cancel_pending_order(CANCEL, key="k")
    assert again == first == await shop.found_by_key("k")
    assert shop.effects == {CANCEL: 1}
    assert shop.records.hash() == after


async def test_a_key_is_good_for_one_call_only(shop: Retail) -> None:
    await shop.cancel_pending_order(CANCEL, key="k")
    with pytest.raises(KeyReused):
        await shop.transfer_to_human_agents(Transfer("help"), key="k")
    assert shop.effects == {CANCEL: 1}


async def test_without_a_key_an_answer_that_was_lost_looks_like_a_refusal(shop: Retail) -> None:
    await shop.cancel_pending_order(CANCEL)
    with pytest.raises(Refused, match="cancelled"):
        await shop.cancel_pending_order(CANCEL)


async def test_a_shop_that_does_not_honour_keys_does_it_again_and_can_still_be_asked() -> None:
    shop = Retail(records(), honours_keys=False)
    await shop.transfer_to_human_agents(Transfer("help"), key="k")
    await shop.transfer_to_human_agents(Transfer("help"), key="k")
    assert shop.effects == {Transfer("help"): 2}
    assert await shop.found_by_key("k") is not None


async def test_the_first_answer_stays_as_it_was_when_the_record_goes_on_changing(shop: Retail) -> None:
    user = shop.records.user("mei_patel_7272")
    move = ChangeUserAddress(user_id="mei_patel_7272", **user.address.model_dump() | {"city": "Austin"})
    await shop.modify_user_address(move, key="there")
    back = ChangeUserAddress(user_id="mei_patel_7272", **user.address.model_dump() | {"city": "Houston"})
    await shop.modify_user_address(back, key="back")
    assert (await shop.modify_user_address(move, key="there")).address.city == "Austin"
    assert user.address.city == "Houston"


@pytest.mark.parametrize(
    ("expression", "value"),
    [("3131.1 + 4777.75 + 367.38", "8276.23"), ("135.24 - 153.23", "-17.99"), ("2 * (1 + 3) / 5", "1.6")],
)
async def test_sums_are_rounded_to_cents(shop: Retail, expression: str, value: str) -> None:
    assert await shop.look("calculate", expression=expression) == value


@pytest.mark.parametrize("expression", ["2 +", "1 / 0", "2 ** 9", "len(x)", "'a'", ""])
async def test_what_is_no_sum_is_refused(shop: Retail, expression: str) -> None:
    with pytest.raises(Refused):
        await shop.look("calculate", expression=expression)


async def test_a_customer_is_found_by_name_or_mail_in_any_case(shop: Retail) -> None:
    id = await shop.look("find_user_id_by_name_zip", first_name="yusuf", last_name="ROSSI", zip="19122")
    mail = shop.records.user(id).email
    assert await shop.look("find_user_id_by_email", email=mail.upper()) == id


async def test_an_article_is_found_without_its_product(shop: Retail) -> None:
    found = json.loads(await shop.look("get_item_details", item_id="9612497925"))
    assert found["price"] == 50.88
    types = json.loads(await shop.look("list_all_product_types"))
    assert len(types) == 50
    assert types["T-Shirt"] == "9523456873"
