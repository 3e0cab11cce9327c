"""Draw: a flow for people to look at, before it runs and with what happened on it."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.flow.oddities import odd
from tests.flow.pictures import SVG, faults, texts_of
from tests.flow.shop import Customer, find_customer, lead, support
from tests.flow.test_random_flows import built
from tests.web.browser import chromium, needs_chromium

from segue import Flow, Message, Reply, Sequence
from segue.flow.draw import CSS, Mark, draw
from segue.flow.node import Node, Place, Spot
from segue.flow.step import Step
from segue.flow.wires import Seen

FLOWS = {"support": support, "odd": odd}
WIDTHS = [1400, 960, 640, 400]

flows = pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS.keys())


def nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node of a drawing in JSON."""
    yield tree
    for verb in tree["verbs"]:
        if verb["substitute"]:
            yield from nodes(verb["substitute"])
    for child in tree["children"]:
        yield from nodes(child["node"])


def as_json(flow: Flow[Any], **options: Any) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(draw(flow, "json", **options))
    return drawn


def node_at(drawn: dict[str, Any], path: str) -> dict[str, Any]:
    (node,) = (node for node in nodes(drawn["root"]) if node["path"] == path and node["kind"] in LEAVES)
    return node


LEAVES = {"step", "ask_person", "ask_caller", "take_over", "go_on"}


# JSON


@flows
def test_the_tree_names_every_step_of_the_flow(flow: Flow[Any]) -> None:
    there = {place.path for place in flow.places() if isinstance(place.node, Step)}
    there = {path for path in there if not path.endswith("/read_answer")}  # a question brings that itself
    assert {node["path"] for node in nodes(as_json(flow)["root"]) if node["kind"] == "step"} == there


def test_the_tree_says_what_the_flow_takes_gives_and_keeps() -> None:
    drawn = as_json(support)
    assert (drawn["flow"], drawn["takes"], drawn["gives"]) == ("message", ["Message"], "Reply")
    assert drawn["keeps"] == {"Customer": None, "Orders": 600.0}
    assert drawn["fingerprint"] == support.fingerprint


def test_the_tree_says_what_feeds_a_parameter() -> None:
    node = node_at(as_json(support), "each/Tracking/track")
    assert node["reads"] == [
        {"parameter": "tracking", "kind": "Tracking", "from": ["understand"]},
        {"parameter": "orders", "kind": "Orders", "from": ["find_orders", "else/orders_from_cache"]},
    ]
    assert node_at(as_json(support), "understand")["reads"][0] == {
        "parameter": "message",
        "kind": "Message",
        "from": [],
    }


def test_verbs_stand_on_what_they_wrap_from_the_inside_out() -> None:
    node = node_at(as_json(support), "find_orders")
    assert [(verb["kind"], verb["title"]) for verb in node["verbs"]] == [
        ("within", "within 2 s"),
        ("retry", "retry 3"),
        ("or_else", "or else"),
    ]
    assert node["verbs"][2]["substitute"]["path"] == "else/orders_from_cache"
    assert node["kept"] == ["10 min"]
    assert node["verbs"][2]["substitute"]["kept"] == []
    escalate = as_json(support)["root"]["verbs"][-1]
    assert (escalate["kind"], escalate["person"]) == ("escalate", "support lead")


def test_branches_tasks_and_guards_have_labels() -> None:
    found = {
        node["kind"]: [child["label"] for child in node["children"]]
        for node in nodes(as_json(support)["root"])
    }
    assert found["delegate"] == ["lead", "AskBilling", "AskShipping"]
    assert found["refine"] == ["write", "guard", "guard", "last"]
    assert found["route"] in (["NotRefundable", "Refund"], ["RefundRequest", "Tracking", "Complaint"])


@flows
@pytest.mark.parametrize("form", ["json", "svg", "mermaid"])
def test_no_drawing_shows_where_the_machine_keeps_its_files(flow: Flow[Any], form: Any) -> None:
    drawn = draw(flow, form)
    assert "/shop.py" not in drawn.replace("tests/flow/shop.py", "")
    assert __file__.rpartition("/tests/")[0] not in drawn


def test_a_verb_or_node_that_drawings_do_not_know_is_drawn_all_the_same() -> None:
    class Careful(Node[Any]):
        def __init__(self, node: Node[Any]) -> None:
            super().__init__()
            self.node = node

        @property
        def inner(self) -> tuple[Node[Any], ...]:
            return (self.node,)

        def place(self, seen: Seen, spot: Spot) -> Place:
            inner = self.node.place(seen, spot)
            return replace(inner, node=self, children=(inner,), wires=())

    flow = Flow(Careful(find_customer), takes=Message, gives=Customer)
    assert as_json(flow)["root"]["verbs"][0]["title"] == "Careful"
    assert "Careful" in texts_of(draw(flow, "svg"))
    assert "Careful" in draw(flow, "mermaid")


# SVG


