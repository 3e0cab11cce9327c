"""A desk that does for a customer what a task of the airline wants, through a flow whose tools are the airline's."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic

from segue import (
    Absent,
    Caller,
    Delegate,
    Desk,
    Draft,
    Failed,
    Flow,
    Message,
    Person,
    Refine,
    Reply,
    Sequence,
    step,
)
from segue.agents import Agent
from segue.guard import grounding
from segue.testing.models import Scripted, Use
from segue.tools import McpServer, ToolCaller, ToolResult

LONGEST = 30
"""More actions than any task has."""

SETTLES = 0.3
"""Seconds after which the airline surely did what it was asked, if it ever does."""

LOOKS = (
    *("calculate", "get_flight_status", "get_reservation_details", "get_user_details", "list_all_airports"),
    *("search_direct_flight", "search_onestop_flight"),
)

person = Person("agent")


@dataclass(frozen=True, slots=True)
class Asked:
    """One action of a task as tau2 writes it down."""

    tool: str
    arguments: pydantic.JsonValue


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """What is to be done for a customer, one thing after the other."""

    actions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class TaskEnded:
    done: int
    turned_down: int


@dataclass(frozen=True, slots=True)
class Customer:
    """Who is talking; what their tools are bound to."""

    id: str


class Reservation(pydantic.BaseModel, frozen=True):
    """As the airline tells of one, as far as it matters here."""

    reservation_id: str
    user_id: str
    cabin: str
    flights: tuple[Any, ...]
    passengers: tuple[Any, ...]
    total_baggages: int
    nonfree_baggages: int
    status: str | None = None


class User(pydantic.BaseModel, frozen=True):
    reservations: tuple[str, ...]


@step
async def read(message: Message) -> TaskGiven:
    return pydantic.TypeAdapter(TaskGiven).validate_json(message.text)


@step
async def find_customer(caller: Caller) -> Customer:
    return Customer(caller.id)


@step
async def write(ended: TaskEnded) -> Draft:
    return Draft(f"{ended.done} done, {ended.turned_down} turned down.")


def make(url: str, reviewed: Path, *, boasts: bool = False) -> Desk:
    """The desk of one task, at the airline that is there for it; it may boast of keys that the airline honours."""
    airline = McpServer.http(url, reviewed=reviewed, name="airline")
    bound = {"user_id": (Customer, lambda customer: customer.id)}
    acting = acts(airline)
    if boasts:
        acting = {tool: {"repeats_safely": True} for tool in acting}
    to = airline.tools([*LOOKS, *acting], bound=bound, reads_only=LOOKS, acting=acting)
    solve = Agent(
        "solve",
        reads=[TaskGiven, list[ToolResult | Failed]],
        gives=list[_either(to)] | TaskEnded,  # type: ignore[misc,arg-type]
        instructions="Do what the task says, one thing after the other.",
    )
    solving = Flow(
        Sequence(
            read,
            find_customer,
            Delegate(solve, to=to, at_most=LONGEST),
            Refine(write, against=[grounding]),
        ).escalate(to=person),
        takes=Message,
        gives=Reply,
        name="solving",
    )
    return Desk(solving, tools=[airline, Scripted(solve=replay)], people={person: "agents"}, name="airline")


def replay(prompt: str, turn: int) -> Any:
    """What a model says that knows the solution: the first action of which nothing has been found yet."""
    actions = _element(prompt, "TaskGiven")["actions"]
    findings = re.findall(r'^<(ToolResult|Failed) n="', prompt, flags=re.M)
    if len(findings) == len(actions):
        failed = findings.count("Failed")
        return TaskEnded(len(findings) - failed, failed)
    action = actions[len(findings)]
    return Use(action["tool"], **{n: value for n, value in action["arguments"].items() if n != "user_id"})


def acts(airline: McpServer) -> Mapping[str, Mapping[str, Any]]:
    """What acts, and how it can be seen whether it was done: the airline knows no keys, but shows its reservations."""

    def reservation_is(tool: str, *names: str, **values: Any) -> Mapping[str, Any]:
        """Done when the reservation has these fields of the call."""

        async def found(asked: Any, *, server: ToolCaller) -> ToolResult | Absent:
            now = await details(server, asked.reservation_id)
            done = all(_same(getattr(now, n), getattr(asked, n)) for n in names)
            done = done and all(getattr(now, name) == value for name, value in values.items())
            return ToolResult(tool, "It is so.") if done else Absent()

        found.__annotations__["asked"] = airline.asks(tool)
        return {"lookup": found, "on": lambda asked: asked.reservation_id}

    async def booked(asked: Any, customer: Customer, *, server: ToolCaller) -> ToolResult | Absent:
        user = await server.call("get_user_details", {"user_id": customer.id}, User)
        for id in user.reservations:
            there = await details(server, id)
            if all(_same(getattr(there, n), getattr(asked, n)) for n in ("flights", "passengers", "cabin")):
                return ToolResult("book_reservation", f"It is {id}.")
        return Absent()

    booked.__annotations__["asked"] = airline.asks("book_reservation", bound=["user_id"])
    can = {"settles_within": SETTLES, "errors_are_refusals": True}
    found = {
        "cancel_reservation": reservation_is("cancel_reservation", status="cancelled"),
        "update_reservation_baggages": reservation_is(
            "update_reservation_baggages", "total_baggages", "nonfree_baggages"
        ),
        "update_reservation_flights": reservation_is("update_reservation_flights", "cabin", "flights"),
        "update_reservation_passengers": reservation_is("update_reservation_passengers", "passengers"),
        "book_reservation": {"lookup": booked},
    }
    nothing = {"errors_are_refusals": True}
    return {
        **{tool: {**about, **can} for tool, about in found.items()},
        "send_certificate": nothing,
        "transfer_to_human_agents": nothing,
    }


async def details(server: ToolCaller, id: str) -> Reservation:
    return await server.call("get_reservation_details", {"reservation_id": id}, Reservation)


def _same(there: Any, asked: Any) -> bool:
    """Is everything that was asked for there? The airline adds what it knows, such as a flight's price."""
    if isinstance(asked, tuple) and isinstance(there, list | tuple):
        return len(asked) == len(there) and all(map(_same, there, asked))
    if isinstance(asked, pydantic.BaseModel):
        return _same(there, asked.model_dump(by_alias=True))
    if isinstance(asked, Mapping):
        return all(_same(there.get(name), value) for name, value in asked.items())
    return bool(there == asked)


def _element(prompt: str, name: str) -> Any:
    found = re.search(f"^<{name}>(.*)</{name}>$", prompt, flags=re.M)
    return json.loads(found[1]) if found else None


def _either(kinds: Any) -> Any:
    first, *others = kinds
    for other in others:
        first = first | other
    return first
