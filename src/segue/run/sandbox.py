"""Sandbox: what a desk is tried out with, instead of its live back ends: see `segue faults`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeAlias, get_args

from segue.errors import DefinitionError
from segue.flow.builtin import Caller

Breakage: TypeAlias = Literal["refused", "timeout", "error", "dropped", "wrong answer"]
"""How a call to a back end may fail; a wrong answer fails only where the client checks what it is about."""


class Script:
    """One conversation: what a customer says, in order, whatever the desk answers.

    `caller` is who says it, in which `language`. What needs an approval is approved unless `approves` is False.
    """

    def __init__(
        self,
        *says: str,
        caller: Caller | None = None,
        language: str | None = None,
        approves: bool = True,
        name: str = "",
    ) -> None:
        if not says:
            raise DefinitionError(
                "a Script needs at least one message of the customer: Script('Where is 1001?')"
            )
        self.says = says
        self.caller = caller or Caller()
        self.language = language
        self.approves = approves
        self.name = name or says[0]


class Sandbox:
    """Stand-ins for tools of a desk, and the scripts to run through them.

    Each of `tools` is called anew for every conversation, without arguments, and gives a stand-in: an object with the
    methods of the tool that it stands for, which behaves as the real one would (in memory, or by asking a service on
    loopback). What is given may also be an async context manager, and what that gives a list of several stand-ins. A
    tool that nothing here stands for is replaced by a recorder made from its types.

    A stand-in that does something, such as paying, says what was done: `effects` is a list of `Receipt`, oldest first
    (an attribute, a property or a method, which may be async). Two that are equal but for `reference` and `at`, and
    not undone, are one effect that took place twice.

    `raises` makes the exceptions that the tools raise, by what happened, so that the steps meet what they know; where
    it says nothing they are NotDone, TimeoutError, ConnectionError and ConnectionResetError, and a wrong answer comes
    back as if it were the right one.
    """

    def __init__(
        self,
        *tools: Callable[[], Any],
        scripts: Iterable[Script],
        raises: Mapping[Breakage, Callable[[], Exception]] | None = None,
    ) -> None:
        self.tools = tools
        self.scripts = tuple(scripts)
        self.raises = dict(raises or {})
        if not tools or not self.scripts:
            raise DefinitionError(
                "a Sandbox needs stand-ins and what customers say to them, as in "
                "Sandbox(FakeBank, scripts=[Script('Where is 1001?')])"
            )
        for tool in tools:
            _check_makes(tool)
        names = [script.name for script in self.scripts]
        if twice := [name for name in names if names.count(name) > 1]:
            raise DefinitionError(f"two scripts are called {twice[0]!r}; give one of them another name=...")
        if unknown := {*self.raises} - {*get_args(Breakage)}:
            raise DefinitionError(f"raises= knows {', '.join(get_args(Breakage))}, and not {min(unknown)!r}")


def _check_makes(tool: Any) -> None:
    if not callable(tool):
        kind = type(tool).__name__
        raise DefinitionError(
            f"a Sandbox makes its stand-ins anew for every conversation: give it {kind}, or a function that makes "
            f"one, and not a {kind} itself"
        )
