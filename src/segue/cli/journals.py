"""trace, conversations, waiting: what the journal says, from its file or the server that owns it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import TypeAdapter
from rich.table import Table

from segue.cli.complaint import Complaint
from segue.cli.desks import find_desk
from segue.cli.remote import Remote, Url
from segue.cli.screen import plain, show, show_json
from segue.cli.tree import moment, render
from segue.errors import JournalInUse
from segue.flow.receipts import Receipt
from segue.journals.sqlite import SqliteJournal
from segue.observe.trace import Trace
from segue.observe.trace import trace as read_trace
from segue.run import events as ev
from segue.run.codec import Happened, unseal
from segue.run.desk import Desk
from segue.run.facts import FactBook
from segue.run.journal import Journal

T = TypeVar("T")

Db = Annotated[
    Path | None,
    typer.Option("--db", metavar="FILE", help="The journal; segue.db in this folder if no URL is given."),
]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Limit = Annotated[int, typer.Option(min=1, max=200, help="At most so many.")]


def add_to(app: typer.Typer) -> None:
    """Let the program have these commands."""
    app.command()(trace)
    app.command()(conversations)
    app.command()(waiting)


def trace(
    conversation: Annotated[str, typer.Argument(metavar="CONVERSATION", help="Its id.")],
    target: Annotated[
        str | None,
        typer.Argument(metavar="[MODULE:DESK]", help="Shows turns in the shape of its flows."),
    ] = None,
    db: Db = None,
    url: Url = None,
    contents: Annotated[
        bool, typer.Option("--contents", help="With what was written and what steps found.")
    ] = False,
    exchanges: Annotated[
        bool, typer.Option("--exchanges", help="With what models and tools were asked and answered.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what happened in a conversation, step by step, with failures in their place."""
    desk = find_desk(target) if target else None

    async def local(journal: Journal) -> Trace:
        happened = await events_in(journal, conversation, desk)
        flows = desk.flows if desk else {}
        return read_trace(happened, flows, conversation=conversation, contents=contents, exchanges=exchanges)

    def remote(server: Remote) -> Trace:
        wanted = {"contents": contents, "exchanges": exchanges}
        asked = {name: "true" for name, is_wanted in wanted.items() if is_wanted}
        told = server.get("conversations", conversation, "trace", **asked)
        return TypeAdapter(Trace).validate_python(told)

    found = reading(db, url, local, remote)
    if as_json:
        show_json(found.as_json())
        return
    show(render(found))
    if desk is None and url is None:
        print("(name the desk, as in `segue trace ID shop:desk`, to see turns in the shape of their flow)")


def conversations(db: Db = None, url: Url = None, limit: Limit = 50, as_json: Json = False) -> None:
    """List the conversations, most recently touched first."""

    async def local(journal: Journal) -> list[dict[str, Any]]:
        return [
            {
                "id": h.conversation,
                "owner": h.owner,
                "opened": h.opened,
                "touched": h.touched,
                "events": h.seq,
            }
            for h in await journal.heads(limit)
        ]

    found = reading(
        db, url, local, lambda server: server.get("conversations", limit=str(limit))["conversations"]
    )
    if as_json:
        show_json(found)
        return
    shown = table("conversation", "owner", "last touched", "events")
    for one in found:
        shown.add_row(one["id"], one["owner"], moment(one["touched"]), str(one["events"]))
    show(shown if found else "no conversation yet")


def waiting(db: Db = None, url: Url = None, limit: Limit = 50, as_json: Json = False) -> None:
    """List who waits for a person, longest waiting first."""

    async def local(journal: Journal) -> list[dict[str, Any]]:
        waits = await journal.waits(("ask", "handover"), limit)
        return [
            {
                "id": wait.id,
                "conversation": wait.conversation,
                "kind": wait.kind,
                "person": wait.queue,
                **await _about(journal, wait.conversation, wait.id),
                "since": wait.since,
                "expires": wait.expires,
            }
            for wait in waits
        ]

    found = reading(db, url, local, lambda server: server.get("waiting", limit=str(limit))["waiting"])
    if as_json:
        show_json(found)
        return
    shown = table("wait", "for", "what", "since")
    for one in found:
        what = f"wants a {one['reason']}" if one["kind"] == "ask" else f"handover: {one['reason']}"
        if one.get("about"):
            what = _to_approve(one["about"])
        shown.add_row(one["id"], plain(one["person"]), plain(what), moment(one["since"]))
    show(shown if found else "nobody waits for a person")
    for one in found:
        if one.get("about"):  # in one piece, to be copied
            print(
                f"segue answer {one['id']} --by NAME --field granted=true --field call={one['about']['call']}"
            )


def reading(
    db: Path | None, url: str | None, local: Callable[[Journal], Awaitable[T]], remote: Callable[[Remote], T]
) -> T:
    """From the file that was named; else, or when a server owns it, over HTTP; else from segue.db here."""
    if db is None and url is not None:
        return remote(Remote(url))
    path = db or Path("segue.db")
    if not path.exists():
        hint = "" if db else "; name one with --db, or a running server with --url"
        raise Complaint(f"there is no journal {path}{hint}")
    try:
        return asyncio.run(_opened(path, local))
    except JournalInUse as error:
        if url is not None:
            return remote(Remote(url))
        raise Complaint(
            f"{path} belongs to a running server; ask that with --url http://... (or SEGUE_URL), and its "
            f"operators' token in SEGUE_TOKEN ({error})"
        ) from error


async def _opened(path: Path, local: Callable[[Journal], Awaitable[T]]) -> T:
    journal = SqliteJournal(path)
    await journal.open()
    try:
        return await local(journal)
    finally:
        await journal.close()


async def events_in(journal: Journal, conversation: str, desk: Desk | None = None) -> list[Happened]:
    """All of them; without its desk, of its facts only receipts can be read."""
    book = desk.book if desk else FactBook([Receipt])
    found: list[Happened] = []
    while records := await journal.read(conversation, found[-1].seq if found else 0):
        found += [unseal(record, book) for record in records]
    return found


async def _about(journal: Journal, conversation: str, wait: str) -> dict[str, Any]:
    """What a wait is about: the event that it is named after says it."""
    records = await journal.read(conversation, int(wait.rpartition(".")[2]) - 1, 1)
    event = unseal(records[0], FactBook([])).event
    if isinstance(event, ev.PersonAsked):
        return {"reason": event.wants, "about": dict(event.about) or None}
    return {"reason": getattr(event, "reason", ""), "about": None}


def _to_approve(about: Mapping[str, Any]) -> str:
    """An approval in a few words: what, and why."""
    amount = f" {about['amount']} {about['currency']}" if about["amount"] else ""
    what = f"approval of {about['action']} {about['object']}".rstrip() + amount
    return f"{what} ({about['because']})"


def table(*columns: str) -> Table:
    """A table of text, whose first column is not broken."""
    made = Table(box=None, pad_edge=False)
    for number, column in enumerate(columns):
        made.add_column(column, no_wrap=number == 0, overflow="fold")
    return made
