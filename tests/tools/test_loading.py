"""The SDK is loaded when a desk opens, and where it is missing that is said when a flow is defined."""

import subprocess
import sys

WITHOUT = """
import sys

class Without:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, *more):
        return None if name.partition(".")[0] == "mcp" else self.finder.find_spec(name, *more)

sys.meta_path = [Without(finder) for finder in sys.meta_path]
"""

DEFINE = """
from segue.tools import McpServer
from segue.tools.reviewed import Definition, Reviewed

reviewed = Reviewed([Definition("a", {}, annotations={"readOnlyHint": True})])
McpServer.http("http://127.0.0.1:9", reviewed=reviewed).step("a")
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_a_flow_is_defined_without_loading_the_sdk() -> None:
    ran = run(
        DEFINE
        + "import sys\nprint([name for name in ('mcp', 'httpx2', 'pydantic_ai') if name in sys.modules])"
    )
    assert (ran.stdout.strip(), ran.returncode) == ("[]", 0), ran.stderr


def test_where_the_extra_is_missing_it_is_named() -> None:
    ran = run(WITHOUT + DEFINE)
    assert "DefinitionError: tools of others need the package mcp: pip install 'segue[mcp]'" in ran.stderr
