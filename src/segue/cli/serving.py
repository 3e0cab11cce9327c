"""serve: a desk over HTTP, with its pages."""

import os
from pathlib import Path
from typing import Annotated

import typer

from segue.cli.complaint import Complaint
from segue.cli.desks import Target, find_desk


def add_to(app: typer.Typer) -> None:
    """Let the program have this command."""
    app.command()(serve)


def serve(
    target: Target,
    db: Annotated[Path, typer.Option(metavar="FILE", help="The journal; made if there is none.")] = Path(
        "segue.db"
    ),
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 for every interface.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 for any that is free.")] = 8080,
) -> None:
    """Serve a desk: the HTTP interface, the chat page, and what operators need.

    The operators' token is SEGUE_TOKEN, or made and printed.
    """
    try:
        from segue.web import server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "segue":
            raise
        raise Complaint(f"serving needs {error.name}; install it with: pip install 'segue[web]'") from error
    # A desk's matrices are small: threads that turn round waiting for each other take longer than one alone.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    token = os.environ.get("SEGUE_TOKEN") or None
    server.serve(find_desk(target), db, host=host, port=port, operator_token=token)
