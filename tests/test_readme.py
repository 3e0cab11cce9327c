"""The drawing in the README is the drawing of the flow in the README."""

import subprocess
import sys
from pathlib import Path

from tests.test_snippets import ROOT, blocks


def test_the_drawing_is_what_the_flow_draws(tmp_path: Path) -> None:
    shown = next(block for block in blocks((ROOT / "README.md").read_text("utf-8")) if block.mark == "file")
    (tmp_path / shown.says).write_text(shown.text, "utf-8")
    command = [sys.executable, "-m", "segue.cli", "draw", "shop:desk", "--form", "svg", "-o", "drawn.svg"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    drawn = (tmp_path / "drawn.svg").read_text("utf-8")
    assert drawn == (ROOT / "docs" / "flow.svg").read_text("utf-8"), (
        "draw it anew: segue draw shop:desk --form svg -o docs/flow.svg"
    )
