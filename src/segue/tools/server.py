"""McpServer: a server of somebody else as a tool of the desk, whose tools become steps and actions."""

import importlib.util
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from segue.errors import DefinitionError
from segue.flow.action import Action
from segue.flow.go_on import go_on
from segue.flow.kinds import spell_case
from segue.flow.node import Approve, Node, Texts
from segue.flow.receipts import AlreadyDone, Refused
from segue.flow.route import Route
from segue.flow.sequence import Sequence
from segue.flow.step import Step, step
from segue.flow.wires import caller_line
from segue.tools.asks import Asks, made_from
from segue.tools.bound import Bind, Bound, check_hidden
from segue.tools.nodes import Belongs, Call
from segue.tools.result import ToolResult
from segue.tools.reviewed import Definition, Reviewed
from segue.tools.session import Patience, Session
from segue.tools.target import Http, Stdio, Target

T = TypeVar("T")


class McpServer:
    """An MCP server, with the tools of it that were reviewed.

    Put it into `Desk(tools=[...])` or leave it to the steps that are made of it; the desk opens and closes it. When it
    opens, the server is held against `reviewed`: a tool that is used and has changed is refused. A server that is
    down does not keep the desk from opening; calls try to reach it again.
    """

    def __init__(
        self, target: Target, *, reviewed: str | Path | Reviewed, name: str = "", **patience: Any
    ) -> None:
        if importlib.util.find_spec("mcp") is None:
            raise DefinitionError("tools of others need the package mcp: pip install 'segue[mcp]'")
        self._reviewed = reviewed if isinstance(reviewed, Reviewed) else Reviewed.read(reviewed)
        self.name = name or Path(self._reviewed.file).stem or "server"
        self._session = Session(self.name, target, self._reviewed, Patience(**patience))
        self._used: set[str] = set()
        self._made: dict[tuple[str, frozenset[str]], type] = {}

    @classmethod
    def stdio(
        cls,
        command: str,
        *args: str,
        reviewed: str | Path | Reviewed,
        env: Mapping[str, str] | None = None,
        **more: Any,
    ) -> "McpServer":
        """A server that the desk starts as a process. Of our environment it gets what every program needs, and `env`.

        `name` is by default that of the file; `seconds` is how long an answer may take (30), `connects_within` how
        long it may take to start (10), `looks_again` after how long it is held against what was reviewed
        once more (60), `most` how many bytes of an answer are kept (64,000).
        """
        return cls(Stdio(command, args, dict(env or {})), reviewed=reviewed, **more)

    @classmethod
    def http(
        cls,
        url: str,
        *,
        reviewed: str | Path | Reviewed,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> "McpServer":
        """A server at an address, over streamable HTTP; what else can be said is that of `stdio`."""
        if not url.startswith(("http://", "https://")):
            raise DefinitionError(f"McpServer.http({url!r}): an address begins with https:// or http://")
        return cls(Http(url, dict(headers or {})), reviewed=reviewed, **more)

    def __repr__(self) -> str:
        return f"<MCP server {self.name}>"

    # What flows are made of

    def step(
        self,
        tool: str,
        *,
        asks: type | None = None,
        gives: type = ToolResult,
        bound: Mapping[str, Bind] | None = None,
        belongs: Belongs | None = None,
        reads_only: bool | None = None,
        says: Texts | None = None,
        name: str | None = None,
    ) -> Step[Any, Any, Any]:
        """A tool that only reads, as a step.

        It reads a fact `asks`, whose fields are arguments of the tool (none: it is asked with nothing but what is
        bound), and gives a fact read from the answer. `bound` parameters are set from facts: {"user_id": (Customer,
        lambda customer: customer.id)}. `belongs` says whether an answer is about the fact it names, and may be seen:
        (Customer, lambda customer, order: order.customer == customer.id). What a tool does not say itself,
        `reads_only=True` may.
        """
        found, who = self._tool(tool)
        if not (found.reads_only if reads_only is None else reads_only):
            raise DefinitionError(
                f"{who} is not known to only read, so it is taken to act: make it an action with "
                f"server.action({tool!r}, ...), or say reads_only=True if you are sure"
            )
        call = self._call(found, who, asks, gives, bound, belongs=belongs)
        return call.step(caller_line(), name=name or _named(tool), says=says)

    def action(
        self,
        tool: str,
        *,
        asks: type | None = None,
        gives: type = ToolResult,
        bound: Mapping[str, Bind] | None = None,
        key: str = "",
        errors_are_refusals: bool = False,
        **options: Any,
    ) -> Action[Any, Any]:
        """A tool that acts, as an action; the other options are those of `segue.action`, see docs/actions.md.

        `identity` is the call with all its arguments unless it is given; what is bound is always a part of it. `key`
        names a parameter that takes the action's key, for servers that honour one. An error that the tool tells of
        leaves it unknown what was done, unless `errors_are_refusals` says that it then surely did nothing.
        """
        found, who = self._tool(tool)
        if key and key not in found.properties:
            raise DefinitionError(f"{who} has no parameter {key!r} that could take the key ({_names(found)})")
        call = self._call(found, who, asks, gives, bound, key=key)
        where = caller_line()
        return call.action(
            where, errors_are_refusals=errors_are_refusals, **{"name": _named(tool), **options}
        )

    def asks(self, tool: str, *, bound: Iterable[str] = ()) -> type:
        """The type that `tools` makes for a tool: frozen, with its parameters (but for the bound ones) as fields."""
        found, _ = self._tool(tool)
        hidden = frozenset(one for one in bound if one in found.properties)
        if (tool, hidden) not in self._made:
            self._made[tool, hidden] = made_from(found, hidden, self.name)
        return self._made[tool, hidden]

    def tools(
        self,
        only: Iterable[str],
        *,
        bound: Mapping[str, Bind] | None = None,
        belongs: Mapping[str, Belongs] | None = None,
        reads_only: Iterable[str] = (),
        acting: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> dict[type, Node[Any]]:
        """Tools for whoever leads a `Delegate`: what may be asked for, and the node that does it.

        Each gives a ToolResult. `bound` parameters are bound in every tool that has them. A tool that acts is an
        action; `acting` says for each by name what `action` wants to know, and with `"verbs"` what stands around it:
        {"refund": {"on": lambda call: call.order, "verbs": lambda refund: refund.approve(by=lead)}}.
        """
        names, reading, doing = list(only), set(reads_only), dict(acting or {})
        owned, binds, where = dict(belongs or {}), dict(bound or {}), caller_line()
        for name in names:
            self._tool(name)
        for word, given in (("reads_only", reading), ("acting", doing), ("belongs", owned)):
            if unknown := sorted(set(given) - set(names)):
                raise DefinitionError(
                    f"{word}= names {unknown[0]!r}, which is not among the tools {names} [{where}]"
                )
        nowhere = [one for one in binds if not any(one in self._tool(name)[0].properties for name in names)]
        if nowhere:
            raise DefinitionError(
                f"bound= names {nowhere[0]!r}, and none of the tools {names} has such a parameter"
            )
        made: dict[type, Node[Any]] = {}
        for name in names:
            found, _ = self._tool(name)
            mine = {one: bind for one, bind in binds.items() if one in found.properties}
            asks = self.asks(name, bound=mine)
            if name not in doing and (found.reads_only or name in reading):
                made[asks] = self.step(name, asks=asks, bound=mine, belongs=owned.get(name), reads_only=True)
                continue
            if name in owned:
                raise DefinitionError(f"belongs= is about what a tool reads, and {name!r} acts [{where}]")
            options = dict(doing.get(name, {}))
            verbs = options.pop("verbs", lambda node: node)
            made[asks] = _as_finding(verbs(self.action(name, asks=asks, bound=mine, **options)))
        return made

    def _tool(self, name: str) -> tuple[Definition, str]:
        found = self._reviewed.tools.get(name)
        if found is None:
            there = ", ".join(sorted(self._reviewed.tools)) or "none"
            file = self._reviewed.file or "what was reviewed"
            raise DefinitionError(
                f"{self.name} has no tool {name!r} in {file} (there is: {there}) [{caller_line()}]"
            )
        return found, f"the tool {name} of {self.name} [{caller_line()}]"

    def _call(
        self,
        tool: Definition,
        who: str,
        asks: type | None,
        gives: type,
        bound: Mapping[str, Bind] | None,
        *,
        belongs: Belongs | None = None,
        key: str = "",
    ) -> Call:
        for parameter in bound or {}:
            if parameter not in tool.properties:
                raise DefinitionError(f"{who} has no parameter {parameter!r} to bind ({_names(tool)})")
        binds = tuple(Bound.of(parameter, bind, who) for parameter, bind in (bound or {}).items())
        asking = None if asks is None else Asks(asks, tool, {*(bound or {}), *([key] if key else [])}, who)
        if asking is not None:
            check_hidden(binds, asking.schema, who)
            if same := next((one for one in binds if one.fact is asks), None):
                raise DefinitionError(
                    f"{who} binds {same.parameter} to {spell_case(same.fact)}, which is what it is asked with; bind it "
                    f"to a fact that somebody else gives"
                )
        given = {*(asking.names if asking else ()), *(bound or {}), *([key] if key else [])}
        if missing := sorted(tool.required - given):
            raise DefinitionError(
                f"{who} needs {', '.join(missing)}; let asks= be a type with "
                f"{'it' if len(missing) == 1 else 'them'}, or bind {'it' if len(missing) == 1 else 'them'}"
            )
        self._used.add(tool.name)
        return Call(self, tool.name, asking, binds, gives, belongs, key)

    # At work

    async def __aenter__(self) -> "McpServer":
        await self._session.open(self._used)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._session.close()

    async def call(self, tool: str, arguments: Mapping[str, Any], gives: type[T], *, acts: bool = False) -> T:
        """Call a tool and read the answer as a type; for lookups, which are functions of yours.

        ToolNotCalled when surely nothing was sent, ToolFailed when there is no usable answer. What `acts` is held
        against what was reviewed right before; what does not may be asked again when the connection was lost.
        """
        self._tool(tool)
        return await self._session.call(tool, arguments, gives, acts=acts)


@step
async def done_before(already: AlreadyDone) -> ToolResult:
    """What a lead reads when it asks for what was done on another occasion."""
    return ToolResult(already.receipt.action, "This was done before, and was not done again.")


@step
async def not_approved(refused: Refused) -> ToolResult:
    """What a lead reads when a person did not approve."""
    note = f" They say: {refused.note}" if refused.note else ""
    return ToolResult(refused.action, f"A person did not approve of this, so it was not done.{note}")


def _as_finding(acting: Node[Any]) -> Node[Any]:
    """Whatever an action comes to, as a ToolResult."""
    branches: dict[type, Node[Any]] = {ToolResult: go_on, AlreadyDone: done_before}
    if _approves(acting):
        branches[Refused] = not_approved
    return Sequence(acting, Route(branches))


def _approves(node: Node[Any]) -> bool:
    return isinstance(node, Approve) or any(map(_approves, node.inner))


def _named(tool: str) -> str:
    """A tool's name as that of a node: the protocol allows signs that a path is made with."""
    return re.sub(r"[/~.#]", "-", tool)


def _names(tool: Definition) -> str:
    return f"it has: {', '.join(sorted(tool.properties)) or 'none'}"
