"""Mishaps: what is written down of an error that a function of the desk raised."""


def kinds_of(error: BaseException) -> tuple[str, ...]:
    """The names of its class and its bases, so that a retry can be told which of them it is for."""
    return tuple(f"{cls.__module__}.{cls.__qualname__}" for cls in type(error).__mro__[:-2])


def words_of(error: BaseException) -> str:
    """Its class and what it says, also when that cannot be read."""
    try:
        said = str(error).encode(errors="replace").decode()
    except Exception:
        said = "(what it says cannot be read)"
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
