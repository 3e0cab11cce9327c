"""The program: its commands, and how it ends when something is wrong."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from segue import __version__
from segue.cli import (
    acting,
    answering,
    chatting,
    costing,
    faults,
    journals,
    looking,
    packets,
    routing,
    serving,
    tools,
    undoing,
)
from segue.cli.complaint import Complaint
from segue.cli.screen import plain
from segue.errors import SegueError

app = typer.Typer(
    name="segue",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for commands in (
    *(looking, faults, chatting, serving, journals, packets, costing),
    *(answering, acting, undoing, routing, tools),
):
    commands.add_to(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command. What is wrong stands in one line on stderr; the exit code is 1 then, 2 for usage."""
    try:
        app(args=list(sys.argv[1:] if arguments is None else arguments), prog_name="segue")
    except (Complaint, SegueError) as error:
        if os.environ.get("SEGUE_DEBUG"):
            raise
        print(f"segue: {plain(' '.join(str(error).split()))}", file=sys.stderr)
        sys.exit(1)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"segue {__version__}")
        raise typer.Exit


@app.callback()
def segue(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and end."),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", envvar="SEGUE_DEBUG", help="Show where an error comes from.")
    ] = False,
) -> None:
    """Orchestrates AI agents, tools and people in customer service."""
    if debug:
        os.environ["SEGUE_DEBUG"] = "1"
