"""The repository tells the truth about itself: one version, a whole lock, nothing of anybody's machine."""

import re
import shutil
import subprocess
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import segue

ROOT = Path(__file__).parent.parent

# From the root of a machine; the same names inside an address or a folder of ours are fine.
MACHINE = re.compile(r"(?<![A-Za-z0-9_./])/(?:work|root|farm|home/\w+|Users/\w+|tmp/(?:bash|own|review)\w*)/")
REGISTRY = re.compile(
    r"pypi\.org/simple|files\.pythonhosted\.org|registry\.npmjs\.org|--(?:extra-)?index-url"
)


def tracked() -> list[Path]:
    """Every text file git knows or would take. A checkout may belong to another user, as in a container."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a checkout of git")
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8192]]


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.name}:{number}: {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1)
        if pattern.search(line)
    ]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def requirements() -> list[Requirement]:
    """All that pyproject.toml asks for: the core, the extras, the group dev, the build."""
    told = project()
    named: list[str] = [
        *told["project"]["dependencies"],
        *chain.from_iterable(told["project"]["optional-dependencies"].values()),
        *told["dependency-groups"]["dev"],
        *told["build-system"]["requires"],
    ]
    return [wanted for wanted in map(Requirement, named) if wanted.name != told["project"]["name"]]


def locked() -> dict[str, list[str]]:
    """The lock: each package with its versions. There are two where the versions of Python differ."""
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(
        r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), flags=re.M
    ):
        pins.setdefault(canonicalize_name(name), []).append(version)
    return pins


def test_no_file_names_a_path_of_a_machine() -> None:
    assert lines_with(MACHINE, tracked()) == []


def test_no_file_names_the_host_of_a_registry() -> None:
    assert lines_with(REGISTRY, [path for path in tracked() if path != Path(__file__).resolve()]) == []


@pytest.mark.parametrize("folder", ["work", "root", "farm", "home/me", "tmp/own"])
def test_a_planted_path_is_caught(tmp_path: Path, folder: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"see https://example.org/{folder}/x\nrun `/{folder}/main/x`\n", "utf-8")
    assert lines_with(MACHINE, [page]) == [f"page.md:2: run `/{folder}/main/x`"]


def test_there_is_one_version() -> None:
    assert project()["project"]["version"] == segue.__version__


def test_the_lock_holds_every_dependency() -> None:
    pins = locked()
    for wanted in requirements():
        versions = pins.get(canonicalize_name(wanted.name), [])
        assert versions, f"{wanted.name} is not in requirements.lock; run `make lock`"
        outside = [version for version in versions if version not in wanted.specifier]
        assert not outside, (
            f"requirements.lock has {wanted.name} {outside}, and not {wanted.specifier}; run `make lock`"
        )


def test_each_line_of_the_lock_is_pinned_by_hashes_and_public() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    entries = re.findall(r"^\S(?:.*\\\n)*.*", re.sub(r"^\s*#.*\n", "", text, flags=re.M), flags=re.M)
    assert len(entries) == sum(map(len, locked().values()))
    for entry in entries:
        assert "--hash=sha256:" in entry, entry
        assert "+" not in entry.splitlines()[0], f"a version of one machine: {entry.splitlines()[0]}"
        assert " @ " not in entry.splitlines()[0], f"a file or an address: {entry.splitlines()[0]}"


def test_each_dependency_has_its_reason() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    assert [wanted.name for wanted in requirements() if f"`{wanted.name}`" not in page] == []
