"""The customers whose situations are fixed and told in README.md. Numbers here never depend on chance."""

from datetime import date

from examples.shop.backend.purchase import Place, Purchase, Refunded, write_customer, write_purchase
from examples.shop.backend.store import Store

ADA, JONAS, MAYA, LENA, TOM, SOFIA, ERIK = (f"C-{number}" for number in range(1001, 1008))

_CUSTOMERS = (
    (
        ADA,
        "Ada Bennett",
        "ada.bennett@example.com",
        "+44 7700 900101",
        "en",
        (
            Place("14 Shandon Street", "T23 XA40", "Cork", "IE"),
            Place("3 Quay Road", "P17 WX21", "Kinsale", "IE"),
        ),
    ),
    (
        JONAS,
        "Jonas Keller",
        "jonas.keller@example.com",
        "+49 171 3920001",
        "de",
        (Place("Karl-Heine-Str. 27", "04229", "Leipzig", "DE"), Place("Talstr. 5", "04103", "Leipzig", "DE")),
    ),
    (
        MAYA,
        "Maya Okafor",
        "maya.okafor@example.com",
        "+44 7700 900103",
        "en",
        (
            Place("9 Brudenell Grove", "LS6 1HR", "Leeds", "GB"),
            Place("41 Dock Street", "LS10 1NB", "Leeds", "GB"),
        ),
    ),
    (
        LENA,
        "Lena Hartmann",
        "lena.hartmann@example.com",
        "+49 171 3920004",
        "de",
        (Place("Annenstraße 18", "8020", "Graz", "AT"), Place("Hauptplatz 2", "8430", "Leibnitz", "AT")),
    ),
    (
        TOM,
        "Tom Whelan",
        "tom.whelan@example.com",
        "+44 7700 900105",
        "en",
        (
            Place("22 Dominick Street", "H91 A2CK", "Galway", "IE"),
            Place("6 Mill Lane", "H53 TR22", "Clifden", "IE"),
        ),
    ),
    (
        SOFIA,
        "Sofia Brandt",
        "sofia.brandt@example.com",
        "+49 171 3920006",
        "de",
        (
            Place("Eppendorfer Weg 88", "20259", "Hamburg", "DE"),
            Place("Deichstr. 11", "20459", "Hamburg", "DE"),
        ),
    ),
    (
        ERIK,
        "Erik Lindqvist",
        "erik.lindqvist@example.com",
        "+44 7700 900107",
        "en",
        (
            Place("Oudegracht 210", "3511 NR", "Utrecht", "NL"),
            Place("Kanaalweg 14", "3526 KL", "Utrecht", "NL"),
        ),
    ),
)

_PURCHASES = (
    Purchase(1001, ADA, 13, "delivered", (("FL-120", 1), ("SO-510", 1)), delivered_ago=6),
    Purchase(1002, ADA, 19, "delivered", (("TN-810", 1),), delivered_ago=12),
    Purchase(1003, ADA, 12, "delayed", (("BT-410", 1),)),
    Purchase(1004, ADA, 0, "processing", (("TR-180", 1), ("HT-610", 1))),
    Purchase(1005, ADA, 54, "delivered", (("GL-630", 1),), delivered_ago=47),
    Purchase(1006, ADA, 40, "returned", (("JK-310", 1),), delivered_ago=33,
             refunds=(Refunded(None, "settled", "returned"),)),
    Purchase(1007, JONAS, 7, "delivered", (("SH-210", 1),), delivered_ago=4, method="paypal"),
    Purchase(1008, JONAS, 12, "delivered", (("JK-240", 1), ("GL-630", 1)), delivered_ago=9),
    Purchase(1009, JONAS, 11, "delayed", (("BP-710", 1),), method="sepa"),
    Purchase(1010, JONAS, 0, "processing", (("BT-420", 1),)),
    Purchase(1011, JONAS, 54, "delivered", (("TR-130", 1),), delivered_ago=50),
    Purchase(1012, MAYA, 24, "lost", (("SB-820", 1), ("MT-830", 1)), times_paid=2),
    Purchase(1013, MAYA, 28, "delivered", (("LA-840", 1),), delivered_ago=20),
    Purchase(1014, LENA, 22, "lost", (("JK-110", 1),), times_paid=2, method="paypal"),
    Purchase(1015, LENA, 7, "delivered", (("GC-950", 1), ("HT-620", 1)), delivered_ago=3, method="invoice"),
    Purchase(1016, SOFIA, 11, "delivered", (("JK-110", 1),), delivered_ago=8),
    Purchase(1017, SOFIA, 18, "delivered", (("JK-111", 1),), delivered_ago=15),
    Purchase(1018, SOFIA, 13, "returned", (("JK-310", 1),), delivered_ago=10,
             refunds=(Refunded(None, "pending", "returned"),)),
    Purchase(1019, SOFIA, 3, "out_for_delivery", (("BT-430", 1),)),
    Purchase(1020, ERIK, 15, "delivered", (("BT-430", 1), ("FL-121", 1)), delivered_ago=10,
             refunds=(Refunded(44_90, "settled", "returned", ("FL-121",)),)),
    Purchase(1021, ERIK, 2, "in_transit", (("LA-840", 1), ("BO-850", 1))),
    Purchase(1022, ERIK, 14, "delivered", (("KN-920", 1),), delivered_ago=9),
)  # fmt: skip


def write_demo(store: Store, today: date) -> None:
    for customer in _CUSTOMERS:
        write_customer(store, *customer)
    for bought in _PURCHASES:
        write_purchase(store, bought, today)
