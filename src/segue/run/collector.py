"""Python's collector in a process that serves: asked to look less often, for it finds next to nothing.

A desk makes hardly any cycles, but while turns wait for their commit thousands of young objects live, and each time
that the collector comes by it looks at all of them. A library must not decide this for its host, so it is done only
where the process is ours.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

YOUNG: Final = 10_000
"""So many objects more than at the last look make it look again; Python's own number is 700."""


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """For a while; what is there at its beginning, modules and desks, is taken to stay and is not looked at."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
