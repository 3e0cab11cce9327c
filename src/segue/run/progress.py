"""Progress: how a step tells the customer what is going on while it works."""

import threading
from typing import TYPE_CHECKING

from segue.run.masking import mask_cards
from segue.run.turn import Turn
from segue.run.wants import Key

if TYPE_CHECKING:
    from segue.run.engine import Engine


class Says:
    """The Progress tool of one call."""

    def __init__(self, engine: "Engine", turn: Turn, key: Key) -> None:
        self._engine, self._turn, self._key, self._office = engine, turn, key, engine.office

    def say(self, text: str) -> None:
        shown = mask_cards(self._office.texts.say(text, self._engine.state.language))
        if threading.get_ident() == self._office.thread:
            self._engine.say(self._turn, self._key, shown)
        else:  # a `def` step says it from a thread of its own
            self._office.from_thread(self._engine.say, self._turn, self._key, shown)


class Silent:
    """The same for a call whose turn is over: nobody is told."""

    def say(self, text: str) -> None:
        """Nothing is shown."""
