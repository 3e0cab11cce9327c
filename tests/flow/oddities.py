"""A flow with what is rare: long names, signs that mean something in XML, chains of substitutes, names, asks."""

from dataclasses import dataclass

from tests.flow.shop import (
    Finding,
    NotRefundable,
    OrderNumber,
    Outcome,
    Refund,
    grounding,
    lead,
    plain_reply,
    privacy,
    write_reply,
)

from segue import (
    Else,
    Flow,
    Message,
    Person,
    Refine,
    Reply,
    Route,
    Sequence,
    Withdrawn,
    caller,
    go_on,
    step,
)


@dataclass(frozen=True)
class Approved:
    text: str = ""


@dataclass(frozen=True)
class Refused:
    text: str = ""


@dataclass(frozen=True)
class AnExtraordinarilyLongCaseNameThatNobodyWouldUse:
    text: str = ""


@dataclass(frozen=True)
class 住所変更:
    text: str = ""


@step
def start(message: Message) -> Refund | NotRefundable:
    return Refund(len(message.text))


@step
def first(refund: Refund) -> Finding:
    return Finding(str(refund.amount))


@step
def second(refund: Refund) -> Finding:
    return Finding(str(refund.amount))


@step
def third(refund: Refund) -> Finding:
    return Finding(str(refund.amount))


@step
def decide_whether_the_customer_may_have_a_very_generous_exception(
    refund: Refund,
) -> Approved | Refused | AnExtraordinarilyLongCaseNameThatNobodyWouldUse | 住所変更:
    return Approved(str(refund.amount))


@step
def grant(case: Approved) -> Outcome:
    return Outcome(case.text)


@step
def regret(case: Refused, number: OrderNumber) -> Outcome:
    return Outcome(case.text + number.text)


@step
def wonder(case: AnExtraordinarilyLongCaseNameThatNobodyWouldUse) -> Outcome:
    return Outcome(case.text)


@step
def move(case: 住所変更) -> Outcome:
    return Outcome(case.text)


@step
def read_number(message: Message) -> OrderNumber | Else | Withdrawn:
    return OrderNumber(message.text)


@step
def listed(outcome: Outcome) -> list[Outcome]:
    return [outcome]


looking = first.retry(2, on=TimeoutError).or_else(second).or_else(third).within(20)

exceptions = Flow(
    Sequence(
        looking.escalate(to=Person('head of <everything & "more">')).named("lookup"),
        decide_whether_the_customer_may_have_a_very_generous_exception,
        Route(
            {
                Approved: grant,
                Refused: Sequence(
                    caller.gives(OrderNumber, asking={"en": "Which?"}, reader=read_number, within=3600),
                    regret.named("careful"),
                ).or_else(lead.takes_over(because="angry")),
                AnExtraordinarilyLongCaseNameThatNobodyWouldUse: wonder.escalate(to=lead),
                住所変更: move,
            }
        )
        .named("decision")
        .retry(2),
    ),
    takes=Refund,
    gives=Outcome,
    name="exceptions",
)

odd = Flow(
    Sequence(
        start,
        Route({Refund: go_on, NotRefundable: lead.takes_over(because="too_late")}),
        exceptions.retry(2),
        listed,
        Refine(write_reply, against=[grounding.retry(2), privacy], last=plain_reply),
    ),
    takes=Message,
    gives=Reply,
)
