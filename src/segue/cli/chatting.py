"""chat: a desk in the terminal, in this process."""

import asyncio
import codecs
import os
import sys
import threading
import uuid
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from segue.cli.complaint import Complaint
from segue.cli.desks import Target, find_desk
from segue.cli.screen import plain
from segue.cli.tree import moment
from segue.errors import BadInput
from segue.flow.builtin import Caller
from segue.journals.sqlite import SqliteJournal
from segue.observe.transcript import Shown, as_customer_sees
from segue.run.desk import Desk
from segue.run.events import MessageReceived
from segue.run.office import Office
from segue.run.reception import customer_says


def add_to(app: typer.Typer) -> None:
    """Let the program have this command."""
    app.command()(chat)


def chat(
    target: Target,
    db: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the conversation in this journal.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="The customer's; the desk's first if not given.")
    ] = None,
    customer: Annotated[
        str | None, typer.Option("--as", metavar="CUSTOMER_ID", help="Be this customer, verified.")
    ] = None,
) -> None:
    """Talk to a desk; Ctrl-D ends. Lines piped in are sent one by one, each after the last one's outcome."""
    desk = find_desk(target)
    if language is not None and language not in desk.languages:
        raise Complaint(f"this desk does not speak {language!r} (it speaks: {', '.join(desk.languages)})")
    who = Caller(customer, "verified") if customer else Caller()
    try:
        asyncio.run(_talk(desk, db, language, who))
    except KeyboardInterrupt:
        print()


async def _talk(desk: Desk, db: Path | None, language: str | None, caller: Caller) -> None:
    journal = SqliteJournal(db) if db is not None else None
    async with desk.open(journal) as office:
        conversation = await office.begin(language=language, caller=caller)
        if db is not None:
            print(f"conversation {conversation} (segue trace {conversation} --db {db})", file=sys.stderr)
        await Chat(office, conversation).run()


class Chat:
    """One conversation in the terminal: shows what becomes durable, sends line by line."""

    def __init__(self, office: Office, conversation: str) -> None:
        self._office = office
        self._conversation = conversation
        self._console = Console(highlight=False, markup=False, soft_wrap=True)
        self._ids: dict[int, str] = {}
        self._outcomes: dict[str, asyncio.Future[None]] = {}

    async def run(self) -> None:
        """Until there are no more lines."""
        lines = _lines()
        watching = asyncio.create_task(self._watch())
        talking = asyncio.create_task(self._talk(lines))
        done, others = await asyncio.wait([watching, talking], return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()
        for task in done:
            task.result()

    async def _talk(self, lines: "asyncio.Queue[str | None]") -> None:
        while (line := await self._next(lines)) is not None:
            if line.strip():
                await self._send(line)

    async def _next(self, lines: "asyncio.Queue[str | None]") -> str | None:
        if sys.stdin.isatty():
            self._console.print("you: ", end="")
        line = await lines.get()
        if line is None and sys.stdin.isatty():
            print()
        return line

    async def _send(self, line: str) -> None:
        id = uuid.uuid4().hex
        outcome = self._outcomes[id] = asyncio.get_running_loop().create_future()
        try:
            await customer_says(self._office, self._conversation, id, line)
        except BadInput as error:
            print(f"(not sent: {error})", file=sys.stderr)
            return
        await outcome

    async def _watch(self) -> None:
        async for happened in self._office.follow(self._conversation):
            if isinstance(happened, Exception):
                print(f"(cannot be written down just now: {happened})", file=sys.stderr)
                continue
            if isinstance(happened.event, MessageReceived):
                self._ids[happened.seq] = happened.event.id
            if (shown := as_customer_sees(happened)) is not None:
                self._show(shown)
                for seq in shown.covers:
                    outcome = self._outcomes.pop(self._ids.get(seq, ""), None)
                    if outcome is not None and not outcome.done():
                        outcome.set_result(None)

    def _show(self, shown: Shown) -> None:
        match shown.kind:
            case "message":
                return
            case "progress":
                self._console.print(Text(f"  … {plain(shown.text)}", style="dim"))
            case "receipt":
                mark = "↩" if shown.replaces else "✓"
                self._console.print(
                    Text(f"  {mark} {plain(shown.text)}", style="" if shown.replaces else "green")
                )
                if shown.undo_until is not None:
                    self._console.print(
                        Text(f"    (can be undone until {moment(shown.undo_until)})", style="dim")
                    )
            case "closed":
                self._console.print(Text("(the conversation was closed)", style="dim"))
            case _ if shown.text:
                line = Text(f"{plain(shown.person or 'desk')}: ", style="bold")
                self._console.print(line.append(plain(shown.text), style="not bold"))


def _lines() -> "asyncio.Queue[str | None]":
    """Lines of stdin as they come, then None.

    A thread reads them that nobody waits for. It reads past Python's own buffer, whose lock it would hold
    when the program ends.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    number = sys.stdin.fileno()

    def read() -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        rest = ""
        while chunk := os.read(number, 65_536):
            *whole, rest = (rest + decoder.decode(chunk)).split("\n")
            for line in whole:
                loop.call_soon_threadsafe(lines.put_nowait, line)
        if rest := rest + decoder.decode(b"", final=True):
            loop.call_soon_threadsafe(lines.put_nowait, rest)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, name="segue-chat-lines", daemon=True).start()
    return lines
