"""router calibrate: what a router will do on this desk, from its own examples."""

import asyncio
from typing import Annotated, Any, cast

import typer

from segue.agents.calibration import MakesRouter
from segue.agents.calibration import calibrate as calibrated
from segue.cli.complaint import Complaint
from segue.cli.desks import find
from segue.run.desk import Desk


def add_to(app: typer.Typer) -> None:
    """Let the program have these commands."""
    router = typer.Typer(no_args_is_help=True, help="What a router makes of messages.")
    router.callback()(_router)
    router.command()(calibrate)
    app.add_typer(router, name="router")


def _router() -> None:
    """What a router makes of messages."""


def calibrate(
    target: Annotated[
        str,
        typer.Argument(metavar="MODULE:ROUTER", help="A router, what makes one, or a desk that uses one."),
    ],
) -> None:
    """Set the bands of a router by cross-validation on its own examples, and say what to expect of them."""
    router = _learned(target)
    try:
        make = cast(MakesRouter, type(router))
        print(asyncio.run(calibrated(make, router.examples, out_of_scope=router.out_of_scope)))
    except ValueError as error:
        raise Complaint(f"{target} cannot be calibrated: {error}") from error


def _learned(target: str) -> Any:
    """The router that learned from examples and still has them."""
    found = find(target)
    if isinstance(found, Desk):
        for tool in found.tools.everything():
            if _has_examples(tool):
                return tool
        raise Complaint(f"no tool of {target} is a router with examples of its own; name the router instead")
    if callable(found) and not _has_examples(found):
        try:
            found = found()
        except Exception as error:
            raise Complaint(f"{target} fails: {type(error).__name__}: {error}") from error
    if not _has_examples(found):
        raise Complaint(f"{target} is a {type(found).__name__}, which has no examples to be calibrated with")
    return found


def _has_examples(found: Any) -> bool:
    return not isinstance(found, type) and hasattr(found, "examples") and hasattr(found, "out_of_scope")
