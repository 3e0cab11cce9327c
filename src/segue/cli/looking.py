"""check, draw, explain: a desk looked at before it runs."""

import asyncio
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from segue.cli.complaint import Complaint
from segue.cli.desks import Target, find_desk, find_flows
from segue.cli.screen import plain
from segue.flow import builtin, receipts
from segue.flow.draw import draw as draw_flow
from segue.flow.explain import explain as explain_flow
from segue.flow.kinds import Many, spell_case
from segue.flow.step import Step
from segue.run.desk import Desk

_OURS = (builtin.__name__, receipts.__name__)

OneFlow = Annotated[str | None, typer.Option("--flow", metavar="NAME", help="Which flow of the desk.")]


def add_to(app: typer.Typer) -> None:
    """Let the program have these commands."""
    app.command()(check)
    app.command()(draw)
    app.command()(explain)


def check(
    target: Target,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask its models anything.")] = False,
) -> None:
    """Check that a desk fits together, without running it, and that its models answer."""
    desk = find_desk(target)
    print(f"{target} fits together: {summary(desk)}.")
    if (models := _models(desk)) is None:
        return
    nodes = (place.node for place in desk.places())
    agents = {node.name: node.model for node in nodes if isinstance(node, Step) and hasattr(node, "model")}
    if complaints := asyncio.run(_complaints(models, agents, offline)):
        for complaint in complaints:
            print(f"segue: {plain(complaint)}", file=sys.stderr)
        raise typer.Exit(1)
    if not offline:
        print("Its models answer.")


def draw(
    target: Target,
    flow: OneFlow = None,
    form: Annotated[Literal["mermaid", "svg", "json"], typer.Option(help="What to draw it as.")] = "mermaid",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to; the terminal if not given."),
    ] = None,
) -> None:
    """Draw a flow; the one that a message starts unless another is named."""
    desk = find_desk(target)
    wanted = find_flows(desk, flow or getattr(desk.flow_for_messages, "name", None))[0]
    drawn = draw_flow(wanted, form).rstrip() + "\n"
    if output is None:
        print(drawn, end="")
        return
    try:
        output.write_text(drawn, "utf-8")
    except OSError as error:
        raise Complaint(f"{output} cannot be written: {error.strerror}") from error
    print(f"{wanted.name} drawn to {output}")


def explain(target: Target, flow: OneFlow = None) -> None:
    """Say for every step which node feeds each of its parameters, with file and line."""
    print("\n\n".join(explain_flow(wanted).rstrip() for wanted in find_flows(find_desk(target), flow)))


def _models(desk: Desk) -> Any:
    """The desk's tool that says which models are asked, found by name: to import it loads pydantic-ai."""
    tools = desk.tools.everything()
    ours = (t for t in tools if any(cls.__module__ == "segue.agents.models" for cls in type(t).__mro__))
    return next(ours, None)


async def _complaints(models: Any, agents: dict[str, Any], offline: bool) -> Sequence[str]:
    async with models:
        complaints: Sequence[str] = await models.check(agents, offline=offline)
    return complaints


def summary(desk: Desk) -> str:
    """What a desk consists of, in one sentence."""
    steps = {
        node
        for node in (place.node for place in desk.places())
        if isinstance(node, Step) and not node.acts and not _is_ours(node)
    }
    tools = sorted(type(tool).__name__ for tool in desk.tools.everything())
    parts = [
        _counted(desk.flows, "flow"),
        _counted([], "step", len(steps)),
        *([_counted(desk.actions, "action")] if desk.actions else []),
        _counted(tools, "tool"),
        _counted(
            [f"{person.name} in {queue}" for person, queue in desk.people.items()], "person", plural="people"
        ),
        _counted(desk.languages, "language"),
        _counted(_facts(desk), "fact"),
    ]
    return ", ".join(parts[:-1]) + f" and {parts[-1]}"


def _is_ours(step: Step[Any, Any, Any]) -> bool:
    """Did it come with Segue, as the reader of a whole answer does?"""
    return step.function.__module__.startswith("segue.")


def _facts(desk: Desk) -> list[str]:
    given = [case for place in desk.places() for case in place.gives]
    taken = [case for flow in desk.flows.values() for case in flow.takes]
    classes = {cls for case in [*given, *taken] for cls in (case.items if isinstance(case, Many) else [case])}
    return sorted(spell_case(cls) for cls in classes if cls.__module__ not in _OURS)


def _counted(names: Iterable[str], noun: str, count: int | None = None, *, plural: str = "") -> str:
    names = list(names)
    number = len(names) if count is None else count
    listed = f" ({', '.join(names)})" if names else ""
    return f"{number} {noun if number == 1 else plural or noun + 's'}{listed}"
