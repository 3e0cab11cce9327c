"""Secrets and internal identifiers: what no customer should ever read."""

import re
from collections.abc import Iterator

_SECRETS = (
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("a token", re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*")),
    (
        "an API key",
        re.compile(
            r"\b(?:sk|rk|pk)[-_](?:live|test|proj|ant|or)?[-_]?[A-Za-z0-9_-]{16,}"
            r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{30,}"
            r"|\bxox[abposr]-[\w-]{10,}|\bglpat-[\w-]{20,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bhf_[A-Za-z0-9]{30,}"
        ),
    ),
    ("a token", re.compile(r"\b[Bb]earer\s+[\w.~+/-]{20,}=*")),
    ("a password in a link", re.compile(r"\b[a-z][a-z+.-]*://[^\s/:@]+:[^\s/@]+@", re.I)),
)
_NAMED = re.compile(
    r"\b(?:pass(?:word|wort|code)|pwd|passphrase|contraseña|clave|mot de passe|kennwort|api[ _-]?key|secret|token"
    r"|pin)\b(?:\s+(?:is|now|ist|lautet|es|est|jetzt|ahora|désormais|temporary|:))*\s*[:=]?\s*"
    r"[\"'“„«`*]*(?P<value>[^\s\"'“”„»`*,;]{4,})",
    re.I,
)
_UUID = re.compile(r"\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b", re.I)
_LONG = re.compile(r"(?<![\w/=&?.-])(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_-]{28,}(?![\w/-])")
_PREFIXED = re.compile(r"\b[a-z]{2,6}_(?=[A-Za-z]*\d)[A-Za-z0-9]{10,}\b")


def secrets_in(text: str) -> Iterator[tuple[str, str]]:
    """(what, where) of each secret; `where` is the text itself and must not be repeated to anyone."""
    for what, pattern in _SECRETS:
        for match in pattern.finditer(text):
            yield what, match[0]
    for match in _NAMED.finditer(text):
        value = match["value"].rstrip(".!?)")
        if _looks_secret(value):
            yield "a password or a code that opens something", value


def internal_in(text: str, prefixes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(what, where) of each identifier that only our own systems use."""
    for pattern in (_UUID, _PREFIXED, _LONG):
        for match in pattern.finditer(text):
            yield "an internal identifier", match[0]
    for prefix in prefixes:
        for match in re.finditer(rf"(?<!\w){re.escape(prefix)}[\w-]+", text):
            yield "an internal identifier", match[0]


def _looks_secret(value: str) -> bool:
    """Not a plain word: digits or signs among letters, or digits alone."""
    digits = sum(map(str.isdigit, value))
    signs = sum(not sign.isalnum() and sign not in "-/." for sign in value)
    return bool(
        (digits and len(value) >= 6) or (value.isdigit() and len(value) >= 4) or (signs and len(value) >= 6)
    )
