"""Postal addresses, as far as their street and number give them away."""

import re
from collections.abc import Iterator

_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*"
_ADDRESS = re.compile(
    # 12 Mill Lane, 221B Baker Street
    rf"\b\d{{1,5}}[A-Za-z]?,?\s+(?:{_CAPITAL}\s+){{1,3}}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Place|Boulevard|Blvd|Way|Terrace|Close|Square"
    r"|Crescent|Gardens|Grove|Mews|Parkway|Highway|Circle)\b"
    # Lindenweg 4, Große Bleichen 12 a
    r"|\b(?!During|Spring|String|Bring)[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|allee|platz|gasse|ring|damm|ufer|steig|chaussee|markt)"
    r"\s+\d{1,4}\s?[a-z]?\b"
    rf"|\b(?:{_CAPITAL}[ -])+(?:Straße|Strasse|Str\.|Weg|Allee|Platz|Gasse|Ring|Ufer)\s+\d{{1,4}}\s?[a-z]?\b"
    # Calle Mayor 4, Av. del Sol, 17
    r"|\b(?:Calle|C/|Avenida|Avda\.?|Av\.|Plaza|Paseo|Pº|Camino|Carrera|Ronda|Travesía|calle|avenida|plaza|paseo)"
    rf"\s+(?:de\s+|del\s+|la\s+|las\s+|los\s+|el\s+)*(?:{_CAPITAL}\s*(?:de\s+|del\s+|la\s+)*){{1,4}},?\s*"
    r"(?:n[ºo°.]+\s*|núm\.?\s*)?\d{1,4}\b"
    # 4 rue des Lilas, 17 bis, avenue du Soleil
    r"|\b\d{1,4}(?:\s?(?:bis|ter|[A-D]))?,?\s+(?:rue|avenue|av\.|boulevard|bd|place|chemin|allée|impasse|quai|route"
    rf"|cours|Rue|Avenue|Boulevard|Place)\s+(?:d[eu]s?\s+|de\s+la\s+|d['’]|l['’])*{_CAPITAL}(?:[ -]{_CAPITAL})*"
)


def addresses_in(text: str) -> Iterator[str]:
    """Each street with its number."""
    return (match[0] for match in _ADDRESS.finditer(text))
