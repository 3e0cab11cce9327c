"""Tokens: the words, numbers and signs of a text, with what each may be; quotations are none."""

import re
from collections.abc import Iterator

from segue.guard.claiming.sentence import Token
from segue.guard.claiming.vocabulary import UNKNOWN, Vocabulary
from segue.guard.figures import MONTHS, fold

_TOKEN = re.compile(
    r"#?[A-Za-z]*-?\d[\w-]*(?:[.,:/]\d+)*"
    r"|[\w.+-]+@[\w.-]+"
    r"|[^\W\d_]+(?:[-‑][^\W\d_]+)*"
    r"|\s*\n\s*|[^\w\s]"
)
_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|»[^«]*«|\"[^\"\n]*\"|‘[^’]{12,}’|^\s*>.*$", re.M)


def without_quotes(text: str, said: str | None = None) -> str:
    """The text with blanks in place of quotations; with `said`, only of what is quoted from there."""
    plain = text.replace("’", "'").replace("`", "'").replace("\u00a0", " ").replace("\u202f", " ")
    if said is None:
        return _QUOTED.sub(lambda match: " " * len(match[0]), plain)
    known = _words_of(said)
    return _QUOTED.sub(lambda match: " " * len(match[0]) if _words_of(match[0]) in known else match[0], plain)


def _words_of(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def tokens_of(text: str, vocabulary: Vocabulary) -> list[Token]:
    """Every token, where words of several parts that are known are one."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    raw: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(low):
        word = match[0]
        if word == "'":
            continue
        if "-" in word and word[0].isalpha() and "@" not in word and not any(map(str.isdigit, word)):
            raw += _parts(word, match.start(), vocabulary)
        else:
            raw.append((word, match.start(), match.end()))
    return list(_with_phrases(raw, vocabulary))


def _parts(word: str, start: int, vocabulary: Vocabulary) -> Iterator[tuple[str, int, int]]:
    """A word with hyphens: as one when it is known so, else its parts."""
    joined = word.replace("-", "")
    for known in (joined, word):
        entry = vocabulary.entry(known)
        if entry.acts or entry.nouns or entry.flags:
            yield known, start, start + len(word)
            return
    for match in re.finditer(r"[^-]+", word):
        yield match[0], start + match.start(), start + match.end()


def _with_phrases(raw: list[tuple[str, int, int]], vocabulary: Vocabulary) -> Iterator[Token]:
    words = [word for word, _, _ in raw]
    phrases = vocabulary.phrases
    place = 0
    while place < len(raw):
        word, start, _ = raw[place]
        used = 1
        for parts in phrases.get(word, {}).get(words[place + 1], ()) if place + 1 < len(raw) else ():
            if tuple(words[place : place + len(parts)]) == parts:
                used, word = len(parts), "_".join(parts)
                break
        dated = word in MONTHS and any(near[:1].isdigit() for near in words[max(0, place - 1) : place + 2])
        yield Token(word, UNKNOWN if dated else vocabulary.entry(word), start, raw[place + used - 1][2])
        place += used
