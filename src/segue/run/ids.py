"""Identifiers of conversations: the time first, so that new ones lie side by side in every index."""

import secrets

_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to be misread


def new_id(now: int) -> str:
    """Twenty signs: nine of the time (ms since 1970), eleven of chance (55 bits)."""
    chance = secrets.randbits(55)
    return _spell(now, 9) + _spell(chance, 11)


def _spell(number: int, length: int) -> str:
    return "".join(_SIGNS[number >> shift & 31] for shift in range(5 * (length - 1), -1, -5))
