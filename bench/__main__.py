"""Every measurement of the core: `python -m bench`. A table, ratios to the floor, and one line of JSON.

Machines are noisy and shared: ratios are of CPU time, each the median of three pairs measured in turn.
"""

import asyncio
import json
from dataclasses import asdict
from statistics import median

from bench import floor, startup, turn

PAIRS = 3


async def durable_to_floor(in_flight: int, turns: int, seconds: float) -> dict[str, float]:
    """Medians of three: floor, durable and in memory, one after the other."""
    floors, durables, memories = [], [], []
    for _ in range(PAIRS):
        floors.append(await floor.measure(in_flight=in_flight, turns=turns, seconds=seconds))
        durables.append(await turn.measure(durable=True, in_flight=in_flight, turns=turns, seconds=seconds))
        memories.append(await turn.measure(durable=False, in_flight=in_flight, turns=turns, seconds=seconds))
    ratios = [durable.cpu / base for durable, base in zip(durables, floors, strict=True)]
    return {
        "floor_ms": median(floors),
        "durable_ms": median(one.cpu for one in durables),
        "memory_ms": median(one.cpu for one in memories),
        "ratio": median(ratios),
        "memory_per_second": median(one.per_second for one in memories),
        "commits_made": median(one.made for one in durables),
    }


def main() -> None:
    figures: dict[str, object] = {}
    columns = ("floor", "durable", "ratio", "memory", "turns/s", "fsyncs", "waited")
    print(f"{'CPU ms per turn':22}" + "".join(f"{column:>9}" for column in columns))
    for in_flight, turns, seconds in ((1, 300, 0.0), (64, 6400, 0.0), (1, 50, 0.02), (64, 1920, 0.02)):
        found = asyncio.run(durable_to_floor(in_flight, turns, seconds))
        name = f"{in_flight} in flight, {seconds * 1000:.0f} ms"
        waited = None
        if in_flight == 1:
            waited = found["commits_waited"] = asyncio.run(turn.measure_waits(seconds=seconds))
        print(
            f"{name:22}{found['floor_ms']:>9.3f}{found['durable_ms']:>9.3f}{found['ratio']:>9.1f}"
            f"{found['memory_ms']:>9.3f}{found['memory_per_second']:>9.0f}{found['commits_made']:>9.2f}"
            f"{waited if waited is not None else '':>9}"
        )
        figures[name] = found
    growth = asyncio.run(turn.measure_growth())
    figures["growth"] = asdict(growth)
    print(
        f"\nturn 5: {growth.early_cpu:.3f} ms; turn 200: warm {growth.late_cpu / growth.early_cpu:.2f} times, "
        f"cold {growth.cold_cpu / growth.early_cpu:.2f} times that"
        f"\nturns 1 to 10: {growth.early_bytes:.0f} bytes each; turns 191 to 200: "
        f"{growth.late_bytes / growth.early_bytes:.3f} times that; turn 200 cold: {growth.cold_bytes:.0f} bytes"
    )
    print()
    figures["startup"] = startup.measure()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
