"""faults: every tool of a desk under every fault, in its sandbox."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import groupby
from typing import Annotated, Any, TypeAlias

import typer
from rich.table import Table
from rich.text import Text

from segue.cli.desks import Target, find_desk
from segue.cli.screen import plain, show, show_json
from segue.faults import Cell, Fault, Matrix, run_matrix

WORDS = 90
"""Signs of what a customer read that are shown in the table; the JSON has all of it."""

Outcome: TypeAlias = tuple[str, str, str, str]


def add_to(app: typer.Typer) -> None:
    """Let the program have this command."""
    app.command()(faults)


def faults(
    target: Target,
    only: Annotated[
        str | None, typer.Option("--only", metavar="TOOL", help="Disturb this tool alone, by its class.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every cell, for programs.")] = False,
) -> None:
    """Run a desk's sandbox under every fault at every call of a tool; live back ends are never touched.

    Ends with 1 if a cell ends in silence, a false claim or a double effect.
    """
    desk = find_desk(target)
    matrix = run_matrix(desk, only=only)
    if as_json:
        show_json({"desk": desk.name, "cells": [_written(cell) for cell in matrix.cells], **_summed(matrix)})
    else:
        for name, cells in groupby(matrix.cells, lambda cell: cell.script):
            show(_table(name, list(cells)))
        for line in _explained(matrix):
            show(line)
    if matrix.bad:
        raise typer.Exit(1)


def _written(cell: Cell) -> Mapping[str, Any]:
    return {
        "script": cell.script,
        "fault": asdict(cell.fault) if cell.fault else None,
        "heard": [{"message": message, "words": words} for message, words in cell.heard],
        "done": cell.done,
        "receipts": cell.receipts,
        "recorded": cell.recorded,
        "owner": cell.owner,
        "verdict": cell.verdict,
        "problems": [asdict(problem) for problem in cell.problems],
    }


def _summed(matrix: Matrix) -> Mapping[str, Any]:
    return {"bad": len(matrix.bad), "never_called": matrix.never_called}


def _table(name: str, cells: list[Cell]) -> Table:
    """One row for all faults of a call that come out alike."""
    table = Table(title=plain(name), title_justify="left", title_style="bold", show_lines=True)
    for column, share in {"what goes wrong": 5, "the customer reads": 6, "done": 4, "with": 2, "": 2}.items():
        table.add_column(column, ratio=share, overflow="fold")
    usual = cells[0].done
    for call, alike in groupby(cells, lambda cell: _call(cell.fault)):
        rows: dict[Outcome, list[Cell]] = {}
        for cell in alike:
            rows.setdefault(_outcome(cell, usual), []).append(cell)
        for (heard, done, owner, verdict), met in rows.items():
            kinds = "".join(f"\n{one}" for one in _kinds(met))
            wrong = Text(plain(call), style="bold").append(plain(kinds), style="not bold")
            style = "green" if verdict == "ok" else "bold red"
            table.add_row(wrong, Text(plain(heard)), Text(plain(done)), plain(owner), Text(verdict, style))
    return table


def _outcome(cell: Cell, usual: Iterable[str]) -> Outcome:
    last = [words[-1] if words else "(silence)" for _, words in cell.heard]
    heard = "\n".join(word if len(word) <= WORDS else word[:WORDS] + "…" for word in last)
    effects = [effect if effect in usual else f"other: {effect}" for effect in cell.done]
    return (
        heard,
        "\n".join([*effects, *(f"receipt {one}" for one in cell.receipts)]),
        cell.owner,
        cell.verdict,
    )


def _call(fault: Fault | None) -> str:
    if fault is None:
        return "nothing"
    return f"{fault.tool}.{fault.method}" + (f" (call {fault.nth})" if fault.nth > 1 else "")


def _kinds(cells: Iterable[Cell]) -> list[str]:
    """`refused, dropped: once, always`."""
    lasting: dict[str, list[str]] = {}
    for cell in cells:
        if cell.fault is not None:
            lasting.setdefault(cell.fault.kind, []).append(cell.fault.lasts)
    alike: dict[str, list[str]] = {}
    for kind, lasts in lasting.items():
        alike.setdefault(", ".join(lasts), []).append(kind)
    return [f"{', '.join(kinds)}: {lasts}" for lasts, kinds in alike.items()]


def _explained(matrix: Matrix) -> Iterator[Text]:
    """Each bad cell, those alike together, and how many there are."""
    alike: dict[tuple[str, tuple[str, ...]], list[Cell]] = {}
    for cell in matrix.bad:
        whys = tuple(f"{problem.verdict.upper()}: {problem.why}" for problem in cell.problems)
        alike.setdefault((cell.script, whys), []).append(cell)
    for (script, whys), cells in alike.items():
        line = Text(plain(script), style="bold")
        for call, some in groupby(cells, lambda cell: _call(cell.fault)):
            line.append(plain(f"\n  {call} ({'; '.join(_kinds(some))})".replace(" ()", "")), style="not bold")
        for why in dict.fromkeys(whys):
            line.append(plain(f"\n  {why}"), style="red")
        yield line
    if matrix.never_called:
        yield Text(f"no script ever calls: {', '.join(matrix.never_called)}", style="yellow")
    counts = Counter(cell.verdict for cell in matrix.bad)
    bad = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    total = f"{len(matrix.cells)} conversations: "
    yield Text(
        total + (bad or "no silence, no false claim, no double effect"), "bold red" if bad else "green"
    )
