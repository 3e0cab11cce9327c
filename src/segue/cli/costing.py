"""costs: what language models cost, from the journal's file or the server that owns it."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.table import Table

from segue.cli.journals import Db, Json, reading
from segue.cli.remote import Remote, Url
from segue.cli.screen import plain, show, show_json
from segue.cli.tree import duration
from segue.observe.bill import dollars
from segue.observe.costs import Apiece, Costs, Share
from segue.observe.costs import costs as read_costs
from segue.run.journal import Journal

DAY = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


def add_to(app: typer.Typer) -> None:
    """Let the program have this command."""
    app.command()(costs)


def costs(
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=DAY, help="Conversations opened from this moment (UTC) on."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=DAY, help="Conversations opened before this moment (UTC)."),
    ] = None,
    db: Db = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Show what language models cost: per conversation and per resolved one, by model, by step and by day."""
    begin = _ms(since) if since is not None else 0
    end = _ms(until) if until is not None else round(time.time() * 1000) + 1

    async def local(journal: Journal) -> Costs:
        return await read_costs(journal, since=begin, until=end)

    def remote(server: Remote) -> Costs:
        told = server.get("costs", since=str(begin), **({"until": str(end)} if until is not None else {}))
        return TypeAdapter(Costs).validate_python(told)

    found = reading(db, url, local, remote)
    if as_json:
        show_json(found.as_json())
        return
    plural = "s" * (found.conversations != 1)
    show(f"{found.conversations:,} conversation{plural}, {found.resolved:,} resolved")
    show(f"{dollars(found.total.money)} and {found.total.tokens:,} tokens in all")
    for apiece, what in ((found.per_conversation, "conversation"), (found.per_resolved, "resolved one")):
        if apiece is not None:
            show(f"{_spelled(apiece)} per {what}")
    if found.total.unpriced:
        show(f"of {found.total.unpriced:,} answers the price is not known, so it was more")
    for title, shares in (("model", found.by_model), ("step", found.by_step), ("day", found.by_day)):
        if shares:
            show("")
            show(_table(title, shares))


def _spelled(apiece: Apiece) -> str:
    return f"{dollars(apiece.money)} and {apiece.tokens:,} tokens"


def _table(title: str, shares: Sequence[Share]) -> Table:
    made = Table(box=None, pad_edge=False)
    made.add_column(title, overflow="fold")
    for column in ("answers", "failed", "in", "cached", "out", "cost", "each"):
        made.add_column(column, justify="right", no_wrap=True)
    for share in shares:
        bill = share.bill
        counts = (bill.answers, bill.failures, bill.tokens_in, bill.cached, bill.tokens_out)
        each = duration(bill.took / (bill.answers + bill.failures))
        more = "+" if bill.unpriced else ""
        made.add_row(plain(share.name), *(f"{n:,}" for n in counts), dollars(bill.money) + more, each)
    return made


def _ms(moment: datetime) -> int:
    return round(moment.replace(tzinfo=UTC).timestamp() * 1000)
