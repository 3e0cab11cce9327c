"""actions, settle: what a conversation did, and a person says how something came out."""

from typing import Annotated, Any, Literal

import typer

from segue.cli.complaint import Complaint
from segue.cli.journals import Db, Json, events_in, reading, table
from segue.cli.remote import Remote, Url
from segue.cli.screen import plain, show, show_json
from segue.cli.tree import moment
from segue.run.deeds import deeds
from segue.run.journal import Journal

SHORT = 12
"""Signs of an identity that are shown; as many as it takes to tell them apart are enough to name one."""

Conversation = Annotated[str, typer.Argument(metavar="CONVERSATION", help="See `segue conversations`.")]


def add_to(app: typer.Typer) -> None:
    """Let the program have these commands."""
    app.command()(actions)
    app.command()(settle)


def actions(conversation: Conversation, db: Db = None, url: Url = None, as_json: Json = False) -> None:
    """List what a conversation did in back ends, how each came out, and what was tried where that is not known."""

    async def local(journal: Journal) -> list[dict[str, Any]]:
        return [deed.as_json() for deed in deeds(await events_in(journal, conversation))]

    found = reading(
        db, url, local, lambda server: server.get("conversations", conversation, "actions")["actions"]
    )
    if as_json:
        show_json(found)
        return
    shown = table("identity", "action", "how it stands", "receipt")
    for one in found:
        shown.add_row(one["identity"][:SHORT], plain(one["action"]), _stands(one), plain(one["told"]))
    show(shown if found else "nothing was done in this conversation")
    for one in found:
        if one["standing"] in ("unknown", "with_person"):
            _show_what_was_tried(one)


def settle(
    conversation: Conversation,
    identity: Annotated[str, typer.Argument(metavar="IDENTITY", help="See `segue actions`.")],
    outcome: Annotated[Literal["done", "not_done"], typer.Argument(help="How it came out.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Your name; it stands in the journal.")],
    reference: Annotated[
        str, typer.Option("--reference", metavar="TEXT", help="Of what was done, for the receipt.")
    ] = "",
    url: Url = None,
) -> None:
    """Say how an action came out of which nobody else can tell; until then nobody can do it again."""
    if url is None:
        raise Complaint("this goes through the running server: name it with --url or SEGUE_URL")
    remote = Remote(url)
    known = remote.get("conversations", conversation, "actions")["actions"]
    whole = {line["identity"] for line in known if line["identity"].startswith(identity)}
    if len(whole) > 1:
        raise Complaint(f"{len(whole)} actions of this conversation begin with {identity}; give more of it")
    body = {"outcome": outcome, "reference": reference, "by": by}
    told = remote.post(
        *("conversations", conversation, "actions", whole.pop() if whole else identity, "settle"), body=body
    )
    if told["taken"] is False:
        raise Complaint("nobody is asked about this any more, so it was dropped")
    print("settled" if told["taken"] else "accepted; the conversation has not taken it in yet")


def _stands(one: dict[str, Any]) -> str:
    standing = {"with_person": "with a person"}.get(one["standing"], str(one["standing"]).replace("_", " "))
    by = f" (says {plain(one['settled_by'])})" if one["settled_by"] else ""
    approved = f", approved by {plain(one['approved_by'])}" if one["approved_by"] else ""
    return f"{standing.upper() if one['standing'] in ('unknown', 'with_person') else standing}{by}{approved}"


def _show_what_was_tried(one: dict[str, Any]) -> None:
    show(f"\n{one['identity'][:SHORT]} {plain(one['action'])}, key {one['key']}, sent {one['sent']} times")
    for fact in one["arguments"]:
        show(plain(f"  {fact['fact']} {fact['value']}"))
    for tried in one["tried"]:
        show(plain(f"  {moment(tried['at'])} {tried['what'] or '-'}: {tried['came']}"))
