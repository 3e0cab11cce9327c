"""Tokens: who may open which conversation, and who somebody says they are, signed.

Everything rests on one secret of 32 bytes. Each use signs with a key of its own made from it, so that a token
of one kind is never taken for another, and so that a shop's server can be given the key for callers without
being able to open anybody's conversation.
"""

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import orjson

from segue.errors import JournalUnavailable, NotAllowed
from segue.flow.builtin import Caller, Level

SECRET = 32
LONGEST = 4096
"""Characters of a signed caller."""

_LEVELS = ("anonymous", "claimed", "verified")


def secret_beside(db: Path) -> bytes:
    """The secret in the file next to a journal (`NAME.secret`, only for its owner); made on first use.

    JournalUnavailable says why there is none.
    """
    path = db.with_name(db.name + ".secret")
    try:
        with open(path, "xb", opener=_for_its_owner) as file:
            file.write(secrets.token_bytes(SECRET))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        pass
    except OSError as error:
        raise JournalUnavailable(f"{path} cannot be made: {error.strerror}") from error
    try:
        found = path.read_bytes()
    except OSError as error:
        raise JournalUnavailable(f"{path} cannot be read: {error.strerror}") from error
    if len(found) != SECRET:
        raise JournalUnavailable(f"{path} is not a secret of {SECRET} bytes; move it away to get a new one")
    return found


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def caller_key(secret: bytes) -> bytes:
    """What a shop's server signs its callers with; it opens nothing else."""
    return _mac(secret, b"segue caller key")


def conversation_token(secret: bytes, conversation: str) -> str:
    """Opens this conversation and no other."""
    return _text(_mac(_mac(secret, b"segue conversation key"), conversation.encode()))


def opens(secret: bytes, token: str, conversation: str) -> bool:
    """Is this the token of this conversation?"""
    return same(token, conversation_token(secret, conversation))


def same(one: str, other: str) -> bool:
    """Compared in a time that does not tell how far they agree."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode())


def sign_caller(
    key: bytes, id: str, level: Level, claims: Mapping[str, str] | None = None, *, expires: int
) -> str:
    """Say who is talking, so that Segue believes it until `expires` (seconds since 1970)."""
    body = {"id": id, "level": level, "claims": dict(claims or {}), "exp": expires}
    payload = _text(orjson.dumps(body))
    return f"{payload}.{_text(_mac(key, payload.encode()))}"


def read_caller(key: bytes, signed: str, now: float) -> Caller:
    """The caller that was signed; NotAllowed when it was not by this key, or is over (`now`: seconds)."""
    payload, dot, signature = signed.partition(".")
    if len(signed) > LONGEST or not dot or not same(signature, _text(_mac(key, payload.encode()))):
        raise NotAllowed(
            "caller is not signed with this desk's key; sign it on your server, see docs/http.md"
        )
    try:
        body: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        id, level, claims, expires = body["id"], body["level"], body.get("claims", {}), body["exp"]
    except (binascii.Error, orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise NotAllowed("caller is signed, but is not {id, level, claims, exp}") from error
    if level not in _LEVELS or not isinstance(id, str) or not _flat(claims):
        raise NotAllowed(
            f"caller is signed, but its level must be one of {', '.join(_LEVELS)}, and id and claims be text"
        )
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        raise NotAllowed("caller is signed, but exp is not a number of seconds since 1970")
    if expires <= now:
        raise NotAllowed("caller has expired; sign it again")
    return Caller(id, cast(Level, level), claims)


def _flat(claims: Any) -> bool:
    return isinstance(claims, dict) and all(isinstance(value, str) for value in claims.values())


def _mac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, sha256)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
