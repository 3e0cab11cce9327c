"""chat: a conversation in the terminal."""

from pathlib import Path

import pytest
from tests.cli.small_shop import SHOP, segue


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(SHOP, "utf-8")
    return tmp_path


def test_lines_that_are_piped_in_are_answered_one_by_one(shop: Path) -> None:
    ran = segue(shop, "chat", "shop", stdin="where is my order\n1001\n")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        "desk: which order?",
        "  … looking for your parcel",
        "desk: somebody: parcel 1001 is on its way",
    ]


def test_the_customer_and_the_language_can_be_chosen(shop: Path) -> None:
    ran = segue(shop, "chat", "shop", "--as", "c7", "--language", "de", stdin="wo ist mein Paket\n1001")
    assert ran.stdout.splitlines() == [
        "desk: welche Bestellung?",
        "  … ich suche Ihr Paket",
        "desk: c7: parcel 1001 is on its way",
    ]


def test_a_handover_is_shown_and_later_messages_are_acknowledged(shop: Path) -> None:
    ran = segue(shop, "chat", "shop", stdin="fail\nare you there?\n")
    assert ran.returncode == 0
    first, *rest = ran.stdout.splitlines()
    assert first.startswith("desk: I am sorry, I could not finish this myself.")
    assert rest == ["desk: Passed on to the colleague who is looking after this."]


def test_what_cannot_be_sent_is_said_and_the_chat_goes_on(shop: Path) -> None:
    ran = segue(shop, "chat", "shop", stdin=b"\n   \n\x00\x01\nwhere \xff is it\n1001\n")
    assert "(not sent: text is empty; write something)" in ran.stderr
    assert ran.stdout.splitlines()[0] == "desk: which order?"
    assert ran.returncode == 0


def test_nothing_to_say_is_no_mistake(shop: Path) -> None:
    ran = segue(shop, "chat", "shop", stdin="")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_a_language_the_desk_does_not_speak_is_refused(shop: Path) -> None:
    ran = segue(shop, "chat", "shop", "--language", "fr", stdin="bonjour\n")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "segue: this desk does not speak 'fr' (it speaks: en, de)\n"


def test_a_conversation_can_be_kept_and_traced(shop: Path) -> None:
    ran = segue(shop, "chat", "shop", "--db", "kept.db", stdin="where is it\n1001\n")
    assert ran.returncode == 0
    _, conversation, *_ = ran.stderr.split()
    traced = segue(shop, "trace", conversation, "shop", "--db", "kept.db")
    assert "caller gives Number · answered" in traced.stdout


def test_a_journal_that_is_none_is_refused(shop: Path) -> None:
    (shop / "kept.db").write_bytes(b"no journal " * 1000)
    ran = segue(shop, "chat", "shop", "--db", "kept.db", stdin="hello\n")
    assert ran.returncode == 1
    assert ran.stderr.startswith("segue: ")
    assert ran.stderr.count("\n") == 1