@flows
@pytest.mark.parametrize("width", WIDTHS)
def test_texts_and_boxes_do_not_overlap_and_nothing_is_cut(flow: Flow[Any], width: int) -> None:
    assert faults(draw(flow, "svg", width=width)) == []


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**48), st.sampled_from(WIDTHS))
def test_nor_in_any_other_flow(seed: int, width: int) -> None:
    flow = built(random.Random(seed))
    if flow is not None:
        assert faults(draw(flow, "svg", width=width)) == []


def test_a_spoiled_picture_is_noticed() -> None:
    good = draw(support, "svg")
    (title,) = re.findall(
        r'<text class="sg-title" x="[\d.]+" y="[\d.]+" text-anchor="middle">find_orders</text>', good
    )
    (other,) = re.findall(r'(x="[\d.]+" y="[\d.]+") text-anchor="middle">gives Customer</text>', good)
    moved = good.replace(title, re.sub(r'x="[\d.]+" y="[\d.]+"', other, title))
    assert any("lies on" in fault and "'find_orders'" in fault for fault in faults(moved))

    longer = good.replace(">find_orders<", ">find_orders_of_somebody_else_altogether<")
    assert any("leaves its box" in fault for fault in faults(longer))

    root = Xml.fromstring(good)
    cut = good.replace(f'viewBox="0 0 {root.get("width")}', 'viewBox="0 0 300')
    assert any("is cut off" in fault for fault in faults(cut))

    through = good.replace("</svg>", '<path class="sg-line" d="M0 0L0 150L900 150L900 1500L0 1500"/></svg>')
    straight = re.sub(r"L0 150L900 150", "L0 250L900 250", through)
    assert any("a line runs through the box" in fault for fault in [*faults(through), *faults(straight)])


def test_the_picture_can_be_heard() -> None:
    root = Xml.fromstring(draw(support, "svg"))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "The flow message takes Message and gives Reply"
    told = root.findtext(f"{SVG}desc") or ""
    assert (
        "at the same time (understand, or else understand and find_customer, retry 3, then find_orders"
        in told
    )
    assert "if Tracking: track" in told
    assert "write_reply, at last plain_reply, checked by grounding and privacy" in told


def test_everything_a_reader_looks_for_is_written_there() -> None:
    texts = texts_of(draw(support, "svg", width=1400))
    for expected in (
        *("Message", "keeps Customer always", "keeps Orders 10 min", "Reply", "at the same time"),
        *("retry 3", "within 2 s", "or else", "kept always", "kept 10 min", "if it fails →", "support lead"),
        *("for each Complaint | RefundRequest | Tracking", "which one?", "as propose_refund says"),
        *("RefundRequest", "Tracking", "ask support lead", "ask the customer", "supervise leads"),
        *("at most 5 rounds", "AskBilling", "checked before it is sent", "at most 2 drafts", "at last"),
    ):
        assert expected in texts


def test_a_picture_is_about_as_narrow_as_one_asks() -> None:
    for width in (960, 640, 400):
        assert float(Xml.fromstring(draw(support, "svg", width=width)).get("width") or 0) <= width * 1.05


def test_a_picture_has_no_style_but_the_one_that_a_page_can_allow() -> None:
    picture = draw(support, "svg", marks={"understand": Mark("taken")})
    assert f"<style>{CSS}</style>" in picture
    assert picture.count("<style") == 1
    assert "style=" not in picture
    assert not re.search(r"[<&]", CSS)


def test_marks_are_seen_and_the_rest_steps_back() -> None:
    marks = {
        "understand": Mark("taken", "0.8 s"),
        "each.2/Tracking/track": Mark("failed", "twice"),
        "find_orders~within~retry": Mark("slow", "3 times"),
    }
    picture = draw(support, "svg", marks=marks)
    boxes = {
        group.get("data-path"): (group.get("class") or "").split()
        for group in Xml.fromstring(picture).iter(f"{SVG}g")
        if group.get("data-path")
    }
    assert "sg-taken" in boxes["understand"]
    assert "sg-failed" in boxes["each/Tracking/track"]
    assert "sg-quiet" in boxes["else/understand"]
    assert "sg-quiet" not in boxes["understand"]
    assert {"0.8 s", "twice", "retry 3: 3 times"} <= set(texts_of(picture))
    assert faults(picture) == []
    assert "sg-quiet" not in draw(support, "svg").partition("</style>")[2]


def test_marks_are_in_json_and_mermaid_as_well() -> None:
    marks = {"understand": Mark("taken", "0.8 s")}
    assert node_at(as_json(support, marks=marks), "understand")["mark"] == {
        "style": "taken",
        "label": "0.8 s",
    }
    chart = draw(support, "mermaid", marks=marks)
    assert "class step_understand taken" in chart
    assert "0.8 s" in chart


def test_a_mark_whose_style_is_no_plain_word_is_refused() -> None:
    with pytest.raises(ValueError, match="a style is one plain word"):
        Mark('taken" onclick="')


def test_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="as mermaid, svg or json, not as 'png'"):
        draw(support, "png")  # type: ignore[arg-type]


