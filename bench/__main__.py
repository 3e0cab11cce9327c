"""Every measurement of the core: `python -m bench`. A table, ratios to the floor, and one line of JSON.

Machines are noisy and shared: ratios are of CPU time, each the median of three pairs measured in turn.
"""

import asyncio
import json
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
        "commits_waited": median(one.waited for one in durables),
    }


def main() -> None:
    figures: dict[str, object] = {}
    print(
        f"{'':24}{'floor':>9}{'durable':>9}{'ratio':>7}{'memory':>9}{'turns/s':>9}{'fsyncs made':>13}{'waited':>8}"
    )
    for in_flight, turns, seconds in ((1, 300, 0.0), (64, 6400, 0.0), (1, 50, 0.02), (64, 1920, 0.02)):
        found = asyncio.run(durable_to_floor(in_flight, turns, seconds))
        name = f"{in_flight} in flight, {seconds * 1000:.0f} ms"
        print(
            f"{name:24}{found['floor_ms']:>9.3f}{found['durable_ms']:>9.3f}{found['ratio']:>7.1f}"
            f"{found['memory_ms']:>9.3f}{found['memory_per_second']:>9.0f}"
            f"{found['commits_made']:>13.2f}{found['commits_waited']:>8.2f}"
        )
        figures[name] = found
    growth = asyncio.run(turn.measure_growth())
    figures["growth"] = growth.__dict__
    print(
        f"\nturns 1-10: {growth.early_cpu:.3f} ms, {growth.early_bytes:.0f} bytes; "
        f"turns 191-200: {growth.late_cpu:.3f} ms, {growth.late_bytes:.0f} bytes; cold {growth.cold_cpu:.3f} ms"
    )
    print()
    figures["startup"] = startup.measure()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
