"""What customers of a small shop write, in English and German: examples to learn from, and rubbish."""


class Refund:
    """The customer wants money back."""


class Tracking:
    """The customer asks where a parcel is."""


class Cancel:
    """The customer wants an order stopped."""


class Address:
    """The customer wants a parcel sent elsewhere."""


class Invoice:
    """The customer needs a bill."""


class Login:
    """The customer cannot get in."""


SHOP: dict[type, list[str]] = {
    Refund: [
        "I want my money back",
        "please refund my order",
        "I would like a refund for 2001",
        "can I get a refund?",
        "give me my money back",
        "ich möchte mein Geld zurück",
        "bitte erstatten Sie mir das Geld",
        "Rückerstattung für meine Bestellung",
        "ich will eine Erstattung für 2002",
        "ich hätte gern mein Geld zurück",
    ],
    Tracking: [
        "where is my order?",
        "when will my parcel arrive",
        "track my package",
        "my delivery has not come yet",
        "where is order 2003",
        "wo ist meine Bestellung?",
        "wann kommt mein Paket an",
        "mein Paket ist noch nicht da",
        "Sendungsverfolgung bitte",
        "wo bleibt meine Lieferung 2004",
    ],
    Cancel: [
        "cancel my order",
        "I want to cancel order 2005",
        "please stop my order",
        "I don't need it any more, cancel",
        "can you cancel it?",
        "bitte stornieren Sie meine Bestellung",
        "ich möchte die Bestellung 2006 stornieren",
        "Stornierung bitte",
        "ich brauche es nicht mehr, bitte absagen",
        "Auftrag stornieren",
    ],
    Address: [
        "change my delivery address",
        "I moved, send it to a new address",
        "wrong address on my order",
        "update my shipping address",
        "please deliver to my office instead",
        "Lieferadresse ändern",
        "ich bin umgezogen, neue Adresse",
        "falsche Adresse angegeben",
        "bitte an eine andere Adresse liefern",
        "ich möchte meine Anschrift ändern",
    ],
    Invoice: [
        "I need an invoice",
        "send me the receipt",
        "where can I download the bill",
        "invoice for order 2007 please",
        "I need a copy of my invoice for taxes",
        "ich brauche eine Rechnung",
        "bitte Rechnung schicken",
        "wo finde ich meine Rechnung",
        "Rechnung für Bestellung 2008",
        "Beleg für die Steuer",
    ],
    Login: [
        "I can't log in",
        "I forgot my password",
        "reset my password",
        "my account is locked",
        "login does not work",
        "ich kann mich nicht einloggen",
        "Passwort vergessen",
        "Passwort zurücksetzen",
        "mein Konto ist gesperrt",
        "Anmeldung funktioniert nicht",
    ],
}

RUBBISH = {
    "nothing": "",
    "blanks": " \t\n\u00a0\u2003",
    "control characters": "\x00\x01\x1b[31m\x7f" * 20,
    "invisible characters": "\u200b\u200d\u202e\ufeff",
    "a lone surrogate": "where is \ud83d my order",
    "100 kB of one letter": "a" * 100_000,
    "100 kB of questions": "? " * 50_000,
    "100 kB of figures": "1." * 50_000,
    "100 kB of one word": "and also " * 11_000,
    "bytes": bytes(range(256)).decode("latin-1"),
    "emoji": "😀🎉👩‍👩‍👧‍👦",
    "Arabic": "أين طلبي؟",
    "Hebrew": "איפה ההזמנה שלי?",
    "Hindi": "मेरा ऑर्डर कहाँ है?",
    "Chinese": "我的订单在哪里？",
    "Thai": "คำสั่งซื้อของฉันอยู่ที่ไหน",
    "many accents": "e" + "\u0301" * 5_000,
}