@pytest.mark.browser
@needs_chromium
async def test_a_browser_agrees_that_no_texts_overlap() -> None:
    """Widths are estimated; here they are measured, in the widest and in the narrowest font there is."""
    async with chromium() as browser:
        for flow in FLOWS.values():
            page = await browser.new_page(viewport={"width": 1500, "height": 900})
            await page.set_content(draw(flow, "svg", width=1400))
            for font in ("DejaVu Sans", "sans-serif"):
                await page.add_style_tag(content=f".segue-flow{{font-family:'{font}'!important}}")
                assert await page.evaluate(MEASURE) == []
            await page.close()


MEASURE = """() => {
  const boxes = [...document.querySelectorAll('svg text')].map(text => [text.textContent, text.getBBox()]);
  const paper = document.querySelector('svg').viewBox.baseVal;
  const found = boxes.filter(([, b]) => b.x < 0 || b.y < 0 || b.x + b.width > paper.width).map(([t]) => t + ' is cut');
  boxes.forEach(([a, one], i) => boxes.slice(i + 1).forEach(([b, other]) => {
    const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
    const down = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
    if (across > 1 && down > 4) found.push(a + ' lies on ' + b);
  }));
  for (const group of document.querySelectorAll('svg g[data-path]')) {
    const card = group.querySelector('rect').getBBox();
    for (const text of group.querySelectorAll('text')) {
      const box = text.getBBox();
      if (box.x < card.x || box.x + box.width > card.x + card.width) found.push(text.textContent + ' leaves its box');
    }
  }
  return found;
}"""


# Mermaid


def chart_problems(chart: str) -> list[str]:
    """Where it breaks the rules of a flowchart: ids, quotes, nesting, ends of edges."""
    lines = chart.splitlines()
    found = [] if lines[0] == "flowchart TD" else ["it does not say that it is a flowchart"]
    known: set[str] = set()
    edges: list[str] = []
    depth = 0
    label = r'"[^"]*"'
    shapes = [
        rf"\[{label}\]",
        rf"\(\[{label}\]\)",
        rf"\[/{label}/\]",
        rf"\{{{label}\}}",
        rf"\{{\{{{label}\}}\}}",
    ]
    for line in map(str.strip, lines[1:]):
        if node := re.fullmatch(rf"(\w+)(?:{'|'.join(shapes)})", line):
            found += [f"{node[1]} is there twice"] if node[1] in known else []
            known.add(node[1])
        elif frame := re.fullmatch(rf"subgraph (\w+)\[{label}\]", line):
            found += [f"{frame[1]} is there twice"] if frame[1] in known else []
            known.add(frame[1])
            depth += 1
        elif line == "end":
            depth -= 1
        elif edge := re.fullmatch(rf"(\w+) (?:-->|-\.->)(?:\|{label}\|)? (\w+)", line):
            edges += [edge[1], edge[2]]
        elif styled := re.fullmatch(r"class (\w+) \w+", line):
            edges.append(styled[1])
        elif not re.fullmatch(r"direction TB|classDef \w+ [\w:#,\- ]+", line):
            found.append(f"nobody can read {line!r}")
        if re.search(r"#(?!\d+;)", line.replace("classDef", "")) and not line.startswith("classDef"):
            found.append(f"a bare # in {line!r}")
    found += [f"nothing is called {id}" for id in edges if id not in known]
    return found + (["frames are not closed"] if depth else [])


@flows
def test_the_chart_keeps_the_rules(flow: Flow[Any]) -> None:
    assert chart_problems(draw(flow, "mermaid")) == []


def test_a_spoiled_chart_is_noticed() -> None:
    chart = draw(support, "mermaid")
    assert chart_problems(chart.replace('["track', '["tr"ack'))
    assert chart_problems(chart.replace("    end\n", "", 1))
    assert chart_problems(chart.replace("takes -->", "nowhere -->"))


def test_the_chart_names_branches_badges_and_ends() -> None:
    chart = draw(support, "mermaid")
    assert '-->|"RefundRequest"|' in chart
    assert 'find_orders -.->|"or else"| step_else_orders_from_cache' in chart
    assert (
        'step_find_orders["find_orders<br/>gives Orders<br/>within 2 s · retry 3<br/>kept 10 min"]' in chart
    )
    assert 'takes(["Message<br/>keeps Customer always<br/>keeps Orders 10 min"])' in chart
    assert 'person_support_lead(["support lead"])' in chart
    assert "head of #60;everything #38; #34;more#34;#62;" in draw(odd, "mermaid")


def test_ids_stay_when_a_step_is_inserted() -> None:
    def ids(flow: Flow[Any]) -> set[str]:
        return set(re.findall(r"\b(?:step|ask_\w+?)_\w+", draw(flow, "mermaid")))

    inside = support.body
    longer = Flow(Sequence(find_customer.named("early"), inside), takes=Message, gives=Reply)
    assert ids(longer) == {*ids(Flow(inside, takes=Message, gives=Reply)), "step_early_find_customer"}


def test_a_flow_that_ends_with_a_person_gives_nothing() -> None:
    flow = Flow(Sequence(find_customer, lead.takes_over()), takes=Message, gives=Reply)
    assert "gives([" not in draw(flow, "mermaid")
    assert "Reply" not in texts_of(draw(flow, "svg"))
    assert faults(draw(flow, "svg")) == []
