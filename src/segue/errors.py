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
├── NotDone                  raised by an action: it was refused, and surely nothing was done
│   └── ToolNotCalled        a tool of somebody's server was not called at all
│       └── ToolChanged      it is not the tool that was reviewed
├── ToolFailed               a tool of somebody's server failed, or gave what cannot be read
│   └── ToolSaysError        it answered, and what it says is that it failed
├── FlowChanged              a recorded turn does not fit today's flow
├── FactUnreadable           a recorded fact does not fit today's type
└── Draining                 the desk is shutting down and takes nothing new
"""


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


class FlowChanged(SegueError):
    """A recorded turn does not fit today's flow any more."""


class FactUnreadable(SegueError):
    """A recorded fact does not fit today's type."""


class Draining(SegueError):
    """The desk is shutting down and takes nothing new."""
