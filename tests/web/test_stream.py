"""The stream: what a customer sees as it comes, resumed without loss and without doubling."""

import asyncio

from tests.web.server import BrittleJournal, Running, Talk, eventually, running_server, until
from tests.web.small_desk import make_desk

from segue.web.sse import Sent


async def test_the_stream_tells_the_past_and_then_what_comes(talk: Talk) -> None:
    await talk.says("hello")
    async with talk.stream() as events:
        assert [one.event for one in await until(events, "reply")] == ["message", "reply"]
        await talk.send("slow 0.05")
        live = await until(events, "reply")
    assert [one.event for one in live] == ["message", "progress", "reply"]
    assert live[1].json["text"] == "Looking at your order"
    assert [one.json for one in live] == (await talk.items())[2:]
    assert [int(one.id) for one in live] == [one.json["seq"] for one in live]


async def test_a_stream_resumes_at_every_point_without_loss_or_doubling(talk: Talk) -> None:
    for text in ("hello", "slow 0.05", "ask", "1001", "lead"):
        await talk.says(text)
    whole = [item["seq"] for item in await talk.items()]
    assert len(whole) == 11
    for cut in range(len(whole)):
        seen = whole[:cut]
        headers = {"last-event-id": str(whole[cut - 1])} if cut else {}
        async with talk.stream(headers=headers) as events:
            async for event in events:
                seen.append(int(event.id))
                if len(seen) == len(whole):
                    break
        assert seen == whole


async def test_a_stream_cut_while_things_happen_resumes_exactly(talk: Talk) -> None:
    seen: list[int] = []
    sending = asyncio.create_task(_send(talk, 12))
    while len(seen) < 24:
        headers = {"last-event-id": str(seen[-1])} if seen else {}
        async with talk.stream(headers=headers) as events:
            for _ in range(3):
                seen.append(int((await anext(events)).id))
                if len(seen) == 24:
                    break
    await sending
    assert seen == [item["seq"] for item in await talk.items()]


async def _send(talk: Talk, n: int) -> None:
    for number in range(n):
        await talk.says(f"message {number}")


async def test_the_last_event_id_counts_more_than_the_address(talk: Talk) -> None:
    await talk.says("hello")
    first, second = (item["seq"] for item in await talk.items())
    async with talk.stream(f"?after={second}", {"last-event-id": str(first)}) as events:
        assert int((await anext(events)).id) == second
    async with talk.stream(f"?after={first}") as events:
        assert int((await anext(events)).id) == second


async def test_silence_is_filled_with_signs_of_life_and_the_line_stays_open(talk: Talk) -> None:
    async with talk.http.stream("GET", f"{talk.path}/stream", headers=talk.headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        seen = [await anext(lines) for _ in range(6)]
    assert seen[0] == "retry: 1000"
    assert seen.count(": still here") >= 2


async def test_who_leaves_is_forgotten(web: Running, talk: Talk) -> None:
    async with talk.stream():
        await eventually(lambda: talk.id in web.office.feed._watchers)
    await eventually(lambda: talk.id not in web.office.feed._watchers)


async def test_a_stream_shows_nothing_of_another_conversation(web: Running) -> None:
    one, other = await web.talk(), await web.talk()
    async with one.stream() as events:
        await other.says("hello from elsewhere")
        await one.says("hello")
        assert [event.json["text"] for event in await until(events, "reply")] == ["hello", "You said: hello"]


async def test_trouble_is_told_at_once_and_then_everything_goes_on() -> None:
    journal = BrittleJournal()
    async with running_server(make_desk(), journal=journal) as web:
        talk = await web.talk()
        async with talk.stream() as events:
            journal.mute = True
            assert (await talk.send("hello")).status_code == 202
            (trouble,) = await until(events, "trouble")
            assert trouble.id == ""
            assert "nothing accepted is lost" in trouble.json["detail"]
            assert "/var/lib" not in trouble.data
            ready = await web.http.get("/readyz")
            assert (ready.status_code, ready.json()["ready"]) == (503, False)
            journal.mute = False
            rest = [one.event for one in await until(events, "reply") if one.event != "trouble"]
            assert rest == ["message", "reply"]
        assert (await web.http.get("/readyz")).status_code == 200
        assert [item["kind"] for item in await talk.items()] == ["message", "reply"]


async def test_a_stream_ends_when_the_desk_shuts_down_and_says_when_to_come_back() -> None:
    async with running_server(make_desk()) as web:
        talk = await web.talk()
        async with web.http.stream("GET", f"{talk.path}/stream", headers=talk.headers) as answer:
            lines = answer.aiter_lines()
            assert await anext(lines) == "retry: 1000"
            web.server.stop()
            rest = [line async for line in lines]
        assert rest[-2:] == ["retry: 1000", ""]


def test_an_event_is_spelled_so_that_no_text_can_forge_another() -> None:
    forged = Sent("one\r\nevent: reply\rid: 9\n\ndata: two\u2028three", "message", 4)
    assert str(forged) == (
        "id: 4\nevent: message\ndata: one\ndata: event: reply\ndata: id: 9\ndata: \n"
        "data: data: two\u2028three\n\n"
    )
