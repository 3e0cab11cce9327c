"""answer: a person answers from the terminal, through the running server."""

from typing import Annotated, Any

import orjson
import typer

from segue.cli.complaint import Complaint
from segue.cli.remote import Remote, Url


def add_to(app: typer.Typer) -> None:
    """Let the program have this command."""
    app.command()(answer)


def answer(
    wait: Annotated[str, typer.Argument(metavar="WAIT_ID", help="See `segue waiting`.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Your name; the customer reads it.")],
    text: Annotated[str, typer.Option("--text", help="What the customer reads.")] = "",
    give_back: Annotated[
        bool, typer.Option("--return", help="Then give the conversation back to the desk.")
    ] = False,
    close: Annotated[bool, typer.Option("--close", help="Then close the conversation.")] = False,
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--field", metavar="NAME=VALUE", help="Part of what was asked for; once for each field."
        ),
    ] = None,
    url: Url = None,
) -> None:
    """Answer who waits: a handover with a text, a question of the flow with its fields."""
    if give_back and close:
        raise typer.BadParameter("a conversation is returned or closed, not both", param_hint="--close")
    if field and (text or give_back or close):
        raise typer.BadParameter(
            "fields answer a question of the flow; a text answers a handover", param_hint="--field"
        )
    if not (field or text or give_back or close):
        raise typer.BadParameter("give a --text, --return or --close, or each --field that was asked for")
    body: dict[str, Any] = {"by": by}
    if field:
        body["fields"] = dict(_field(one) for one in field)
    else:
        body |= {"text": text, "then": "return" if give_back else "close" if close else "keep"}
    if url is None:
        raise Complaint("answers go through the running server: name it with --url or SEGUE_URL")
    told = Remote(url).post("waiting", wait, "answer", body=body)
    if told["taken"] is False:
        raise Complaint(f"nobody waits under {wait} any more, so this was dropped")
    print("answered" if told["taken"] else "accepted; the conversation has not taken it in yet")


def _field(told: str) -> tuple[str, Any]:
    """`name=value`; a value that is a JSON list or object is read as one, any other is text."""
    name, equals, value = told.partition("=")
    if not name or not equals:
        raise typer.BadParameter(f"{told!r} is not NAME=VALUE", param_hint="--field")
    if value[:1] in ("[", "{"):
        try:
            return name, orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise typer.BadParameter(f"{value!r} is no JSON: {error}", param_hint="--field") from error
    return name, value
