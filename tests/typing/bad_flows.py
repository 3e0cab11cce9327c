"""What does not fit together is refused as far as types can say so; the rest is refused when it is defined."""

from dataclasses import dataclass

from segue import (
    Caller,
    Delegate,
    Draft,
    Each,
    Failed,
    Flow,
    Message,
    Objection,
    Parallel,
    Person,
    Refine,
    Reply,
    Route,
    Sequence,
    caller,
    minutes,
    step,
)


@dataclass(frozen=True)
class Customer:
    name: str


@dataclass(frozen=True)
class Task:
    text: str


@dataclass(frozen=True)
class Verdict:
    text: str


@step
async def find_customer(caller: Caller) -> Customer:
    return Customer(caller.id)


@step
def write(message: Message) -> Draft:
    return Draft(message.text)


@step
def check(draft: Draft) -> list[Objection]:
    return []


@step
def doubt(draft: Draft) -> Objection:
    return Objection("doubt", draft.text)


@step
def supervise(findings: list[Customer | Failed]) -> list[Task] | Verdict:
    return Verdict(str(len(findings)))


@step
def decide(findings: list[Customer | Failed]) -> Verdict:
    return Verdict(str(len(findings)))


lead = Person("support lead")

Refine(find_customer, against=[check])  # error: "Node[Draft]"
Refine(Sequence(write, find_customer), against=[check])  # error: Node[Draft]
Refine(write, against=[doubt])  # error: list[Objection]
Refine(write, against=[check, find_customer])  # error: list[Objection]
Refine(write, against=check)  # error: "Iterable[
Refine(write, against=[check], last=find_customer)  # error: "Node[Draft]
Refine(write)  # error: "against"
Sequence()  # error:
Sequence(find_customer, "write")  # error: Node[
Parallel(find_customer, write, 3)  # error: "Node[Any]"
Route({Customer: "write"})  # error: "Node[Any]"
Route({"Customer": write})  # error: "type
Each("write")  # error: "Node[
Delegate(supervise.retry(2), to={Task: find_customer})  # error: "Step[
Delegate(supervise, to=[find_customer])  # error: "Mapping[
Flow(find_customer, takes=Message)  # error: "gives"
Flow(find_customer, takes="Message", gives=Customer)  # error: "takes"
Flow(find_customer, takes=Message, gives=Customer, keeps={"Customer": minutes(5)})  # error: "type
reply: Flow[Reply] = Flow(find_customer, takes=Message, gives=Customer)  # error[mypy]: "type[Reply]"  # error[pyright]: "Flow[Reply]"
caller.gives(Customer)  # error: "asking"
caller.gives("Customer", asking="who")  # error: "type[
lead.gives(Customer, within="a day")  # error: "float"
lead.takes_over(says=3)  # error: "says"
