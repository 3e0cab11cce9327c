"""The strange server at work: as a process of ours over stdio, and as somebody's over HTTP on loopback."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from segue.tools import McpServer
from segue.tools.reviewed import Reviewed

PROGRAM = Path(__file__).with_name("strange.py")

PATIENCE = 30.0


class Strange:
    """Where a strange server keeps what was done to it, and how it is reached."""

    def __init__(self, folder: Path, reviewed: Path, port: int | None = None) -> None:
        self.folder, self.reviewed, self.port = folder, reviewed, port

    def server(self, **more: Any) -> McpServer:
        reviewed = more.pop("reviewed", self.reviewed)
        if self.port is None:
            return McpServer.stdio(sys.executable, str(PROGRAM), str(self.folder), reviewed=reviewed, **more)
        return McpServer.http(f"http://127.0.0.1:{self.port}/mcp", reviewed=reviewed, **more)

    @property
    def done(self) -> list[dict[str, Any]]:
        """Every call that had an effect or could be seen, oldest first."""
        file = self.folder / "done"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def forget(self) -> None:
        (self.folder / "done").unlink(missing_ok=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def over_http(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The server process, when it takes connections."""
    process = subprocess.Popen([sys.executable, str(PROGRAM), str(folder), str(port)])
    try:
        deadline = time.monotonic() + PATIENCE
        while not _listens(port):
            assert process.poll() is None, "the server did not start"
            assert time.monotonic() < deadline, "the server does not listen"
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.wait()


def review(folder: Path) -> Path:
    """What `segue tools` writes of the server."""
    told = subprocess.run(
        [sys.executable, "-m", "segue.cli", "tools", "--", sys.executable, str(PROGRAM), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    file = folder / "strange.json"
    file.write_text(told.stdout)
    assert Reviewed.read(file).tools
    return file


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
