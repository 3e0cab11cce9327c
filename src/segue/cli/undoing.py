"""undo: takes back what a conversation did, through the running server; first it shows what can be."""

from typing import Annotated

import typer

from segue.cli.complaint import Complaint
from segue.cli.remote import Remote, Url
from segue.cli.screen import plain


def add_to(app: typer.Typer) -> None:
    """Let the program have this command."""
    app.command()(undo)


def undo(
    conversation: Annotated[str, typer.Argument(metavar="CONVERSATION", help="See `segue conversations`.")],
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="Your name; it stands in the journal.")
    ] = "",
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="IDENTITY", help="Only this one; once for each."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    url: Url = None,
) -> None:
    """Take back what a conversation did, the latest first. Without --by it only shows what can be."""
    if url is None:
        raise Complaint("this goes through the running server: name it with --url or SEGUE_URL")
    remote = Remote(url)
    plan = remote.get("conversations", conversation, "undo")["actions"]
    if not plan:
        print("nothing was done in this conversation that is not taken back already")
        return
    wanted = [line for line in plan if line["can"] and (not only or line["identity"].startswith(tuple(only)))]
    for line in plan:
        mark = "undo" if line in wanted else "keep"
        why = f"  ({line['why_not']})" if line["why_not"] else ""
        print(plain(f"{mark}  {line['identity'][:12]}  {line['told']}{why}"))
    if not by:
        return
    if not wanted:
        raise Complaint("nothing of this can be taken back")
    if not yes:
        typer.confirm(f"Take back {len(wanted)} of {len(plan)}?", abort=True)
    body = {"by": by, "only": [line["identity"] for line in wanted]}
    remote.post("conversations", conversation, "undo", body=body)
    print("accepted; `segue trace` shows how it goes")
