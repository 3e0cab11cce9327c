"""Writers: who found the words of a reply, a language model or the desk itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from segue.observe.log import shape_of
from segue.run import events as ev
from segue.run.codec import Happened


@dataclass(frozen=True, slots=True)
class Writer:
    """`model` is the one whose draft was sent, as it was or after steps that went on from it; empty for a template."""

    model: str = ""


def writers_of(events: Iterable[Happened]) -> Mapping[int, Writer]:
    """Who wrote each reply, by its seq."""
    writers = Writers()
    seen = ((happened.seq, writers.see(happened)) for happened in events)
    return {seq: writer for seq, writer in seen if writer is not None}


@dataclass
class _Turn:
    models: dict[str, str] = field(default_factory=dict)  # by the path of the step that asked
    writer: str = ""  # whose draft it is that nobody objected to


class Writers:
    """Fed with what happens in a conversation, in order, it says of each reply who wrote it."""

    def __init__(self) -> None:
        self._turns: dict[int, _Turn] = {}

    def see(self, happened: Happened) -> Writer | None:
        """Take in one more event; who wrote it, where it is a reply."""
        match happened.event:
            case ev.ModelAnswered() as e:
                self._turn(e.turn).models[e.path] = e.model
            case ev.StepFinished() | ev.FactReused() as e:
                shape = shape_of(e.fact)
                turn = self._turn(e.turn)
                if shape == "segue.Draft":
                    turn.writer = turn.models.get(e.path, "" if _instead(e.path) else turn.writer)
                elif isinstance(shape, tuple) and "segue.Objection" in shape:
                    turn.writer = ""
            case ev.StepFailed() as e:
                self._turn(e.turn).writer = ""
            case ev.ReplySent() as e:
                return Writer(self._turn(e.turn).writer)
            case ev.TurnFinished() | ev.TurnSuperseded() as e:
                self._turns.pop(e.turn, None)
        return None

    def _turn(self, number: int) -> _Turn:
        return self._turns.setdefault(number, _Turn())


def _instead(path: str) -> bool:
    """Does this step stand for others that failed, or met objections?"""
    return any(part in ("else", "last") for part in path.split("/"))
