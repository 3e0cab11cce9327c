"""packet: what a person needs who takes over a conversation."""

from collections.abc import Iterator
from typing import Annotated

import orjson
import typer
from rich.console import Group
from rich.text import Text

from segue.cli.complaint import Complaint
from segue.cli.desks import find_desk
from segue.cli.journals import Db, Json, reading
from segue.cli.remote import Remote, Url
from segue.cli.screen import plain, show, show_json
from segue.cli.tree import moment
from segue.flow.receipts import Approval, Receipt
from segue.people.bounds import cut
from segue.people.packet import Found, Packet, from_json, schema
from segue.people.reading import packet_of
from segue.people.rendering import as_text
from segue.run.facts import FactBook
from segue.run.journal import Journal


def add_to(app: typer.Typer) -> None:
    """Let the program have this command."""
    app.command()(packet)


def packet(
    conversation: Annotated[str, typer.Argument(metavar="CONVERSATION", help="Its id.")] = "",
    target: Annotated[
        str | None,
        typer.Argument(metavar="[MODULE:DESK]", help="Names its queues, and the tools of its steps."),
    ] = None,
    db: Db = None,
    url: Url = None,
    as_json: Json = False,
    text: Annotated[
        bool, typer.Option("--text", help="As plain text that fits into a chat message.")
    ] = False,
    of_schema: Annotated[bool, typer.Option("--schema", help="The JSON Schema of every packet.")] = False,
) -> None:
    """Show what a person needs who takes over: what is wanted, known, done, promised, and what to do next."""
    if of_schema:
        show_json(schema())
        return
    if not conversation:
        raise Complaint("name the conversation; `segue conversations` lists them")
    desk = find_desk(target) if target else None

    async def local(journal: Journal) -> Packet:
        await journal.head(conversation)
        book = desk.book if desk else FactBook([Receipt, Approval])
        return await packet_of(journal, conversation, desk, book)

    def remote(server: Remote) -> Packet:
        return from_json(server.get("conversations", conversation, "packet"))

    found = reading(db, url, local, remote)
    if as_json:
        show_json(found.as_json())
    elif text:
        print(plain(as_text(found)))
    else:
        show(Group(*_shown(found)))


def _shown(found: Packet) -> Iterator[Text]:
    header = found.header
    yield Text(plain(header.headline), style="bold")
    about = [header.priority, header.person, header.queue, header.channel, header.language, *header.skills]
    yield Text(plain(" · ".join(part for part in about if part)))
    by = f" by {moment(header.due)}" if header.due is not None else ""
    yield Text(plain(" ".join(part for part in (found.why.sentence + by, found.why.detail) if part)))
    yield from _section("What to do", (step.text for step in found.next_steps))
    cited = ((one.text, ", ".join(map(str, one.evidence))) for one in found.summary)
    yield from _section("Summary", (f"{text} [{events}]" for text, events in cited))
    yield from _section(
        "Actions",
        (f"{_AGAIN[act.again]}: {act.status.replace('_', ' ')}. {act.told}" for act in found.actions),
    )
    yield from _section(
        "Promised",
        (
            f"{'kept: ' * one.kept}{one.what}" + (f", by {moment(one.due)}" if one.due else "")
            for one in found.promises
        ),
    )
    yield from _section("Do not ask again", (f"{known.about}: {known.answer}" for known in found.do_not_ask))
    rules = (
        f"{one.kind.replace('_', ' ')}: {one.what} {one.why} {one.by}".rstrip() for one in found.policies
    )
    yield from _section("Rules applied", rules)
    yield from _section("Facts", map(_fact, found.facts))
    yield from _section(
        "Said", (f"{line.speaker}: {' '.join(line.text.split())}" for line in found.transcript)
    )
    yield from _section("Left out", (f"{count} of {name}" for name, count in found.left_out.items()))
    yield Text(plain(f"\n{found.returns.text} {header.hash}"))


_AGAIN = {"never": "NEVER AGAIN", "look_first": "LOOK FIRST", "may": "may be done"}


def _fact(fact: Found) -> str:
    via = f" ({', '.join(fact.tools)})" if fact.tools else ""
    then = "; something was done since" if fact.may_have_changed else ""
    value = fact.value if isinstance(fact.value, str) else orjson.dumps(fact.value).decode()
    return f"{fact.fact} from {fact.source}{via}{then}: {cut(value, 160)}"


def _section(title: str, lines: Iterator[str]) -> Iterator[Text]:
    told = [Text(plain(f"  {line}")) for line in lines]
    if told:
        yield Text(f"\n{title}", style="bold")
        yield from told
