"""`python -m examples.shop.backend --db shop.sqlite`: the shop's three services on loopback."""

import argparse
import asyncio
from datetime import date
from pathlib import Path

from examples.shop.backend.seed import SEED
from examples.shop.backend.server import serve


def main() -> None:
    arguments = parser().parse_args()
    base: int | None = arguments.port_base
    ports: tuple[int, ...] = arguments.ports if base is None else (base, base + 1, base + 2)
    asyncio.run(
        serve(
            arguments.db,
            ports,
            number=arguments.seed,
            today=arguments.today,
            fresh=arguments.fresh,
            with_parent=arguments.with_parent,
        )
    )


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m examples.shop.backend", description=__doc__)
    parser.add_argument("--db", type=Path, required=True, help="SQLite file; made and seeded if it is new")
    ports = parser.add_mutually_exclusive_group()
    ports.add_argument("--port-base", type=int, help="CRM listens here, orders and payments on the next two")
    ports.add_argument(
        "--ports", type=three, default=(0, 0, 0), metavar="CRM,ORDERS,PAYMENTS", help="0 is any free port"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="another number, another crowd of customers")
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="YYYY-MM-DD", help="stop the shop's clock on this day"
    )
    parser.add_argument("--fresh", action="store_true", help="seed the file anew")
    parser.add_argument("--with-parent", action="store_true", help="end when stdin closes")
    return parser


def three(text: str) -> tuple[int, ...]:
    ports = tuple(int(part) for part in text.split(","))
    if len(ports) != 3:
        raise argparse.ArgumentTypeError("three ports, as in 0,0,0")
    return ports


if __name__ == "__main__":
    main()
