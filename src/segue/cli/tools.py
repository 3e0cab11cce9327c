"""tools: what a server of somebody else offers, written down so that it can be reviewed and relied upon."""

import asyncio
import importlib.util
from typing import Annotated

import typer

from segue.cli.complaint import Complaint
from segue.run.mishaps import words_of
from segue.tools.reviewed import Definition, Reviewed
from segue.tools.session import looked_at
from segue.tools.target import Http, Stdio, Target


def add_to(app: typer.Typer) -> None:
    """Let the program have this command."""
    app.command(context_settings={"ignore_unknown_options": True})(tools)


def tools(
    server: Annotated[
        list[str],
        typer.Argument(metavar="ADDRESS | COMMAND...", help="https://..., or the command that starts it."),
    ],
    against: Annotated[
        str, typer.Option("--against", metavar="FILE", help="Write nothing, but say what differs from this.")
    ] = "",
    only: Annotated[list[str] | None, typer.Option("--only", metavar="TOOL", help="Once for each.")] = None,
    header: Annotated[
        list[str] | None,
        typer.Option("--header", metavar="'NAME: VALUE'", help="Sent along over HTTP; once for each."),
    ] = None,
    env: Annotated[
        list[str] | None,
        typer.Option("--env", metavar="NAME=VALUE", help="For the command; once for each."),
    ] = None,
    within: Annotated[float, typer.Option("--within", help="Seconds that it is waited for.")] = 30.0,
) -> None:
    """Write down the tools of an MCP server, to be read by a person and then used by a desk."""
    if importlib.util.find_spec("mcp") is None:
        raise Complaint("tools of others need the package mcp: pip install 'segue[mcp]'")
    found = asyncio.run(_offered(_target(server, header or [], env or []), within, " ".join(server)))
    if missing := sorted(set(only or []) - {tool.name for tool in found}):
        there = ", ".join(sorted(tool.name for tool in found))
        raise Complaint(f"the server has no tool {missing[0]!r} (there is: {there})")
    wanted = [tool for tool in found if not only or tool.name in only]
    if not against:
        print(Reviewed(wanted).write(), end="")
        return
    reviewed = Reviewed.read(against)
    if changes := reviewed.changes(found, only or reviewed.tools):
        raise Complaint(f"the server is not as it was reviewed: {'; '.join(changes)}")
    print(f"nothing has changed: {len(only or reviewed.tools)} tools")


def _target(server: list[str], headers: list[str], env: list[str]) -> Target:
    command, *args = server
    if command.startswith(("http://", "https://")):
        if args:
            raise Complaint(f"after an address nothing more is expected, and there is {args[0]!r}")
        return Http(command, _pairs(headers, ":"))
    return Stdio(command, tuple(args), _pairs(env, "="))


def _pairs(given: list[str], sign: str) -> dict[str, str]:
    if wrong := [one for one in given if sign not in one]:
        raise Complaint(f"{wrong[0]!r} has no {sign!r} between a name and a value")
    return {name.strip(): value.strip() for name, _, value in (one.partition(sign) for one in given)}


async def _offered(target: Target, within: float, who: str) -> list[Definition]:
    try:
        async with looked_at(target, within) as tools:
            return tools
    except TimeoutError:
        raise Complaint(f"{who} gave no answer within {within:g} s") from None
    except Exception as error:
        raise Complaint(f"{who} cannot be reached: {words_of(error)}") from error
