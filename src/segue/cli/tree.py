"""How a trace looks in a terminal: a tree that says all of it in words, in 80 columns, without colour too."""

from collections.abc import Iterator
from datetime import UTC, datetime

import orjson
from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from segue.cli.screen import plain
from segue.observe.bill import Bill, dollars
from segue.observe.stage import TROUBLE, Stage, State
from segue.observe.trace import Aside, Trace
from segue.observe.turns import TurnTrace, Words

_SHOWN: dict[State, str] = {
    "done": "gave",
    "reused": "reused",
    "answered": "answered",
    "objected": "OBJECTED",
    "failed": "FAILED",
    "timed out": "TIMED OUT",
    "late": "TOO LATE",
    "abandoned": "given up",
    "running": "running",
    "waiting": "WAITING",
    "withdrawn": "taken back",
    "expired": "EXPIRED",
    "handed over": "HANDED OVER",
    "found": "done, as its lookup found",
    "declined": "NOT DONE AGAIN",
    "not done": "NOT DONE",
    "absent": "absent",
    "unknown": "UNKNOWN",
    "with a person": "WITH A PERSON",
    "granted": "granted",
    "refused": "REFUSED",
}

_BOLD = ("step", "action", "question", "ask", "approval")
_CALLS = ("model", "tool")
_YELLOW = ("running", "waiting", "declined", "refused")
_BECAUSE = {"always": "it always is", "when": "the facts say so"}


def render(trace: Trace) -> RenderableType:
    """Everything in its order: each turn as a tree, and what happened between them."""
    about = [trace.conversation, trace.channel, trace.language, f"owner: {trace.owner}"]
    opened = [f"opened {moment(trace.opened)}"] if trace.opened is not None else []
    head = _text(" · ".join(part for part in [*about, *opened] if part), style="bold")
    parts: list[tuple[int, RenderableType]] = [(turn.started, _turn(turn)) for turn in trace.turns]
    parts += [(aside.at, _aside(aside)) for aside in trace.asides]
    parts.sort(key=lambda part: part[0])
    return Group(head, *(part for _, part in parts))


