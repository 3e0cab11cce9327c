"""An office that a drive watches: it counts, dies when told, and its steps run in no thread."""

import asyncio
from typing import TYPE_CHECKING, Any

from tests.run.script import Pool
from tests.run.seeing import Called, describe

from segue.run.codec import Happened
from segue.run.engine import Engine
from segue.run.journal import Append
from segue.run.office import Office
from segue.run.turn import Turn
from segue.run.wants import Run
from segue.run.watchdog import Watchdog

if TYPE_CHECKING:
    from tests.run.driving import Drive


class Unwatched(Watchdog):
    """The watchdog looks at real time, which is not what passes here."""

    def wake(self) -> None:
        """Nobody is watched."""


class WatchedOffice(Office):
    """An office that counts, dies when told, and whose steps run in no thread."""

    def __init__(self, drive: "Drive", number: int) -> None:
        self._drive = drive
        self._pool = Pool(drive.script)
        super().__init__(drive.desk, drive.disk, drive.clock)
        self.watchdog = Unwatched(lambda: False, lambda task: None)
        self.eager = drive.scenario.eager
        self.number = number
        self.alive = True
        self.called_by: set[tuple[int, Called]] = set()  # with the token, of which every engine has its own

    @property
    def threads(self) -> Any:
        return self._pool

    @threads.setter
    def threads(self, real: Any) -> None:
        real.close()

    def called(self, turn: Turn, run: Run) -> None:
        engine = next(e for e in self.awake._engines.values() if e.state.turns.get(turn.number) is turn)
        call = (engine.state.id, turn.number, *run.key)
        seen = self._drive.seen
        if engine.token == seen.tokens[engine.state.id]:  # who lost it does not know yet, and writes nothing
            seen.hold(call not in seen.results, f"{call} runs again, and its result is in the journal")
        seen.hold((engine.token, call) not in self.called_by, f"{call} runs twice")
        self.called_by.add((engine.token, call))
        self._drive.seen.called[call] += 1

    def append(self, engine: Engine, append: Append, happened: list[Happened]) -> "asyncio.Future[None]":
        self._drive.seen.hold(self.alive, "something that a crash ended still writes")
        states = self._drive.seen.states.setdefault(engine.state.id, {})
        states[engine.state.hash] = describe(engine.state)
        future = super().append(engine, append, happened)
        self._drive.appended(self)
        return future

    def crash(self, kept: int = 0) -> None:
        """Be gone, as after kill -9."""
        self.alive = False
        self.stop()
        self.feed.close()
        self._drive.disk.crash({(id, engine.token) for id, engine in self.awake._engines.items()}, kept)

    @property
    def engines(self) -> dict[str, Engine]:
        return dict(self.awake._engines)

    @property
    def resting(self) -> bool:
        return not self.awake.loading and not self.troubled and all(e.resting for e in self.awake.engines)
