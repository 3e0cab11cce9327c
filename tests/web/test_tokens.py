"""Tokens: each opens what it is for, and nothing else."""

import base64
import hashlib
import hmac
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from segue import Caller
from segue.errors import JournalUnavailable, NotAllowed
from segue.web import caller_key, sign_caller
from segue.web.tokens import conversation_token, opens, read_caller, secret_beside

SECRET = bytes(32)
KEY = caller_key(SECRET)
NOW = 1_800_000_000


def encode(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_opens_its_own_conversation_only() -> None:
    token = conversation_token(SECRET, "one")
    assert opens(SECRET, token, "one")
    assert not opens(SECRET, token, "two")
    assert not opens(b"x" * 32, token, "one")


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: t + "A", lambda t: t.swapcase(), lambda t: ""])
def test_a_spoilt_token_opens_nothing(spoil: Any) -> None:
    assert not opens(SECRET, spoil(conversation_token(SECRET, "one")), "one")


def test_a_signed_caller_is_believed_until_it_expires() -> None:
    signed = sign_caller(KEY, "c1", "verified", {"name": "Ada"}, expires=NOW + 60)
    assert read_caller(KEY, signed, NOW) == Caller("c1", "verified", {"name": "Ada"})
    with pytest.raises(NotAllowed, match="expired"):
        read_caller(KEY, signed, NOW + 60)


def test_a_caller_signed_with_another_key_is_refused() -> None:
    signed = sign_caller(caller_key(b"x" * 32), "c1", "verified", expires=NOW + 60)
    with pytest.raises(NotAllowed, match="not signed"):
        read_caller(KEY, signed, NOW)


def test_the_key_for_callers_opens_no_conversation() -> None:
    assert not opens(SECRET, conversation_token(KEY, "one"), "one")


def test_a_caller_that_was_changed_after_signing_is_refused() -> None:
    _, _, signature = sign_caller(KEY, "c1", "claimed", expires=NOW + 60).partition(".")
    forged = encode({"id": "c2", "level": "verified", "claims": {}, "exp": NOW + 60})
    with pytest.raises(NotAllowed, match="not signed"):
        read_caller(KEY, f"{forged}.{signature}", NOW)


@pytest.mark.parametrize("value", ["", ".", "a.b", "ä.ö", "x" * 5000, encode({"id": "c1"})])
def test_what_is_no_signed_caller_is_refused(value: str) -> None:
    with pytest.raises(NotAllowed, match="not signed"):
        read_caller(KEY, value, NOW)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"level": "root"}, "level"),
        ({"id": 7}, "id and claims"),
        ({"claims": {"vip": True}}, "id and claims"),
        ({"exp": "never"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": None}, "exp"),
    ],
)
def test_a_signed_caller_with_wrong_fields_says_which(change: dict[str, Any], complaint: str) -> None:
    good: dict[str, Any] = {"id": "c1", "level": "verified", "claims": {}, "exp": NOW + 60}
    signed = _sign({**good, **change})
    with pytest.raises(NotAllowed, match=complaint):
        read_caller(KEY, signed, NOW)
    assert read_caller(KEY, _sign(good), NOW).id == "c1"


def _sign(body: dict[str, Any]) -> str:
    """As docs/http.md tells a shop's server to."""
    payload = encode(body)
    signature = hmac.digest(KEY, payload.encode(), hashlib.sha256)
    return f"{payload}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_the_secret_lies_beside_the_journal_for_its_owner_only(tmp_path: Path) -> None:
    first = secret_beside(tmp_path / "desk.db")
    assert len(first) == 32
    assert stat.S_IMODE((tmp_path / "desk.db.secret").stat().st_mode) == 0o600
    assert secret_beside(tmp_path / "desk.db") == first


def test_a_secret_that_is_none_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "desk.db.secret").write_bytes(b"")
    with pytest.raises(JournalUnavailable, match="not a secret"):
        secret_beside(tmp_path / "desk.db")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalUnavailable, match=r"nowhere.*No such file"):
        secret_beside(tmp_path / "nowhere" / "desk.db")
