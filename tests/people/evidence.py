"""Is each sentence of a summary supported by the events it cites?

Read from the journal's raw records, by rules of its own. A sentence that no rule knows is unsupported.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from segue.run.codec import SALT, Record

Raw = dict[str, Any]
Rule = Callable[[re.Match[str], Sequence[Raw]], bool]


def raw(records: Sequence[Record]) -> dict[int, Raw]:
    """Events as they lie in the journal: envelope and payload in one."""
    return {
        record.seq: {
            **json.loads(record.envelope),
            **(json.loads(record.payload[SALT:]) if record.payload else {}),
        }
        for record in records
    }


def unsupported(sentences: Sequence[Mapping[str, Any]], events: Mapping[int, Raw]) -> list[str]:
    """The sentences that say what the events they cite do not, or cite none."""
    return [one["text"] for one in sentences if not _holds(one, events)]


def _holds(sentence: Mapping[str, Any], events: Mapping[int, Raw]) -> bool:
    cited = [events.get(seq, {"k": "nothing"}) for seq in sentence["evidence"]]
    matches = [(re.fullmatch(pattern, sentence["text"], re.S), rule) for pattern, rule in RULES.items()]
    return bool(cited) and any(match is not None and rule(match, cited) for match, rule in matches)


def _said(*kinds: str) -> Rule:
    def rule(match: re.Match[str], cited: Sequence[Raw]) -> bool:
        begins = " ".join(match["words"].removesuffix("… [cut]").split())
        return all(one["k"] in kinds and " ".join(one["text"].split()).startswith(begins) for one in cited)

    return rule


def _named(match: re.Match[str], cited: Sequence[Raw]) -> bool:
    """Is there a cited event about this action, this object and this amount?"""
    return any(_about(one) == (match["action"], match["object"] or "", match["amount"]) for one in cited)


def _about(one: Raw) -> tuple[str, str, str | None] | None:
    if one["k"] == "ActionBegan":
        amount = None if one["amount"] is None else f"{Decimal(one['amount']) / 10_000:.2f}"
        return one["action"], one["receipt"]["d"]["object"], amount
    if one["k"] == "PersonAsked" and one["about"]:
        about = one["about"]
        return about["action"], about["object"], about["amount"] and f"{Decimal(about['amount']):.2f}"
    return None


def _act(*kinds: str, last: Callable[[re.Match[str], Raw], bool] = lambda match, event: True) -> Rule:
    """About the action that is named; these kinds are among what is cited, and the last of what is cited fits."""

    def rule(match: re.Match[str], cited: Sequence[Raw]) -> bool:
        there = [one["k"] for one in cited]
        return _named(match, cited) and all(kind in there for kind in kinds) and last(match, cited[-1])

    return rule


def _failed(match: re.Match[str], cited: Sequence[Raw]) -> bool:
    failed = [one for one in cited if one["k"] in ("StepFailed", "TimedOut", "WaitExpired", "ActionNotDone")]
    gave = [one for one in cited if one not in failed]
    times = 1 if match["times"] == "once" else int(match["times"].split()[0])
    whose = {one["path"].rpartition("/")[2] for one in failed} == {match["what"]}
    why = match["why"].removesuffix("… [cut]")
    told = any(why.startswith("it was not done in time") or why in one.get("why", "") for one in failed)
    then = (match["then"] or "").removeprefix("; ")
    if then == "then it worked":
        came = [one["path"].rpartition("/")[2] for one in gave] == [match["what"]]
    elif then:
        came = [one["path"].rpartition("/")[2] for one in gave] == [then.removesuffix(" was used instead")]
    else:
        came = not gave
    return whose and told and came and (len(failed) == times or len(cited) == 8)


def _person(kind: str, reasons: Mapping[str, tuple[str, ...]]) -> Rule:
    def rule(match: re.Match[str], cited: Sequence[Raw]) -> bool:
        first = cited[0]
        who = first.get("person") or first.get("to") or first.get("by")
        reason = first.get("wants") or first.get("reason") or ""
        return first["k"] == kind and who == match["who"] and reason in reasons.get(match["why"], ())

    return rule


ACT = r"(?P<action>\w+)(?: for (?P<object>[^()]+?))?(?: \((?P<amount>[\d.]+) ?\w*\))?"
WORDS = r"“(?P<words>.*)”\."
OURS = (
    *("ReplySent", "CustomerAsked", "CustomerReminded", "PersonAsked", "NoticeSent", "HandedOver"),
    *("HandoverOverdue", "MessagePassedOn", "PersonReplied"),
)

RULES: Mapping[str, Rule] = {
    r"The customer (?P<id>\S+) is verified\.": lambda match, cited: (
        [(one["k"], one.get("caller"), one.get("level")) for one in cited]
        == [("ConversationOpened", match["id"], "verified")]
    ),
    r"Who the customer is is not known\.": lambda match, cited: (
        [(one["k"], one.get("caller"), one.get("level")) for one in cited]
        == [("ConversationOpened", "", "anonymous")]
    ),
    rf"(Before, they|They) wrote: {WORDS}": _said("MessageReceived"),
    rf"Nobody has answered this yet: {WORDS}": _said("MessageReceived"),
    rf"The customer last read: {WORDS}": _said(*OURS),
    rf"The customer has not answered: {WORDS}": _said("CustomerAsked"),
    rf"{ACT} was done(?:, reference (?P<reference>\S+))?\.": _act(
        *("ActionBegan", "ActionDone"),
        last=lambda match, one: (
            one["k"] == "ActionDone" and one["receipt"]["d"]["reference"] == (match["reference"] or "")
        ),
    ),
    rf"{ACT} waits for (?P<who>.+) to approve of it, and is not done \((?P<why>.*)\)\.": _act(
        "PersonAsked",
        last=lambda match, one: (one["person"], one["about"]["because"]) == (match["who"], match["why"]),
    ),
    rf"(?P<who>.+) refused {ACT}, so it was not done(?: \(.*\))?\.": _act(
        "PersonAsked",
        "PersonAnswered",
        last=lambda match, one: one["k"] == "PersonAnswered" and one["fact"]["d"]["granted"] is False,
    ),
    rf"{ACT} was not done(?: \((?P<why>.*)\))?\.": _act(
        *("ActionBegan", "ActionNotDone"), last=lambda match, one: one["k"] == "ActionNotDone"
    ),
    rf"It is not known whether {ACT} was done, and a person is to find out(?: \(.*\))?\.": _act(
        *("ActionBegan", "ActionUnknown"), last=lambda match, one: one["k"] == "ActionUnknown" and one["told"]
    ),
    rf"{ACT} is under way\.": _act(
        "ActionBegan", last=lambda match, one: one["k"] in ("ActionBegan", "ActionAgain")
    ),
    rf"It is not known whether {ACT} was done(?: \(.*\))?\.": _act(
        *("ActionBegan", "ActionUnknown"),
        last=lambda match, one: one["k"] in ("ActionUnknown", "ActionAgain"),
    ),
    rf"{ACT} was done and taken back\.": _act("ActionDone"),
    rf"{ACT} was to be approved of, and is not wanted any more, so it was not done\.": _act(
        "PersonAsked", last=lambda match, one: one["k"] in ("HandedOver", "TurnFinished")
    ),
    r"(?P<what>\S+) failed (?P<times>once|\d+ times) \((?P<why>.*)\)(?P<then>; .*)?\.": _failed,
    r"The guard (?P<guard>\w+) objected to a draft: (?P<why>.*)\.": lambda match, cited: any(
        objection["d"]["guard"] == match["guard"] and objection["d"]["why"] == match["why"]
        for one in cited
        for objection in one["fact"].get("l", ())
    ),
    r"(?P<who>.+) is asked: (?P<why>.*)": _person(
        "PersonAsked", {"A person has to approve of something before it is done.": ("segue.Approval",)}
    ),
    r"(?P<who>.+) was called in: (?P<why>.*)": _person(
        "HandedOver",
        {
            "The customer asked for a person.": ("asked_for",),
            "The customer asks for something that this desk does not do.": ("out_of_scope",),
            "What was found does not settle what the customer asked.": (
                "could_not_decide",
                "hops",
                "repeated",
            ),
            "It is not known whether something was done.": ("unknown",),
            "A system that was needed did not do its part.": ("failed", "lost"),
            "It took longer than a customer should wait.": ("timeout", "deadline"),
        },
    ),
}
