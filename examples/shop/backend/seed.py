"""Fills an empty store: the demo customers, and a crowd around them drawn from a seed number."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from examples.shop.backend.catalog import COUNTRIES, PRODUCTS, tier
from examples.shop.backend.demo import write_demo
from examples.shop.backend.purchase import Place, Purchase, Refunded, write_customer, write_purchase
from examples.shop.backend.store import Store

SEED = 7
_CUSTOMERS = range(1008, 1041)
_FIRST_ORDER = 1101
# How many orders of the crowd are in which state; so every state exists, whatever the seed.
_STATES = {
    "processing": 12, "shipped": 8, "in_transit": 12, "out_for_delivery": 6,
    "delayed": 8, "lost": 4, "returned": 20, "delivered": 208,
}  # fmt: skip

_NAMES = {
    "en": (
        (
            "Alice",
            "Brian",
            "Cara",
            "Declan",
            "Edith",
            "Frank",
            "Grace",
            "Harold",
            "Isla",
            "Jamie",
            "Keira",
            "Liam",
            "Molly",
            "Niall",
            "Olive",
            "Peter",
            "Ruth",
        ),
        (
            "Archer",
            "Byrne",
            "Calloway",
            "Doyle",
            "Ellison",
            "Farrow",
            "Griggs",
            "Hale",
            "Ingram",
            "Joyce",
            "Kirby",
            "Lowe",
            "Marsh",
            "Nolan",
            "Pryce",
        ),
    ),
    "de": (
        (
            "Anja",
            "Bernd",
            "Clara",
            "Dieter",
            "Elke",
            "Felix",
            "Gisela",
            "Holger",
            "Ines",
            "Jan",
            "Karin",
            "Lukas",
            "Miriam",
            "Niklas",
            "Paula",
            "Ralf",
        ),
        (
            "Albers",
            "Böhm",
            "Claasen",
            "Dorn",
            "Ebert",
            "Fuchs",
            "Gruber",
            "Huber",
            "Jansen",
            "Kranz",
            "Lorenz",
            "Meinert",
            "Nagel",
            "Ott",
            "Pohl",
        ),
    ),
}
_PLACES = {
    "en": (
        ("Bristol", "BS3 4EF", "GB"), ("Dundee", "DD1 5AB", "GB"), ("Dublin", "D08 KX61", "IE"),
        ("Limerick", "V94 T2R7", "IE"), ("Haarlem", "2011 RC", "NL"), ("Lyon", "69003", "FR"),
    ),
    "de": (
        ("Bremen", "28203", "DE"), ("Freiburg", "79098", "DE"), ("Dresden", "01099", "DE"),
        ("Kassel", "34117", "DE"), ("Linz", "4020", "AT"), ("Basel", "4051", "CH"),
    ),
}  # fmt: skip
_STREETS = {
    "en": ("Mill Lane", "Station Road", "Church Walk", "Harbour View", "Elm Grove", "Bridge Street"),
    "de": ("Gartenweg", "Bahnhofstr.", "Am Mühlbach", "Lindenallee", "Feldstr.", "Rosengasse"),
}
_PLAIN_LETTERS = str.maketrans({"ö": "oe", "ü": "ue", "ä": "ae", "ß": "ss"})


def seed(store: Store, today: date, number: int = SEED) -> None:
    """Empty the store and fill it; equal `today` and number give an equal store, byte for byte."""
    chance = Random(number)
    store.empty()
    with store.transaction():
        write_demo(store, today)
        for id in _CUSTOMERS:
            crowd_customer(store, id, chance)
        for order in crowd_orders(store, chance):
            write_purchase(store, order, today)
        set_tiers(store, today)
        store.insert("meta", name="seeded", value=f"{today.isoformat()} {number}")


def crowd_customer(store: Store, id: int, chance: Random) -> None:
    language = chance.choice(("en", "de"))
    first, last = (chance.choice(names) for names in _NAMES[language])
    # The number keeps e-mail addresses apart where chance repeats a name.
    email = f"{first}.{last}{id % 100}@example.org".lower().translate(_PLAIN_LETTERS)
    phone = f"+44 7700 9001{id % 100:02d}" if language == "en" else f"+49 171 39200{id % 100:02d}"
    city, postcode, country = chance.choice(_PLACES[language])
    places = tuple(
        Place(house(language, street, chance), postcode, city, country)
        for street in chance.sample(_STREETS[language], 2)
    )
    write_customer(store, f"C-{id}", f"{first} {last}", email, phone, language, places)


def house(language: str, street: str, chance: Random) -> str:
    return f"{chance.randint(1, 90)} {street}" if language == "en" else f"{street} {chance.randint(1, 90)}"


def crowd_orders(store: Store, chance: Random) -> Iterator[Purchase]:
    """The oldest first, so that numbers rise with time as in a real shop."""
    drafts = [draft(store, state, chance) for state, count in _STATES.items() for _ in range(count)]
    drafts.sort(key=lambda d: -d.ago)
    for place, bought in enumerate(drafts):
        yield Purchase(**{**bought.__dict__, "number": _FIRST_ORDER + place})


def draft(store: Store, state: str, chance: Random) -> Purchase:
    """An order without its number yet."""
    customer = f"C-{chance.choice(_CUSTOMERS)}"
    row = store.all("SELECT country FROM addresses WHERE customer = ?", customer)[0]
    travel = chance.randint(*COUNTRIES[row["country"]].days)
    delivered_ago: int | None = None
    match state:
        case "processing":
            ago = chance.randint(0, 1)
        case "shipped":
            ago = 1
        case "in_transit":
            ago = 2
        case "out_for_delivery":
            ago = travel + 1
        case "delayed":
            ago = chance.randint(12, 16)
        case "lost":
            ago = chance.randint(20, 30)
        case _:
            delivered_ago = chance.randint(12 if state == "returned" else 1, 380)
            ago = delivered_ago + travel + 1
    skus = chance.sample(sorted(PRODUCTS), chance.choices((1, 2, 3, 4, 5), (20, 28, 27, 15, 10))[0])
    items = tuple((sku, chance.choices((1, 2), (9, 1))[0]) for sku in skus)
    refunds: tuple[Refunded, ...] = ()
    if state == "returned":
        refunds = (Refunded(None, "settled", "returned"),)
    elif (delivered_ago or 0) > 10 and len(items) > 1 and chance.random() < 0.08:
        sku = items[0][0]
        refunds = (Refunded(PRODUCTS[sku].price, "settled", "damaged", (sku,)),)
    methods = ["card", "paypal", "sepa", *(["invoice"] if row["country"] in ("DE", "AT") else [])]
    return Purchase(
        0, customer, ago, state, items, delivered_ago, chance.choice(methods),
        failed_first=chance.random() < 0.05, refunds=refunds,
    )  # fmt: skip


def set_tiers(store: Store, today: date) -> None:
    year_ago = (today - timedelta(days=365)).isoformat()
    for row in store.all("SELECT id FROM customers"):
        spent = store.all(
            "SELECT COALESCE(SUM(total), 0) AS cents FROM orders WHERE customer = ? AND placed > ?",
            row["id"], year_ago,
        )[0]["cents"]  # fmt: skip
        store.run("UPDATE customers SET tier = ? WHERE id = ?", tier(spent), row["id"])
