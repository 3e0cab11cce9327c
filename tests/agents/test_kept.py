"""Embeddings are kept between starts. It is a cache: without it everything is as before, only later."""

from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="needs the extra: pip install 'segue[router]'")

from segue.agents import kept as kept_module
from segue.agents.arrays import Singles, np
from segue.agents.kept import Kept, folder

EMBEDDINGS: dict[str, Singles] = {
    text: np.random.default_rng(seed).standard_normal(384).astype(np.float32)
    for seed, text in enumerate(["where is my parcel", "Rückgabe", "", "half a \ud800 sign", "a\0b"])
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "embeddings.db"


def same(found: dict[str, Singles], expected: dict[str, Singles]) -> bool:
    return found.keys() == expected.keys() and all((found[t] == expected[t]).all() for t in expected)


def test_what_was_put_is_found_again_to_the_last_bit(file: Path) -> None:
    Kept("a model", file).put(EMBEDDINGS)
    assert same(Kept("a model", file).find([*EMBEDDINGS, "never seen"]), EMBEDDINGS)


def test_what_another_model_made_is_not_found(file: Path) -> None:
    Kept("a model", file).put(EMBEDDINGS)
    assert Kept("a mode", file).find(EMBEDDINGS) == {}


def test_the_texts_are_not_in_the_file(file: Path) -> None:
    Kept("a model", file).put(EMBEDDINGS)
    assert b"where is my parcel" not in file.read_bytes()


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_something_else_harms_nothing(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    kept = Kept("a model", file)
    assert kept.find(EMBEDDINGS) == {}
    kept.put(EMBEDDINGS)
    assert same(kept.find(EMBEDDINGS), EMBEDDINGS if content == b"" else {})


def test_a_folder_that_cannot_be_made_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    kept = Kept("a model", tmp_path / "file" / "embeddings.db")
    kept.put(EMBEDDINGS)
    assert kept.find(EMBEDDINGS) == {}


def test_it_does_not_grow_without_end(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_module, "MOST", 3)
    kept = Kept("a model", file)
    for text in "abcd":
        kept.put({text: np.ones(3, np.float32)})
    assert list(kept.find("abcd")) == ["d"]


@pytest.mark.parametrize(
    ("setting", "platform", "expected"),
    [
        ({"SEGUE_CACHE": "/somewhere", "HOME": "/ada"}, "linux", "/somewhere"),
        ({"HOME": "/ada"}, "linux", "/ada/.cache/segue"),
        ({"HOME": "/ada", "XDG_CACHE_HOME": "/fast"}, "linux", "/fast/segue"),
        ({"HOME": "/ada"}, "darwin", "/ada/Library/Caches/segue"),
        ({"USERPROFILE": "/ada"}, "win32", "/ada/AppData/Local/segue"),
    ],
)
def test_where_it_is(setting: dict[str, str], platform: str, expected: str) -> None:
    assert folder(setting, platform).as_posix() == expected
