"""Kept: embeddings of a desk's examples stay on this machine, so that only its first start waits for them."""

import os
import sqlite3
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Final

from segue.agents.arrays import Singles, np

MOST: Final = 100_000
"""Embeddings that are kept, about 170 MB of them; beyond that it begins anew."""


class Kept:
    """Embeddings by text, in a SQLite file that the models of this machine share.

    `model` must tell one way of embedding from every other. The texts themselves are not written down. It is
    only a cache: where it cannot be read or written, everything is embedded again.
    """

    def __init__(self, model: str, file: Path | None = None) -> None:
        self._model = model
        self._file = file or folder() / "embeddings.db"

    def find(self, texts: Iterable[str]) -> dict[str, Singles]:
        """Those of these texts that were embedded before."""
        try:
            with closing(self._open()) as connection:
                look_up = "SELECT embedding FROM embeddings WHERE text = ?"
                found = [(text, connection.execute(look_up, (self._key(text),)).fetchone()) for text in texts]
        except (OSError, sqlite3.Error):
            return {}
        return {text: np.frombuffer(row[0], np.float32) for text, row in found if row is not None}

    def put(self, embeddings: Mapping[str, Singles]) -> None:
        """Keep these."""
        rows = [(self._key(text), found.tobytes()) for text, found in embeddings.items()]
        try:
            with closing(self._open()) as connection, connection:
                ((there,),) = connection.execute("SELECT count(*) FROM embeddings").fetchall()
                if there + len(rows) > MOST:
                    connection.execute("DELETE FROM embeddings")
                connection.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?)", rows)
        except (OSError, sqlite3.Error):
            return

    def _open(self) -> sqlite3.Connection:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file, timeout=1)
        try:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS embeddings (text BLOB PRIMARY KEY, embedding BLOB NOT NULL) "
                "WITHOUT ROWID"
            )
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _key(self, text: str) -> bytes:
        told = f"{self._model}\0{text}".encode("utf-8", "surrogatepass")
        return blake2b(told, digest_size=16).digest()


def folder(setting: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Where what can be made again is kept: SEGUE_CACHE, else where this system has such things."""
    if told := setting.get("SEGUE_CACHE"):
        return Path(told)
    home = Path(setting.get("HOME") or setting.get("USERPROFILE") or ".")
    match platform:
        case "darwin":
            usual = str(home / "Library" / "Caches")
        case "win32":
            usual = setting.get("LOCALAPPDATA") or str(home / "AppData" / "Local")
        case _:
            usual = setting.get("XDG_CACHE_HOME") or str(home / ".cache")
    return Path(usual) / "segue"
