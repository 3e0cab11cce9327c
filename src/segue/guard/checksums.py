"""Numbers that carry a check of their own, so that they can be told from any other number."""

import re

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


def is_iban(text: str) -> bool:
    """ISO 13616: two letters, two digits, and all of it 1 modulo 97."""
    plain = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z\d]{11,30}", plain):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def is_spanish_id(text: str) -> bool:
    """DNI and NIE: the letter is the number modulo 23."""
    plain = re.sub(r"[\s.-]", "", text).upper()
    if not re.fullmatch(r"[XYZ\d]\d{7}[A-Z]", plain):
        return False
    return _DNI[int(plain[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")) % 23] == plain[-1]


def is_french_id(text: str) -> bool:
    """The numéro de sécurité sociale (NIR): 13 digits and 97 minus them modulo 97; 2A and 2B are Corsica."""
    plain = re.sub(r"[\s.-]", "", text).upper()
    match = re.fullmatch(r"([123478]\d{4}(?:\d{2}|2A|2B)\d{6})(\d{2})", plain)
    if not match:
        return False
    number = int(match[1].replace("2A", "19").replace("2B", "18"))
    return 97 - number % 97 == int(match[2])


def is_german_tax_id(text: str) -> bool:
    """The steuerliche Identifikationsnummer: 11 digits, the last by ISO 7064 MOD 11,10, one digit repeated."""
    plain = re.sub(r"[\s/]", "", text)
    if not re.fullmatch(r"[1-9]\d{10}", plain) or len(set(plain[:10])) not in (8, 9):
        return False
    product = 10
    for sign in plain[:10]:
        total = (int(sign) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(plain[10])


def is_us_social_security(text: str) -> bool:
    """An SSN has no checksum; areas 000, 666 and 900 to 999, group 00 and serial 0000 are never given."""
    match = re.fullmatch(r"(\d{3})-(\d{2})-(\d{4})", text)
    if match is None:
        return False
    area, group, serial = match.groups()
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def is_british_insurance(text: str) -> bool:
    """A National Insurance number: two letters that are given out, six digits, A to D."""
    plain = re.sub(r"\s", "", text).upper()
    return bool(re.fullmatch(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", plain))
