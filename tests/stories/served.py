"""A desk for the test that kills its server: every step takes a moment, so that a kill meets it at work."""

import asyncio
import sys

from tests.run.little import Shop, make_desk

from segue import Desk
from segue.web.server import serve


class SlowShop(Shop):
    async def look(self, customer: str) -> tuple[int, ...]:
        await asyncio.sleep(0.01)
        return await super().look(customer)


def make() -> Desk:
    return make_desk(SlowShop())


if __name__ == "__main__":
    serve(make(), sys.argv[1], port=int(sys.argv[2]), operator_token="operator")
