"""The shop's desk and its back end together, ready to be talked to: `make demo`.

PORT says where (8080). The journal is kept in `shop-demo/`, so that a conversation goes on after the server was
killed and started again.
"""

import asyncio
import os
from pathlib import Path

from examples.shop.backend.launch import launch
from examples.shop.clients import Crm
from examples.shop.desk import make
from segue import Caller
from segue.web.auth import Choice
from segue.web.server import serve_async

FOLDER = Path("shop-demo")
DEMO = ("C-1001", "C-1002", "C-1003", "C-1004", "C-1005", "C-1006", "C-1007")


class DemoCustomers:
    """Whoever may be signed in as; a real shop has accounts instead."""

    def __init__(self, choices: list[Choice]) -> None:
        self._choices = choices

    def customers(self) -> list[Choice]:
        return self._choices

    def caller(self, id: str) -> Caller:
        return Caller(id, "verified")


async def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    async with launch(FOLDER / "shop.sqlite") as backend:
        async with Crm(backend.crm) as crm:
            found = [await crm.customer(id) for id in DEMO]
        choices = [Choice(customer.id, customer.name, customer.language) for customer in found]
        await serve_async(
            make(backend.crm, backend.orders, backend.payments),
            FOLDER / "conversations.db",
            port=int(os.environ.get("PORT", "8080")),
            sign_in=DemoCustomers(choices),
        )


if __name__ == "__main__":
    asyncio.run(main())
