"""Naming: what a class is called where a model or a prompt names it."""

import re

from segue.flow.kinds import Kind, Many


def snake(cls: type) -> str:
    """A class's name as a function's would be written: order_status for OrderStatus."""
    name = cls.__qualname__.rpartition(".")[2]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def parameter_of(kind: Kind) -> str:
    """What a fact is called as a parameter: message for Message, objections for list[Objection]."""
    names = [
        "_or_".join(sorted(map(snake, case.items))) + "s" if isinstance(case, Many) else snake(case)
        for case in kind.cases
    ]
    return "_or_".join(sorted(names))
