"""check, draw and explain: a desk looked at, and what is said of one that is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.cli.small_shop import SHOP, environment, segue

from segue import __version__


def test_the_version_is_told() -> None:
    ran = segue(Path.cwd(), "--version")
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, f"segue {__version__}", "")


def test_a_right_desk_is_summed_up(command: Command) -> None:
    code, out, err = command("check", "shop:desk")
    assert (code, err) == (0, "")
    assert out.startswith("shop:desk fits together: 1 flow (support), 6 steps, ")
    assert "1 person (support lead in leads), 2 languages (en, de)" in out
    assert "(Answer, Complaint, Customer, Number, Tracking, Verdict)" in out
    assert out.count("\n") == 1


def test_the_name_of_the_desk_may_be_left_out(command: Command) -> None:
    assert command("check", "shop")[0] == 0


def test_a_wrong_desk_is_refused_with_the_definition_s_own_words(here: Path, command: Command) -> None:
    (here / "shop.py").write_text(
        SHOP.replace("            Complaint: Sequence(lead.gives(Verdict), settle),\n", "")
    )
    code, out, err = command("check", "shop:desk")
    assert (code, out) == (1, "")
    assert err.startswith("segue: Route does not say where Complaint goes")
    assert "shop.py:" in err
    assert err.count("\n") == 1


def test_a_missing_language_is_refused(here: Path, command: Command) -> None:
    (here / "shop.py").write_text(SHOP.replace(', "de": "welche Bestellung?"', ""))
    code, _, err = command("check", "shop:desk")
    assert code == 1
    assert "missing in de" in err


@pytest.mark.parametrize(
    ("target", "complaint"),
    [
        ("nowhere:desk", "there is no module 'nowhere'"),
        ("shop.inner:desk", "there is no module 'shop.inner'"),
        ("shop:dusk", "shop has no 'dusk' (desks in there: desk)"),
        ("shop:support", "shop:support is a Flow, not a Desk; put it into a Desk: Desk(flow, ...)"),
        ("shop:SHOP", "shop has no 'SHOP'"),
        ("shop:step", "shop:step is a function, not a Desk"),
        ("shop.py", "'shop.py' is a file; name the module instead: shop:desk"),
        ("./inner/shop.py:it", "name the module instead: inner.shop:it"),
        ("shop:", "'shop:' does not name a desk"),
        ("", "'' does not name a desk"),
        ("a b:c", "'a b:c' does not name a desk"),
    ],
)
def test_what_is_no_desk_is_refused_in_one_line(command: Command, target: str, complaint: str) -> None:
    code, out, err = command("check", target)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert complaint in err


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("import shop\n\n1 / 0\n", "ZeroDivisionError: division by zero [{here}/theirs.py:3]"),
        (
            "import no_such_thing\n",
            "ModuleNotFoundError: No module named 'no_such_thing' [{here}/theirs.py:1]",
        ),
        ("def f(:\n", "SyntaxError: invalid syntax [{here}/theirs.py:1]"),
        ("raise SystemExit('no')\n", "SystemExit: no [{here}/theirs.py:1]"),
        ("import json\n\njson.loads('{')\n", "[{here}/theirs.py:3]"),
    ],
)
def test_what_goes_wrong_in_the_user_s_module_is_shown_with_its_line(
    here: Path, command: Command, source: str, complaint: str
) -> None:
    (here / "theirs.py").write_text(source)
    code, _, err = command("check", "theirs:desk")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("segue: theirs cannot be imported: ")
    assert complaint.format(here=here) in err


def test_a_traceback_is_shown_only_to_who_asks_for_it(here: Path) -> None:
    (here / "theirs.py").write_text("1 / 0\n")
    assert "Traceback" not in segue(here, "check", "theirs").stderr
    assert "Traceback" in segue(here, "--debug", "check", "theirs").stderr
    assert "Traceback" in segue(here, "check", "theirs", SEGUE_DEBUG="1").stderr


def test_wrong_usage_ends_with_2(command: Command) -> None:
    assert command("check")[0] == 2
    assert command("frobnicate")[0] == 2
    assert command("draw", "shop", "--form", "oil")[0] == 2


def test_checking_imports_nothing_heavy(here: Path) -> None:
    heavy = ("fastapi", "starlette", "uvicorn", "jinja2", "numpy", "onnxruntime", "tokenizers")
    (here / "looks.py").write_text(
        "import sys\nfrom segue.cli import main\n"
        "try:\n    main(['check', 'shop'])\nexcept SystemExit:\n    pass\n"
        f"print('heavy:', *[name for name in {heavy} if name in sys.modules])\n"
    )
    ran = subprocess.run(
        [sys.executable, "looks.py"], capture_output=True, text=True, env=environment(), check=True
    )
    assert ran.stdout.splitlines()[-1].strip() == "heavy:"


def test_a_flow_is_drawn_in_each_form(here: Path, command: Command) -> None:
    assert command("draw", "shop")[1].startswith("flowchart")
    assert command("draw", "shop", "--form", "svg")[1].startswith("<svg")
    assert (
        json.loads(command("draw", "shop:desk", "--flow", "support", "--form", "json")[1])["flow"]
        == "support"
    )

    code, out, _ = command("draw", "shop", "--form", "svg", "-o", "support.svg")
    assert (code, out) == (0, "support drawn to support.svg\n")
    assert (here / "support.svg").read_text("utf-8").startswith("<svg")


def test_a_drawing_that_cannot_be_saved_is_said_to(command: Command) -> None:
    code, _, err = command("draw", "shop", "-o", "no/such/folder.svg")
    assert (code, err) == (1, "segue: no/such/folder.svg cannot be written: No such file or directory\n")


def test_a_flow_that_is_not_there_is_refused(command: Command) -> None:
    for name in ("draw", "explain"):
        code, _, err = command(name, "shop", "--flow", "refunds")
        assert (code, err) == (1, "segue: this desk has no flow 'refunds' (there is: support)\n")


def test_explain_says_who_feeds_whom(command: Command) -> None:
    code, out, _ = command("explain", "shop")
    assert code == 0
    assert "settle" in out
    assert "Verdict" in out
    assert "shop.py:" in out
