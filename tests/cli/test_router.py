"""router calibrate: a router judged by its own examples."""

from pathlib import Path

import pytest
from tests.cli.conftest import Command

pytest.importorskip("numpy")

ROUTED = """\
from segue.agents.ngrams import NgramRouter

EXAMPLES = {
    "tracking": ["where is my parcel", "when does my order arrive", "track my order", "is it shipped yet",
                 "my parcel is late", "has my order left"],
    "refund": ["I want my money back", "refund my order", "give me my money", "I return it for a refund",
               "please pay me back", "money back please"],
    "address": ["I have moved", "change my address", "new address please", "send it to another street",
                "my street is wrong", "I live elsewhere now"],
}


def router():
    return NgramRouter(EXAMPLES, out_of_scope=["tell me a joke", "what is the weather like"])


ready = router()


def broken():
    raise OSError("no examples today")
"""


@pytest.mark.parametrize("name", ["router", "ready"])
def test_a_router_is_calibrated_with_its_own_examples(here: Path, command: Command, name: str) -> None:
    (here / "routes.py").write_text(ROUTED)
    code, out, err = command("router", "calibrate", f"routes:{name}")
    assert (code, err) == (0, "")
    assert out.startswith("Act from ")
    assert "of these rightly" in out


def test_what_has_no_examples_is_refused(here: Path, command: Command) -> None:
    (here / "routes.py").write_text(ROUTED)
    code, _, err = command("router", "calibrate", "shop:desk")
    assert (code, "no tool of shop:desk is a router" in err) == (1, True)
    code, _, err = command("router", "calibrate", "routes:EXAMPLES")
    assert (code, "which has no examples to be calibrated with" in err) == (1, True)
    code, _, err = command("router", "calibrate", "routes:broken")
    assert (code, err) == (1, "segue: routes:broken fails: OSError: no examples today\n")
