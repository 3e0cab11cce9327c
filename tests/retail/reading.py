"""What the shop can be asked without changing anything: tau2's reading tools under their own names."""

import ast
import json
import operator
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel
from tests.retail.records import Order, Product, Records, Refused, User, Variant


def find_user_id_by_email(records: Records, email: str) -> str:
    for user in records.users.values():
        if user.email.lower() == email.lower():
            return user.user_id
    raise Refused("User not found")


def find_user_id_by_name_zip(records: Records, first_name: str, last_name: str, zip: str) -> str:
    wanted = (first_name.lower(), last_name.lower(), zip)
    for user in records.users.values():
        if (user.name.first_name.lower(), user.name.last_name.lower(), user.address.zip) == wanted:
            return user.user_id
    raise Refused("User not found")


def get_user_details(records: Records, user_id: str) -> User:
    return records.user(user_id)


def get_order_details(records: Records, order_id: str) -> Order:
    return records.order(order_id)


def get_product_details(records: Records, product_id: str) -> Product:
    return records.product(product_id)


def get_item_details(records: Records, item_id: str) -> Variant:
    for product in records.products.values():
        if item_id in product.variants:
            return product.variants[item_id]
    raise Refused("Item not found")


def list_all_product_types(records: Records) -> str:
    return json.dumps({p.name: p.product_id for p in records.products.values()}, sort_keys=True)


def calculate(records: Records, expression: str) -> str:
    """Numbers, + - * / and parentheses, rounded to cents."""
    try:
        return str(round(_value(ast.parse(expression.strip(), mode="eval").body), 2))
    except (SyntaxError, ZeroDivisionError) as error:
        raise Refused(f"Invalid expression: {error}") from error


LOOKS: Mapping[str, Callable[..., BaseModel | str]] = {
    look.__name__: look
    for look in (
        find_user_id_by_email,
        find_user_id_by_name_zip,
        get_user_details,
        get_order_details,
        get_product_details,
        get_item_details,
        list_all_product_types,
        calculate,
    )
}

_OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return float(_OPERATORS[type(op)](_value(left), _value(right)))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
            return float(_OPERATORS[type(op)](_value(operand)))
    raise Refused("Invalid characters in expression")
