"""Draw: a flow for people to look at, before it runs and with what happened on it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

from segue.flow.draw_mermaid import mermaid
from segue.flow.draw_style import CSS
from segue.flow.draw_svg import svg
from segue.flow.flow import Flow
from segue.flow.tree import CONTAINERS, Box, Mark, Verb, static_path, tree

__all__ = ["CSS", "Mark", "draw"]

# CSS stands in every picture as it is, so a page that forbids styles within itself may allow this one by its
# hash, or serve it as a file.


def draw(
    flow: Flow[Any],
    form: Literal["mermaid", "svg", "json"] = "svg",
    *,
    marks: Mapping[str, Mark] | None = None,
    width: int = 960,
) -> str:
    """A flow as a Mermaid flowchart, an SVG picture, or a tree in JSON.

    `marks` are put on boxes by path, as recorded in events (the indices of Each and Delegate may be left in).
    A picture tries to be no wider than `width` pixels; a phone wants about 400.
    """
    box = tree(flow)
    marked = {static_path(path): mark for path, mark in (marks or {}).items()}
    match form:
        case "mermaid":
            return mermaid(box, marked)
        case "svg":
            return svg(box, marked, width)
        case "json":
            return json.dumps(_flow(flow, box, marked), ensure_ascii=False, indent=2)
    raise ValueError(f"a flow is drawn as mermaid, svg or json, not as {form!r}")


def _flow(flow: Flow[Any], box: Box, marks: Mapping[str, Mark]) -> dict[str, Any]:
    ((_, root),) = box.children
    keeps = {
        case.__name__: None if seconds == float("inf") else seconds for case, seconds in flow.keeps.items()
    }
    return {
        "flow": flow.name,
        "where": flow.where.short,
        "takes": [reads.kind for reads in box.reads],
        "gives": box.gives[0],
        "keeps": keeps,
        "fingerprint": flow.fingerprint,
        "root": _node(root, marks),
    }


def _node(box: Box, marks: Mapping[str, Mark]) -> dict[str, Any]:
    """A box as JSON. `from` is empty where the flow takes the fact, or has it without being given it."""
    return {
        "path": box.path,
        "kind": box.kind,
        "title": box.title,
        "note": box.note,
        "where": box.where.short,
        "gives": list(box.gives),
        "kept": list(box.keeps),
        "reads": [
            {
                "parameter": reads.parameter,
                "kind": reads.kind,
                "from": [source.path for source in reads.sources if source.path],
            }
            for reads in box.reads
        ],
        "tools": dict(box.tools),
        "action": asdict(box.doing) if box.doing is not None else None,
        "verbs": [_verb(verb, marks) for verb in box.verbs],
        "ends": box.ends,
        "mark": None if box.kind in CONTAINERS else _mark(marks.get(box.path)),
        "children": [{"label": label, "node": _node(child, marks)} for label, child in box.children],
    }


def _verb(verb: Verb, marks: Mapping[str, Mark]) -> dict[str, Any]:
    return {
        "kind": verb.kind,
        "path": verb.path,
        "title": verb.text,
        "where": verb.where.short,
        "mark": _mark(marks.get(verb.path)),
        "person": verb.person or None,
        "substitute": _node(verb.substitute, marks) if verb.substitute else None,
    }


def _mark(mark: Mark | None) -> dict[str, str] | None:
    return {"style": mark.style, "label": mark.label} if mark else None
