"""A desk for the test that kills its server: its lookups and payments take a moment, so a kill meets them at work."""

import asyncio
import sys

from tests.run.little import Shop, make_desk

from segue import Desk
from segue.web.server import serve

MOMENT = 0.1
"""Seconds; longer than what was begun may wait to be written down."""


class SlowShop(Shop):
    async def look(self, customer: str) -> tuple[int, ...]:
        await asyncio.sleep(MOMENT)
        return await super().look(customer)

    async def pay(self, what: str) -> str:
        await asyncio.sleep(MOMENT)
        return await super().pay(what)


def make() -> Desk:
    return make_desk(SlowShop())


if __name__ == "__main__":
    serve(make(), sys.argv[1], port=int(sys.argv[2]), operator_token="operator")
