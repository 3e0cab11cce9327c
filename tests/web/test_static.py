"""What the pages load is ours or vendored as it was published, and nothing comes from elsewhere."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from segue.web.page import STATIC

TEMPLATES = STATIC.parent / "templates"


def test_each_vendored_file_is_what_was_published() -> None:
    rows = re.findall(
        r"^\| `([\w.-]+)` \| .*\| `([0-9a-f]{64})` \|$", (STATIC / "VENDORED.md").read_text(), re.M
    )
    assert {name for name, _ in rows} == {"htmx.min.js", "hx-sse.min.js", "hx-upsert.min.js"}
    for name, written in rows:
        assert sha256((STATIC / name).read_bytes()).hexdigest() == written, name


def test_every_file_is_vendored_or_named_as_ours() -> None:
    page = (STATIC / "VENDORED.md").read_text()
    for path in STATIC.iterdir():
        assert path.name == "VENDORED.md" or f"`{path.name}`" in page, path.name


@pytest.mark.parametrize(
    "path",
    [*TEMPLATES.iterdir(), STATIC / "chat.css", STATIC / "chat.js", STATIC / "chunks.js"],
    ids=lambda p: p.name,
)
def test_nothing_is_loaded_from_elsewhere_and_nothing_is_inline(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"""(src|href|url|@import|fetch)\W{0,3}['"(]?(https?:)?//""", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"""\s(on\w+|style)=["']""", text)
