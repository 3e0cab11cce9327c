"""What does not fit is said when a flow is defined, without any server."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic
import pytest

from segue import DefinitionError
from segue.flow.action import Action
from segue.flow.step import Step
from segue.run.facts import FactBook
from segue.tools import McpServer, ToolResult
from segue.tools.reviewed import Definition, Reviewed

PRODUCT = {
    "type": "object",
    "properties": {"sku": {"type": "string"}, "count": {"type": "integer"}},
    "required": ["sku"],
}

REVIEWED = Reviewed(
    [
        Definition(
            "find",
            {
                "type": "object",
                "properties": {
                    "user_id": {"type": "string", "description": "Whose."},
                    "text": {"type": "string"},
                    "most": {"type": "integer", "default": 10},
                    "sort": {"enum": ["date", "name"]},
                },
                "required": ["user_id", "text"],
            },
            description="Finds things.",
            annotations={"readOnlyHint": True},
        ),
        Definition("news", {"type": "object", "properties": {}}, annotations={"readOnlyHint": True}),
        Definition("peek", {"type": "object", "properties": {"where": {"type": "string"}}}),
        Definition(
            "order",
            {
                "type": "object",
                "$defs": {"Product": PRODUCT},
                "properties": {
                    "user-id": {"type": "string"},
                    "products": {"type": "array", "items": {"$ref": "#/$defs/Product"}},
                    "price": {"type": "number"},
                    "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
                    "class": {"type": "string"},
                    "odd": {"not": {}},
                    "on_behalf": {"type": "object", "properties": {"userId": {"type": "string"}}},
                },
                "required": ["products", "price"],
            },
        ),
    ],
    "shop.json",
)


@dataclass(frozen=True)
class Customer:
    id: str
    user_id: str = ""
    points: int = 0


@dataclass(frozen=True)
class Find:
    text: str
    most: int | None = None


@dataclass(frozen=True)
class FindMore:
    text: str
    color: str


@dataclass(frozen=True)
class Peek:
    where: str | None = None


class Order(pydantic.BaseModel, frozen=True, extra="allow"):
    products: tuple[dict[str, Any], ...] = ()
    price: float = 0


BOUND = {"user_id": (Customer, lambda customer: customer.id)}


def server() -> McpServer:
    return McpServer.http("http://127.0.0.1:9/mcp", reviewed=REVIEWED, name="shop")


def test_a_tool_is_a_step_with_wires_like_any_other() -> None:
    find = server().step("find", asks=Find, bound=BOUND)
    assert isinstance(find, Step)
    assert {name: str(kind) for name, kind in find.signature.facts.items()} == {
        "asked": "Find",
        "customer": "Customer",
    }
    assert str(find.signature.gives) == "ToolResult"
    assert Path(find.where.file).name == "test_definition.py"


def test_a_tool_may_be_asked_with_nothing() -> None:
    assert server().step("news").signature.facts == {}


@pytest.mark.parametrize(
    ("define", "complaint"),
    [
        (lambda s: s.step("fnd"), r"shop has no tool 'fnd' in shop.json \(there is: find, news, order, peek\)"),
        (lambda s: s.step("peek", asks=Peek), "not known to only read, so it is taken to act: make it an action"),
        (lambda s: s.step("find", asks=Find), "the tool find of shop .* needs user_id; let asks= be a type with it"),
        (lambda s: s.step("find", bound=BOUND), "needs text; let asks= be a type with it, or bind it"),
        (lambda s: s.step("find", asks=FindMore, bound=BOUND), "'color', and the tool has no such parameter"),
        (lambda s: s.step("find", asks=Find, bound={"id": Customer}), "has no parameter 'id' to bind"),
        (lambda s: s.step("find", asks=Find, bound={"user_id": Find}), "has no field user_id; say which one"),
        (lambda s: s.step("find", asks=str, bound=BOUND), "let it be a frozen dataclass whose fields"),
        (
            lambda s: s.step("find", asks=Find, bound={"user_id": (Find, lambda find: find.text)}),
            "which is what it is asked with",
        ),
        (lambda s: s.action("order", asks=Order, key="nonce"), "has no parameter 'nonce' that could take the key"),
        (
            lambda s: s.action(
                "order", asks=s.asks("order", bound=["user-id"]), bound={"user-id": (Customer, str)}
            ),
            "whoever asks could still set 'userId', which reads like the same",
        ),
        (lambda s: s.tools(["find", "gone"]), "no tool 'gone'"),
        (lambda s: s.tools(["find"], bound={"tenant": Customer}), "none of the tools .* has such a parameter"),
        (lambda s: s.tools(["find"], acting={"order": {}}), "acting= names 'order', which is not among the tools"),
        (lambda s: s.tools(["order"], belongs={"order": (Customer, bool)}), "is about what a tool reads"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_says_what_to_do(define: Any, complaint: str) -> None:
    with pytest.raises(DefinitionError, match=complaint):
        define(server())


def test_what_a_tool_does_not_say_may_be_said_for_it() -> None:
    assert isinstance(server().step("peek", asks=Peek, reads_only=True), Step)
    with pytest.raises(DefinitionError, match="taken to act"):
        server().step("find", asks=Find, bound=BOUND, reads_only=False)


def test_an_address_and_a_file_are_checked() -> None:
    with pytest.raises(DefinitionError, match="begins with https://"):
        McpServer.http("localhost:9", reviewed=REVIEWED)
    with pytest.raises(DefinitionError, match=r"nowhere\.json cannot be read .*`segue tools"):
        McpServer.stdio("program", reviewed="nowhere.json")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"tools": {"a": {}}}', '{"tools": {"a": {"inputschema": {}}}}', "{"]
)
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "odd.json").write_text(text)
    with pytest.raises(DefinitionError, match="is no file of reviewed tools"):
        McpServer.stdio("program", reviewed=tmp_path / "odd.json")


def test_what_was_written_is_read_again_and_hidden_signs_are_seen(tmp_path: Path) -> None:
    hidden = Definition("hidden", {"type": "object"}, description="Harmless.\u200b\U000e0041\nGrüße")
    file = tmp_path / "tools.json"
    file.write_text(Reviewed([hidden]).write())
    assert Reviewed.read(file).tools == {"hidden": hidden}
    assert r"Harmless.\u200b\udb40\udc41\nGrüße" in file.read_text()


# The types that are made of schemas


def test_a_made_type_has_the_parameters_as_fields_and_the_description_as_docstring() -> None:
    made: Any = server().asks("find", bound=["user_id"])
    assert (made.__name__, made.__doc__) == ("Find", "Finds things.")
    assert made(text="a").model_dump() == {"text": "a", "most": 10, "sort": None}
    for wrong in (
        {},
        {"text": "a", "sort": "price"},
        {"text": "a", "user_id": "b"},
        {"text": "a", "most": "b"},
    ):
        with pytest.raises(pydantic.ValidationError):
            made(**wrong)
    with pytest.raises(pydantic.ValidationError):
        made(text="a").text = "b"


def test_a_made_type_is_the_same_each_time_and_stands_in_a_journal() -> None:
    shop = server()
    made: Any = shop.asks("order")
    book = FactBook([made])
    asked = made.model_validate({"products": [{"sku": "a"}], "price": 2.5, "class": "A", "odd": {"any": [1]}})
    held = book.hold(asked, [made])
    assert held.data.startswith(b'{"t":"shop.Order","v":1,"d":')
    assert book.decode(held.data) == asked
    assert shop.asks("order") is made


def test_a_model_reads_the_schema_that_was_reviewed() -> None:
    made: Any = server().asks("order")
    schema = made.model_json_schema()
    assert schema["properties"]["products"]["items"] == PRODUCT
    assert schema["additionalProperties"] is False


async def test_what_is_not_given_is_left_out_of_the_arguments() -> None:
    sent: list[Any] = []
    made: Any = server().asks("order")
    order = server().action("order", asks=made)
    await order(
        made.model_validate({"products": [{"sku": "a"}], "price": 2, "class": "A"}), server=Noting(sent)
    )
    assert sent == [{"products": [{"sku": "a"}], "price": 2, "class": "A"}]


async def test_what_an_open_type_has_besides_is_not_sent() -> None:
    sent: list[Any] = []
    order = server().action("order", asks=Order)
    await order(Order.model_validate({"products": [], "price": 1, "user-id": "bob"}), server=Noting(sent))
    assert sent == [{"products": [], "price": 1.0}]


class Noting:
    """Stands for a server; whatever has `call` does."""

    def __init__(self, sent: list[Any]) -> None:
        self.sent = sent

    async def call(self, tool: str, arguments: Any, gives: type, *, acts: bool = False) -> Any:
        self.sent.append(arguments)
        return ToolResult(tool, "done")


# Actions


def test_the_identity_of_an_action_is_its_call_and_what_is_bound() -> None:
    bound = {"user-id": (Customer, lambda customer: customer.id)}
    order = server().action("order", asks=Order, bound=bound)
    assert isinstance(order, Action)

    def identity(price: float, customer: Customer) -> Any:
        return order.of(order.identity, [Order(price=price), customer])

    ada = Customer("ada", points=1)
    assert identity(5, ada) == identity(5.0, Customer("ada", points=2))
    assert identity(5, ada) != identity(6, ada)
    assert identity(5, ada) != identity(5, Customer("bob"))
    assert order.counts == 1  # what else is known of the customer contradicts nothing


def test_what_is_bound_is_a_part_of_any_identity() -> None:
    order = server().action(
        "order", asks=Order, bound={"user-id": (Customer, str)}, identity=lambda order: len(order.products)
    )
    one, other = (order.of(order.identity, [Order(price=1), Customer(id)]) for id in ("ada", "bob"))
    assert one != other


def test_an_action_takes_what_actions_take() -> None:
    order = server().action(
        "order", asks=Order, kinds=["purchase"], name="buy", replaces=True, on=lambda o: "all"
    )
    assert (order.name, order.kinds, order.replaces) == ("buy", ("purchase",), True)
    with pytest.raises(TypeError, match="repeats_savely"):
        server().action("order", asks=Order, repeats_savely=True)


def test_tools_are_nodes_by_what_may_be_asked_for() -> None:
    to = server().tools(["find", "order", "peek"], bound=BOUND, reads_only=["peek"])
    assert {kind.__name__: type(node).__name__ for kind, node in to.items()} == {
        "Find": "Step",
        "Order": "Sequence",
        "Peek": "Step",
    }
