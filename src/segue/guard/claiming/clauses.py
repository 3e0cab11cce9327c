"""Sentences and clauses: where one statement ends and the next begins."""

import re
from collections.abc import Iterator

from segue.guard.claiming.hidden import hide
from segue.guard.claiming.sentence import Clause, Sentence, Token
from segue.guard.claiming.tokens import tokens_of
from segue.guard.claiming.vocabulary import Vocabulary
from segue.guard.figures import MONTHS, fold

_LIST = re.compile(r"^\s*(?:[-*•–▪►✅✔➡]\ufe0f?|\d{1,2}[.)]|[a-z]\))\s+", re.M)
_END = frozenset(".!?…;¡")
_CLOCK = frozenset(("h", "uhr", "am", "pm", "las", "heures"))
_PAUSE = frozenset(",–—(|→")
_ABBREVIATED = frozenset(
    [
        "nr",
        "n",
        "bzw",
        "ca",
        "st",
        "mr",
        "mrs",
        "ms",
        "dr",
        "sr",
        "sra",
        "d.",
        "etc",
        "inkl",
        "zzgl",
        "evtl",
        "ggf",
        "vs",
        "min",
        "max",
        "tel",
        "art",
        "núm",
        "num",
    ]
)
_OPENERS = ("cond", "before", "that", "rel", "coord")


def sentences(text: str, vocabulary: Vocabulary) -> Iterator[Sentence]:
    """Every sentence of a text, split into clauses."""
    plain = _LIST.sub(lambda match: "\n" + " " * (len(match[0]) - 1), text.strip())
    tokens = tokens_of(plain, vocabulary)
    begin = 0
    for place, token in enumerate(tokens):
        if _ends(tokens, place, plain):
            if place > begin:
                yield _sentence(tokens[begin:place], token.word, vocabulary)
            begin = place + 1
    if begin < len(tokens):
        yield _sentence(tokens[begin:], "", vocabulary)


def _ends(tokens: list[Token], place: int, text: str) -> bool:
    word = tokens[place].word
    if word == ".":
        before = tokens[place - 1].word if place else ""
        if before.isdigit() and len(before) < 3 and place + 1 < len(tokens):
            goes_on = text[tokens[place + 1].start].islower()  # "auf den 20. verschoben"
            return not goes_on and fold(tokens[place + 1].word) not in MONTHS  # "3. Mai"
        return before not in _ABBREVIATED and not (
            len(before) == 1 and before.isalpha() and before not in "aiyo"
        )
    return word in _END or "\n" in word or word == "¿"


def _sentence(tokens: list[Token], end: str, vocabulary: Vocabulary) -> Sentence:
    clauses = list(_split(tokens))
    if vocabulary.separated:
        for clause in clauses:
            _join_separated(clause, vocabulary)
    sentence = Sentence([clause for clause in clauses if clause.tokens], asks=end == "?")
    for clause in sentence.clauses:
        for token in clause.tokens:
            if token.entry.flags.isdisjoint(("that", "rel")) or token is not clause.tokens[0]:
                clause.flags |= token.entry.flags
    hide(sentence, inverted=vocabulary.brackets and end != "?")
    return sentence


def _join_separated(clause: Clause, vocabulary: Vocabulary) -> None:
    """In "wir zahlen Ihnen 30 € zurück" the verb is "zurückzahlen"."""
    for place, token in enumerate(clause.tokens):
        particles = vocabulary.separated.get(token.word)
        if particles:
            for later in clause.tokens[place + 1 :][: None if vocabulary.brackets else 4]:
                if later.word in particles:
                    clause.tokens[place] = Token(token.word, particles[later.word], token.start, token.end)


def _split(tokens: list[Token]) -> Iterator[Clause]:
    clause = Clause([])
    for place, token in enumerate(tokens):
        flags = token.entry.flags
        if (
            token.word in _PAUSE
            or (token.word == ":" and _announces(tokens[:place], clause))
            or (token.word == "-" and 0 < place < len(tokens) - 1)
        ):
            yield clause
            clause = Clause([])
        elif token.word == ":" or token.word == ")":
            clause.tokens.append(token)
        elif clause.tokens and "likeas" in flags and _reported_soon(tokens, place):
            yield clause
            clause = Clause([token])
        elif opener := next((flag for flag in _OPENERS if flag in flags), ""):
            if (opener == "coord" and _between_numbers(tokens, place)) or (
                opener == "that" and _points(tokens, place)
            ):
                clause.tokens.append(token)
                continue
            joined = bool(clause.tokens)
            if joined:
                yield clause
                clause = Clause([], opener, joined)
            elif not clause.opener or opener != "coord":
                clause.opener = opener
            clause.tokens.append(token)
        else:
            clause.tokens.append(token)
    yield clause


def _announces(before: list[Token], clause: Clause) -> bool:
    """Does a colon end a statement ("All done: ...") and not only introduce a word ("Refund: paid")?"""
    return len(before) > 3 or any("done" in token.entry.flags for token in clause.tokens)


def _reported_soon(tokens: list[Token], place: int) -> bool:
    """Does "as you asked" begin here?"""
    return any(token.entry.flags & {"reports", "says"} for token in tokens[place + 1 : place + 5])


def _points(tokens: list[Token], place: int) -> bool:
    """Is "that" no conjunction, but what is spoken of? "I got that cancelled"."""
    if place + 1 == len(tokens):
        return True
    follows = tokens[place + 1].entry
    return any("P" in act.forms for act in follows.acts) or tokens[place + 1].word == "for"


def _between_numbers(tokens: list[Token], place: int) -> bool:
    before, after = tokens[:place][-2:], tokens[place + 1 : place + 3]
    return _has_figure(before[::-1]) and _has_figure(after)


def _has_figure(nearest_first: list[Token]) -> bool:
    """Is the nearest word a number, or the next one behind a word of the clock?"""
    words = [token.word for token in nearest_first]
    beyond = words[1:] if words and words[0] in _CLOCK else words[:1]
    return any(word[0].isdigit() or word[0] == "#" for word in beyond)