def duration(ms: float | None) -> str:
    """`0.4 ms`, `12 ms`, `1.4 s`, `3 min 20 s`, `2 h 5 min`; nothing where it is not known."""
    if ms is None:
        return ""
    if ms < 10:
        return f"{ms:.1f} ms".replace(".0 ms", " ms")
    if ms < 1000:
        return f"{ms:.0f} ms"
    if ms < 60_000:
        return f"{ms / 1000:.1f} s"
    minutes, seconds = divmod(round(ms / 1000), 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"


def _text(text: str, style: str = "") -> Text:
    return Text(plain(text), style=style)


def moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _clock(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%H:%M:%S")


def _turn(turn: TurnTrace) -> RenderableType:
    state = turn.state.replace("_", " ")
    bad = turn.state not in ("replied", "done", "running", "waiting", "withdrawn")
    label = _text(f"turn {turn.number} · {turn.flow} · {moment(turn.started)} · ", style="bold")
    label.append(state.upper() if bad else state, style="bold red" if bad else "bold green")
    tree = Tree(label)
    for line in _about(turn):
        tree.add(line)
    for stage in turn.stages:
        _add(tree, stage)
    if turn.deadline_passed is not None:
        tree.add(_text(f"DEADLINE PASSED at {_clock(turn.deadline_passed)}: it took too long", style="red"))
    if turn.reply is not None:
        by = turn.writer.model if turn.writer is not None else ""
        who = f"written by {by}" if by else "from a template"
        tree.add(_text(f"reply ({who}): {_words(turn.reply)}", style="green"))
    if turn.handover is not None:
        tree.add(_handover(turn))
    return tree


def _about(turn: TurnTrace) -> Iterator[Text]:
    for message in turn.messages:
        yield _text(f"message {message.seq} at {_clock(message.at)}: {_words(message)}", style="cyan")
    totals = turn.totals
    counts = [
        f"{totals.steps} steps",
        *([f"{totals.actions} action{'s' * (totals.actions > 1)}"] if totals.actions else []),
        *([f"{totals.unknown} UNKNOWN"] if totals.unknown else []),
        *([_bill(totals.bill)] if totals.bill else []),
        *([f"{totals.tools} tool call{'s' * (totals.tools > 1)}"] if totals.tools else []),
        *([f"{totals.failures} FAILED"] if totals.failures else []),
        *([f"{totals.retries} tried again"] if totals.retries else []),
        *([f"{totals.substitutes} replaced"] if totals.substitutes else []),
        *([f"resumed {totals.resumes} times"] if totals.resumes else []),
        *([f"first sign after {duration(totals.first_sign)}"] if totals.first_sign is not None else []),
        *([f"outcome after {duration(totals.outcome)}"] if totals.outcome is not None else []),
    ]
    yield _text(" · ".join(counts), style="dim")
    for resumed in turn.resumed:
        yield _text(f"RESUMED ({resumed.n}) at {_clock(resumed.at)} after a restart", style="yellow")
    if turn.why_paths:
        yield _text(f"shown by path only: {turn.why_paths}", style="yellow")


def _handover(turn: TurnTrace) -> Text:
    handover = turn.handover
    assert handover is not None
    where = f" at {handover.path}" if handover.path else ""
    why = f": {handover.why}" if handover.why else ""
    return _text(f"HANDED OVER to {handover.to} · {handover.reason}{where}{why}", style="red")


def _add(tree: Tree, stage: Stage) -> None:
    branch = tree.add(_line(stage))
    for progress in stage.progress:
        branch.add(_text(f"shown: {progress}", style="cyan"))
    for remark in stage.remarks:
        branch.add(_text(remark, style="yellow"))
    for what, said in (("", stage.fact), ("asked: ", stage.question), ("answered: ", stage.answer)):
        if said is not None:
            branch.add(_text(what + orjson.dumps(said).decode(), style="dim"))
    for child in stage.children:
        # The way an item takes is named after it: it need not be said twice.
        for shown in child.children if _says_it_again(stage, child) else (child,):
            _add(branch, shown)


def _says_it_again(stage: Stage, child: Stage) -> bool:
    return stage.kind == "item" and child.kind == "route" and stage.name.endswith(f": {child.name}")


def _line(stage: Stage) -> Text:
    line = Text()
    if stage.substitute:
        line.append("instead: ", style="yellow")
    line.append(_name(stage), style="bold" if stage.kind in _BOLD else "")
    if stage.attempt > 1 and stage.kind != "approval":
        line.append(f" (attempt {stage.attempt})", style="yellow")
    style = "red" if stage.state in TROUBLE else "yellow" if stage.state in _YELLOW else ""
    said = _said(stage)
    if said:
        line.append(f" · {plain(said)}", style=style)
    if stage.state == "waiting" and stage.started is not None and not stage.children:
        line.append(f" for {stage.person} since {moment(stage.started)}", style=style)
    if stage.bill and (stage.bill.answers if stage.kind == "model" else len(stage.children) > 1):
        line.append(f" · {_bill(stage.bill, one=stage.kind == 'model')}", style="dim")
    if took := duration(stage.took):
        line.append(f" · {took}", style="dim")
    if (
        stage.state in TROUBLE
        and (not stage.children or stage.kind == "step")
        and stage.kind not in _CALLS
        and stage.path not in ("", stage.name)
    ):
        line.append(f" · at {stage.path}", style="dim")
    return line


def _name(stage: Stage) -> str:
    before = {"route": "→ ", "item": "item ", "task": "task ", "model": "model ", "tool": "tool "}
    return before.get(stage.kind, "") + stage.name


def _said(stage: Stage) -> str:
    """The state in words, with what it gave or why it failed."""
    shown = _SHOWN[stage.state]
    if stage.kind in ("action", "call", "lookup"):
        return _acted(stage)
    if stage.kind == "approval":
        by = f" by {stage.by}" if stage.by else ""
        return f"{shown}{by}, asked because: {_BECAUSE.get(stage.says, stage.says)}" if stage.says else shown
    if stage.state == "done":
        if stage.says and (stage.kind == "step" or (stage.kind == "ask" and not stage.children)):
            return stage.says if stage.says.startswith("no ") else f"gave {stage.says}"
        return stage.says
    reason = stage.reason.replace("_", " ")
    if stage.reason in ("", "failed", "timeout"):
        reason = ""
    parts = [f"{shown} ({reason})" if reason else shown, stage.says]
    said = ": ".join(part for part in parts if part)
    if stage.by:
        said = f"{shown} by {stage.by}: gave {stage.says}"
    elif stage.state == "reused":
        said = f"reused {stage.says}"
    return said


def _acted(stage: Stage) -> str:
    """How an action came out, how that is known, and how often it was sent."""
    shown = "done" if stage.state == "done" else _SHOWN[stage.state]
    reason = f" ({stage.reason.replace('_', ' ')})" if stage.reason and stage.reason != "told" else ""
    by = f", says {stage.by}" if stage.by else ""
    gave = stage.kind == "action" and stage.state in ("done", "found") and stage.says
    says = f", gave {stage.says}" if gave else f": {stage.says}" if stage.says else ""
    sent = f" · sent {stage.sent} times" if stage.sent > 1 else ""
    return f"{shown}{reason}{by}{says}{sent}"


def _bill(bill: Bill, *, one: bool = False) -> str:
    """What was asked of models, in a few words; of `one` call, not how many they are."""
    calls = bill.answers + bill.failures
    parts = [] if one else [f"{calls} model call{'s' * (calls > 1)}"]
    if bill.answers:
        cached = f" ({bill.cached:,} cached)" if bill.cached else ""
        more = " and more" if bill.unpriced and bill.money else ""
        price = "price not known" if bill.unpriced and not bill.money else dollars(bill.money) + more
        parts += [f"{bill.tokens_in:,} tokens in{cached}, {bill.tokens_out:,} out", price]
    if bill.waited:
        parts.append(f"waited {duration(bill.waited)}")
    return " · ".join(parts)


def _words(words: Words) -> str:
    if words.text is not None:
        return words.text
    return "erased" if words.length is None else f"{words.length} characters"


def _aside(aside: Aside) -> Text:
    by = f" · {aside.by}" if aside.by else ""
    words = f": {_words(aside.words)}" if aside.words is not None else ""
    return _text(f"{_clock(aside.at)} {aside.what}{by}{words}", style="magenta")
