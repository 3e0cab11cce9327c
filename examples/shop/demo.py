"""The shop's desk and its back end together, ready to be talked to: `make demo`.

PORT says where (8080), SEGUE_MODEL which language model it asks, if any. Everything is kept in `shop-demo/`, so that a
conversation goes on after the server was killed and started again.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from examples.shop.backend.launch import Backend, launch
from examples.shop.clients import Crm, NotFound
from examples.shop.desk import make, models_from_env
from segue import Caller, SegueError
from segue.errors import NotFound as NoSuchCustomer
from segue.web.server import serve
from segue.web.signin import Choice

FOLDER = Path("shop-demo")

CUSTOMERS = {
    "C-1001": "refund 1001 or 1002, parcel 1003 is late, change the address of 1004",
    "C-1002": "schreibt Deutsch: Erstattung für 1007, Paket 1009 verspätet, Adresse von 1010",
    "C-1003": "order 1012 was charged twice and lost: complain about it",
    "C-1004": "schreibt Deutsch: Beschwerde über 1014",
    "C-1005": "has never ordered anything",
    "C-1006": "schreibt Deutsch: möchte die Regenjacke zurückgeben (1016 oder 1017)",
    "C-1007": "1022 cannot go back, the parcel of 1021 has left",
}

SUGGESTIONS = {
    "en": ["Where is my order 1003?", "I want a refund for order 1001", "What does shipping cost?"],
    "de": ["Wo ist meine Bestellung 1009?", "Ich möchte eine Erstattung für 1007", "Was kostet der Versand?"],
}


class DemoSignIn:
    """Whoever opens the page may be any of these; a real shop has accounts instead."""

    def __init__(self, crm: str) -> None:
        self._crm = crm

    async def customers(self) -> Sequence[Choice]:
        async with Crm(self._crm) as crm:
            found = [await crm.customer(id) for id in CUSTOMERS]
        return [Choice(customer.id, customer.name, CUSTOMERS[customer.id]) for customer in found]

    async def caller(self, id: str) -> Caller:
        try:
            async with Crm(self._crm) as crm:
                customer = await crm.customer(id)
        except NotFound as error:
            raise NoSuchCustomer(f"there is no customer {id!r}") from error
        return Caller(customer.id, "verified", {"name": customer.name})


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with asyncio.Runner() as runner:
        models = models_from_env()
        running = launch(FOLDER / "shop.sqlite")
        backend: Backend = runner.run(running.__aenter__())
        try:
            models = models_from_env()
            serve(
                make(backend.crm, backend.orders, backend.payments, models=models),
                FOLDER / "conversations.db",
                port=int(os.environ.get("PORT", "8080")),
                sign_in=DemoSignIn(backend.crm),
                suggestions=SUGGESTIONS,
                writers=models is not None,
            )
        except SegueError as error:
            sys.exit(str(error))
        finally:
            runner.run(running.__aexit__(None, None, None))


if __name__ == "__main__":
    main()
