"""Breaker: a model that fails again and again is left alone for a while, then tried once."""


class Breaker:
    """A circuit breaker; it is told the time, and keeps none of its own.

    Whether the model is back is tried by one request at a time (`trial`); how the others end that were sent before it
    was left alone says nothing about that, and is not counted.
    """

    def __init__(self, failures: int, pause: float, longest_pause: float) -> None:
        self.until = 0.0
        self._most = failures
        self._pause = self._first_pause = pause
        self._longest = longest_pause
        self._in_a_row = 0
        self._trial = False

    def tripped(self) -> bool:
        """Did it fail so often that it is left alone, or tried at most?"""
        return self._in_a_row >= self._most

    def may_ask(self, now: float) -> bool:
        """May a request be sent?"""
        return not self.tripped() or (now >= self.until and not self._trial)

    def ask(self) -> bool:
        """Note that a request is sent; is it the one that tries whether the model is back?"""
        self._trial = self.tripped()
        return self._trial

    def succeeded(self, trial: bool) -> None:
        """It answered."""
        if trial or not self.tripped():
            self._in_a_row = 0
            self._pause = self._first_pause
            self._trial = False

    def failed(self, trial: bool, now: float) -> None:
        """It did not, and that is its own fault."""
        if trial:
            self._pause = min(2 * self._pause, self._longest)
            self._trial = False
            self.until = now + self._pause
        elif not self.tripped():
            self._in_a_row += 1
            if self.tripped():
                self.until = now + self._pause

    def left(self, trial: bool) -> None:
        """Nobody knows how it would have ended."""
        if trial:
            self._trial = False
