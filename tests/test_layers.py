"""Imports point down only. The source is parsed, not imported, so a layer is held before it can run."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Bottom to top. What stands side by side in one line does not see its neighbours, but for SIDEWAYS.
# `segue` is the package's own `__init__.py`, where users import from.
LAYERS = [
    {"segue.errors"},
    {"segue.flow"},
    {"segue.run"},
    {
        *("segue.journals", "segue.agents", "segue.guard", "segue.people", "segue.observe", "segue.scale"),
        "segue.tools",
    },
    {"segue"},
    {"segue.web", "segue.testing"},
    {"segue.faults"},
    {"segue.cli"},
]

# Who may import a neighbour of its own layer: (importer, imported). Each with its reason.
SIDEWAYS: set[tuple[str, str]] = {
    ("segue.people", "segue.observe"),  # a packet tells what was said as the transcript does
    ("segue.people", "segue.guard"),  # and leaves out the secrets that no reply may hold
}

# Who may import a module of ours inside a function: (importer, imported). Only what needs an extra.
LATE: set[tuple[str, str]] = {
    ("segue.cli", "segue.web"),  # `segue check` and `segue draw` work without the extra `web`
    (
        "segue.tools",
        "segue.tools",
    ),  # a flow with tools of others is checked and drawn without loading the SDK
}

# Modules (with all below them) that say or compute and never do: what they know comes as a value.
INERT = ["segue.flow", "segue.run.walk"]
DOING = {
    *(
        "asyncio",
        "concurrent",
        "multiprocessing",
        "selectors",
        "signal",
        "socket",
        "ssl",
        "subprocess",
        "threading",
    ),
    *("os", "shutil", "sqlite3", "tempfile", "time"),
    *("ftplib", "http", "httpx", "psycopg", "requests", "smtplib", "urllib"),
}

# What an import of `segue` alone must not load: it belongs to extras, or to the command line.
HEAVY = (
    "pydantic_ai",
    "mcp",
    "fastapi",
    "starlette",
    "uvicorn",
    "jinja2",
    "numpy",
    "onnxruntime",
    "tokenizers",
    "rich",
    "typer",
)


def problems(root: Path) -> list[str]:
    """Every import in `src/segue` and `examples` below `root` that breaks a rule, as `file:line: what`."""
    source = root / "src"
    modules = {name_of(path, source): path for path in sorted(source.glob("segue/**/*.py"))}
    found = []
    for name, path in modules.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        if layer(name) is None:
            found.append(f"{path.relative_to(root)}:1: {name} stands in no layer; add it to LAYERS")
            continue
        for line, target, late in imports(ast.parse(path.read_text("utf-8")), package, set(modules)):
            found += [f"{path.relative_to(root)}:{line}: {why}" for why in objections(name, target, late)]
    for path in sorted(root.glob("examples/**/*.py")):
        for line, target, _ in imports(ast.parse(path.read_text("utf-8")), name_of(path, root), set(modules)):
            if within(target, "segue") and any(part.startswith("_") for part in target.split(".")[1:]):
                found.append(
                    f"{path.relative_to(root)}:{line}: an example imports {target}, which is private"
                )
    return found


def objections(name: str, target: str, late: bool) -> Iterator[str]:
    """Why the module `name` must not import `target`."""
    if any(within(name, inert) for inert in INERT) and target.partition(".")[0] in DOING:
        yield f"{name} imports {target}, and does nothing itself: take what it needs as a value"
    if not within(target, "segue"):
        return
    here, there = unit(name), unit(target)
    if late and (here, there) not in LATE:
        yield f"{name} imports {target} inside a function: move it to the top, or give its reason in LATE"
    mine, theirs = layer(name), layer(target)
    assert mine is not None
    if theirs is None:
        yield f"{name} imports {target}, which stands in no layer"
    elif theirs > mine:
        yield f"{name} imports {target}, which stands above it"
    elif theirs == mine and here != there and (here, there) not in SIDEWAYS:
        yield f"{name} imports its neighbour {target}: move what both need down, or add it to SIDEWAYS"


def imports(tree: ast.AST, package: str, modules: set[str]) -> Iterator[tuple[int, str, bool]]:
    """Each import: its line, the full name of what it takes, and whether it stands inside a function."""
    inside = {
        id(inner)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
    }
    for node in ast.walk(tree):
        late = id(node) in inside
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")
                base = ".".join([*parents[: len(parents) - node.level + 1], *filter(None, [base])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                # `from segue import flow` takes a module, `from segue import Flow` takes a name of `segue`.
                is_module = any(within(module, full) for module in modules)
                yield node.lineno, full if is_module or alias.name.startswith("_") else base, late


def name_of(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def unit(name: str) -> str:
    """The first two parts, which is what layers are made of: `segue.run.walk` belongs to `segue.run`.

    A private name of the package itself, as `segue.__version__`, belongs to `segue`.
    """
    parts = name.split(".")
    return "segue" if len(parts) > 1 and parts[1].startswith("_") else ".".join(parts[:2])


def layer(name: str) -> int | None:
    return next((height for height, units in enumerate(LAYERS) if unit(name) in units), None)


def test_imports_point_down() -> None:
    assert problems(ROOT) == []


def test_importing_segue_loads_nothing_heavy() -> None:
    program = f"import segue, sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == []


@pytest.mark.parametrize(
    ("file", "source", "complaint"),
    [
        ("src/segue/flow/step.py", "from segue.run.desk import Desk", "stands above it"),
        ("src/segue/flow/step.py", "from ..run import desk", "stands above it"),
        ("src/segue/flow/step.py", "from segue import Flow", "stands above it"),
        ("src/segue/errors.py", "import segue.flow.step", "stands above it"),
        ("src/segue/run/desk.py", "from segue.web.app import app", "stands above it"),
        ("src/segue/web/app.py", "from segue import cli", "stands above it"),
        ("src/segue/agents/model.py", "from segue.guard import privacy", "its neighbour"),
        ("src/segue/web/app.py", "import segue.testing", "its neighbour"),
        ("src/segue/flow/step.py", "import asyncio", "does nothing itself"),
        ("src/segue/flow/draw.py", "from os.path import join", "does nothing itself"),
        ("src/segue/run/walk.py", "import time", "does nothing itself"),
        ("src/segue/run/desk.py", "def f():\n    from segue.flow import step", "inside a function"),
        (
            "src/segue/run/desk.py",
            "class A:\n async def f(self):\n  import segue.errors",
            "inside a function",
        ),
        ("src/segue/shelf.py", "", "stands in no layer"),
        ("examples/shop/demo.py", "from segue.run.desk import _Hidden", "private"),
    ],
)
def test_a_planted_violation_is_caught(tmp_path: Path, file: str, source: str, complaint: str) -> None:
    plant(tmp_path)
    assert problems(tmp_path) == []

    (tmp_path / file).write_text(source, "utf-8")

    (found,) = problems(tmp_path)
    assert found.startswith(f"{file}:")
    assert complaint in found


def plant(root: Path) -> None:
    """A small tree in which every import is as it should be."""
    files = {
        "src/segue/__init__.py": "from segue.flow.step import step\nfrom segue.run.desk import Desk",
        "src/segue/errors.py": "import enum",
        "src/segue/flow/__init__.py": "",
        "src/segue/flow/step.py": "import inspect\nfrom ..errors import SegueError\nfrom . import draw",
        "src/segue/flow/draw.py": "",
        "src/segue/run/__init__.py": "",
        "src/segue/run/walk.py": "from segue.flow import step",
        "src/segue/run/desk.py": "import asyncio, time\nfrom .walk import Walk\nimport segue.flow.step",
        "src/segue/agents/model.py": "from segue.run.desk import Desk",
        "src/segue/guard/privacy.py": "import segue.errors",
        "src/segue/web/app.py": "import fastapi\nfrom segue import Desk, __version__",
        "src/segue/testing.py": "from segue.run import desk",
        "src/segue/cli.py": "import typer\nfrom segue import Desk\ndef serve():\n from segue.web import app",
        "examples/shop/demo.py": "from segue import Desk\nfrom segue.testing import talk",
    }
    for file, source in files.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(source, "utf-8")
