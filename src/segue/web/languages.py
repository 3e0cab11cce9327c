"""Languages: which of the desk's a reader is served in."""

from collections.abc import Sequence

RIGHT_TO_LEFT = frozenset(("ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"))


def spoken(wanted: str | None, languages: Sequence[str]) -> str:
    """A tag as the desk spells it: de-AT is de where it speaks de. A language it does not speak stays."""
    if not wanted:
        return ""
    tag = wanted.replace("_", "-").lower()
    while tag:
        for language in languages:
            if language.lower() == tag:
                return language
        tag = tag.rpartition("-")[0]
    return wanted


def best(accepted: str, languages: Sequence[str]) -> str:
    """What the header Accept-Language asks for, among these; the first of them if it asks for none."""
    wanted: list[tuple[float, str]] = []
    for part in accepted.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), tag.strip()))
        except ValueError:
            continue
    for _, tag in sorted(wanted, key=lambda one: one[0]):
        if (found := spoken(tag, languages)) in languages:
            return found
    return languages[0]


def direction(language: str) -> str:
    """How it is written: ltr or rtl."""
    return "rtl" if language.lower().partition("-")[0] in RIGHT_TO_LEFT else "ltr"
