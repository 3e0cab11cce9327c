"""Every error that Segue raises itself.

SegueError
├── DefinitionError          a flow or a desk is wrong; raised at import, names file and line
├── BadInput                 somebody outside sent something unusable; the text says what and why
│   ├── NotFound             there is no such conversation, wait, flow ...
│   ├── Conflict             the same id was used before for something else
│   └── NotAllowed           the caller may not do this
├── JournalError             the journal cannot be used
│   ├── JournalInUse         another process owns it
│   ├── JournalNewer         a later version of Segue wrote it
│   ├── JournalDamaged       what it says contradicts itself
│   ├── JournalUnavailable   it cannot be written just now (full disk, read-only, locked)
│   ├── StaleWriter          somebody else writes this conversation now
│   └── ActionTaken          an action was to begin that is under way or done already
├── ModelError               a language model gave no answer; names the model, never a key
│   ├── ModelUnavailable     it is not asked just now; says until when, where that is known
│   ├── ModelTimeout         it did not answer in time
│   ├── ModelFailed          its provider failed, or what it sent cannot be read
│   ├── ModelRefused         it refused this request
│   └── ModelMisconfigured   its name, its key or its address is wrong
├── NotDone                  raised by an action: it was refused, and surely nothing was done
│   └── ToolNotCalled        a tool of somebody's server was not called at all
│       └── ToolChanged      it is not the tool that was reviewed
├── ToolFailed               a tool of somebody's server failed, or gave what cannot be read
│   └── ToolSaysError        it answered, and what it says is that it failed
├── BudgetSpent              models may cost no more in this turn or conversation
├── FlowChanged              a recorded turn does not fit today's flow
├── FactUnreadable           a recorded fact does not fit today's type
└── Draining                 the desk is shutting down and takes nothing new
"""

from datetime import datetime


class SegueError(Exception):
    """The root: catch this to catch everything that Segue raises itself."""


class DefinitionError(SegueError):
    """A flow or a desk is wrong. The message names who needs what, what there is, and where."""


class BadInput(SegueError):
    """Something from outside is unusable. The message is fit to be shown to whoever sent it."""


class NotFound(BadInput):
    """There is no such thing."""


class Conflict(BadInput):
    """The same id was used before for something else."""


class NotAllowed(BadInput):
    """Whoever asks may not do this."""


class JournalError(SegueError):
    """The journal cannot be used."""


class JournalInUse(JournalError):
    """Another process owns this journal; the message names it."""


class JournalNewer(JournalError):
    """A later version of Segue wrote this journal."""


class JournalDamaged(JournalError):
    """What the journal says contradicts itself, or it is not a journal."""


class JournalUnavailable(JournalError):
    """The journal cannot be written just now: disk full, read-only or locked. Nothing accepted is lost."""


class StaleWriter(JournalError):
    """Another writer holds this conversation now; what was to be appended was dropped."""


class ActionTaken(JournalError):
    """An action was to begin that another conversation has begun or done; what was to be appended was dropped."""


class ModelError(SegueError):
    """A language model gave no answer. `model` is its name; what is said bears no key and no address with one."""

    def __init__(self, model: str, said: str) -> None:
        super().__init__(model, said)
        self.model = model
        self.said = said

    def __str__(self) -> str:
        return f"{self.model} {self.said}"


class ModelUnavailable(ModelError):
    """The model is not asked just now: its provider said so, it failed too often, or too many ask at once."""

    def __init__(self, model: str, said: str, until: datetime | None = None) -> None:
        super().__init__(model, said)
        self.args = (model, said, until)
        self.until = until


class ModelTimeout(ModelError):
    """The model did not answer in time."""


class ModelFailed(ModelError):
    """The model's provider failed: an error of its own, a broken connection, or an answer that cannot be read."""


class ModelRefused(ModelError):
    """The model refused this request; asked the same again it would do so again."""


class ModelMisconfigured(ModelError):
    """The model's name, its key or its address is wrong; only changing the settings helps."""


class NotDone(SegueError):
    """Raised by an action when it is sure that nothing was done: it was refused, or never sent."""


class ToolNotCalled(NotDone):
    """A tool of somebody's server was not called: it cannot be reached, or must not be called like this."""


class ToolChanged(ToolNotCalled):
    """A tool of somebody's server is not the one that was reviewed; the message names what changed."""


class ToolFailed(SegueError):
    """A tool of somebody's server failed, took too long, or gave what cannot be read."""


class ToolSaysError(ToolFailed):
    """A tool of somebody's server answered, and what it says is that it failed."""


class BudgetSpent(SegueError):
    """Models may cost no more in this turn or conversation, so an agent did not ask one."""


class FlowChanged(SegueError):
    """A recorded turn does not fit today's flow any more."""


class FactUnreadable(SegueError):
    """A recorded fact does not fit today's type."""


class Draining(SegueError):
    """The desk is shutting down and takes nothing new."""
