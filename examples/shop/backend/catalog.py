"""What Larkfield sells, where it ships, and the numbers its rules turn on."""

from typing import NamedTuple

RETURN_DAYS = 30
VOUCHER_LIMIT = 100_00
VOUCHER_DAYS = 365
# Spent within a year, in cents.
SILVER_FROM, GOLD_FROM = 600_00, 2000_00


class Delivery(NamedTuple):
    cost: int
    free_from: int | None
    """Order value from which shipping is free."""
    days: tuple[int, int]
    """Working days from the warehouse, at least and at most."""


COUNTRIES = {
    "DE": Delivery(3_90, 60_00, (1, 3)),
    "AT": Delivery(5_90, 80_00, (2, 4)),
    "NL": Delivery(7_90, 100_00, (3, 5)),
    "FR": Delivery(7_90, 100_00, (3, 5)),
    "IE": Delivery(7_90, 100_00, (4, 6)),
    "CH": Delivery(12_90, None, (5, 8)),
    "GB": Delivery(12_90, None, (5, 8)),
}


class Product(NamedTuple):
    sku: str
    name: str
    price: int
    returnable: bool = True


_PRODUCTS = (
    Product("JK-110", "Rain jacket Tarn, blue", 129_00),
    Product("JK-111", "Rain jacket Tarn, moss", 129_00),
    Product("JK-240", "Down jacket Skerry", 249_00),
    Product("JK-310", "Softshell jacket Brae", 99_00),
    Product("FL-120", "Fleece pullover Heath", 59_90),
    Product("FL-121", "Fleece vest Heath", 44_90),
    Product("SH-210", "Merino shirt Lea", 64_90),
    Product("SH-220", "Flannel shirt Croft", 49_90),
    Product("TR-130", "Hiking trousers Fell", 89_00),
    Product("TR-131", "Zip-off trousers Fell", 94_00),
    Product("TR-180", "Rain trousers Tarn", 69_00),
    Product("BT-410", "Hiking boots Scree", 169_00),
    Product("BT-420", "Trail shoes Burn", 119_00),
    Product("BT-430", "Winter boots Rime", 189_00),
    Product("SO-510", "Hiking socks, pack of three", 24_90),
    Product("SO-520", "Merino socks", 17_90),
    Product("HT-610", "Wool hat Knot", 19_90),
    Product("HT-620", "Sun hat Dune", 27_90),
    Product("GL-630", "Gloves Rime", 34_90),
    Product("BP-710", "Backpack Cairn 28 l", 109_00),
    Product("BP-720", "Backpack Cairn 50 l", 179_00),
    Product("TN-810", "Tent Bothy for two", 329_00),
    Product("SB-820", "Sleeping bag Drift", 149_00),
    Product("MT-830", "Sleeping mat Drift", 79_90),
    Product("LA-840", "Head torch Wisp", 39_90),
    Product("BO-850", "Steel bottle 0.75 l", 26_90),
    Product("CK-860", "Camping stove Ember", 54_90),
    Product("UW-910", "Merino underwear set", 54_90, returnable=False),
    Product("KN-920", "Pocket knife, engraved", 45_00, returnable=False),
    Product("GC-950", "Gift card 50 EUR", 50_00, returnable=False),
)
PRODUCTS = {product.sku: product for product in _PRODUCTS}


def shipping_cost(country: str, value: int) -> int:
    delivery = COUNTRIES[country]
    return 0 if delivery.free_from is not None and value >= delivery.free_from else delivery.cost


def tier(spent: int) -> str:
    """The loyalty tier for what was spent within a year."""
    return "gold" if spent >= GOLD_FROM else "silver" if spent >= SILVER_FROM else "standard"
