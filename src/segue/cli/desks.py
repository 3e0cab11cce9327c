"""Finding what `module:name` means, and saying what is wrong with it in one line."""

import importlib
import os
import sys
import sysconfig
import traceback
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from segue.cli.complaint import Complaint
from segue.errors import DefinitionError, SegueError
from segue.flow.flow import Flow
from segue.run.desk import Desk

Target = Annotated[
    str,
    typer.Argument(metavar="MODULE:DESK", help="Where the desk is; without a name, `desk` in the module."),
]


_NOT_THEIRS = ("<frozen ", str(Path(__file__).parent.parent), *{*sysconfig.get_paths().values()})
"""Where files lie that no user wrote: ours, Python's own, installed packages."""


def find_desk(target: str) -> Desk:
    """The desk that `module:name` means; Complaint or DefinitionError say what is wrong."""
    found = find(target)
    if isinstance(found, Desk):
        return found
    hint = "; put it into a Desk: Desk(flow, ...)" if isinstance(found, Flow) else ""
    raise Complaint(f"{target} is {_a(type(found).__name__)}, not a Desk{hint}")


def find_flows(desk: Desk, name: str | None) -> list[Flow[Any]]:
    """The flow of that name, or all of them."""
    if name is None:
        return list(desk.flows.values())
    if name not in desk.flows:
        raise Complaint(f"this desk has no flow {name!r} (there is: {', '.join(desk.flows)})")
    return [desk.flows[name]]


def find(target: str, default: str = "desk") -> Any:
    """What `module:name` means; the current folder comes first, as in `python -m`."""
    module_name, colon, path = target.partition(":")
    if Path(module_name).suffix == ".py" or "/" in module_name:
        name = module_name.removesuffix(".py").strip("./").replace("/", ".")
        raise Complaint(f"{target!r} is a file; name the module instead: {name}:{path or default}")
    if not all(part.isidentifier() for part in module_name.split(".")) or (colon and not path):
        raise Complaint(f"{target!r} does not name a desk; write module:name, such as shop:desk")
    module = found = _imported(module_name)
    for part in (path or default).split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise Complaint(f"{module_name} has no {path or default!r}{_what_there_is(module)}") from None
    return found


def _imported(name: str) -> ModuleType:
    if (here := os.getcwd()) not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except DefinitionError:
        raise
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(error.name + ".")):
            raise Complaint(
                f"there is no module {error.name!r} in {Path.cwd()} nor among the installed packages"
            ) from error
        raise Complaint(_broken(name, error)) from error
    except (Exception, SystemExit) as error:
        raise Complaint(_broken(name, error)) from error


def _broken(name: str, error: BaseException) -> str:
    """The user's own exception, with the last line of theirs that it came through."""
    if isinstance(error, SyntaxError):
        return f"{name} cannot be imported: SyntaxError: {error.msg} [{error.filename}:{error.lineno}]"
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith(_NOT_THEIRS)]
    last = (theirs or list(frames))[-1:]
    where = f" [{last[0].filename}:{last[0].lineno}]" if last else ""
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, SegueError):
        said = str(error)
    return f"{name} cannot be imported: {said}{where}"


def _what_there_is(module: ModuleType) -> str:
    desks = [name for name, value in vars(module).items() if isinstance(value, Desk)]
    return f" (desks in there: {', '.join(desks)})" if desks else ", and no other Desk"


def _a(noun: str) -> str:
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"
