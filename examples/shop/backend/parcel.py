"""The life of a parcel: from the state it is in today, the dates and tracking events that lead there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from examples.shop.backend.catalog import COUNTRIES

_CARRIERS = {"DE": ("Nordpost", "NP"), "AT": ("Alpenbote", "AB")}
_ELSEWHERE = ("Swiftline", "SW")
_WAREHOUSE = "Hamburg"
# Order status for each state of a parcel that is not simply on its way.
_ORDER_STATUS = {"processing": "processing", "delivered": "delivered", "returned": "returned"}


@dataclass(frozen=True)
class Parcel:
    status: str
    carrier: str
    tracking_number: str | None
    shipped_on: date | None
    estimated_delivery: date
    delivered_on: date | None
    events: tuple[tuple[datetime, str, str], ...]

    @property
    def order_status(self) -> str:
        return _ORDER_STATUS.get(self.status, "shipped")


def parcel(
    number: int, status: str, country: str, city: str, placed: date, delivered: date | None, today: date
) -> Parcel:
    """Lay out the days. A parcel leaves the day after the order and is expected on the last promised day."""
    carrier, prefix = _CARRIERS.get(country, _ELSEWHERE)
    leaves = placed + timedelta(days=1)
    expected = working_days_after(leaves, COUNTRIES[country].days[1])
    if status == "processing":
        return Parcel(status, carrier, None, None, expected, None, ())
    events = [(leaves, 6, "label_created", _WAREHOUSE), (leaves, 9, "picked_up", _WAREHOUSE)]
    hub = leaves + timedelta(days=1)
    if status != "shipped":
        events.append((min(hub, delivered or hub), 4, "at_hub", f"Hub {country}"))
    if status == "out_for_delivery":
        expected = today
        events.append((today, 7, "out_for_delivery", city))
    elif status == "delayed":
        expected = min(expected, today - timedelta(days=2))
        events.append((expected, 5, "held_up", f"Hub {country}"))
    elif status == "lost":
        expected = min(expected, today - timedelta(days=9))
        events += [
            (expected, 5, "held_up", f"Hub {country}"),
            (expected + timedelta(days=6), 10, "search_opened", carrier),
            (today - timedelta(days=1), 11, "declared_lost", carrier),
        ]
    elif delivered is not None:
        events += [(delivered, 7, "out_for_delivery", city), (delivered, 14, "delivered", city)]
        if status == "returned":
            events.append((delivered + timedelta(days=7), 8, "return_received", _WAREHOUSE))
    times = tuple((datetime.combine(day, time(hour), UTC), code, place) for day, hour, code, place in events)
    return Parcel(status, carrier, f"{prefix}{number * 7919:010d}", leaves, expected, delivered, times)


def working_days_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
