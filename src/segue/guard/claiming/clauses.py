"""Sentences and clauses: where one statement ends and the next begins, and what stands over it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from segue.guard.claiming.vocabulary import UNKNOWN, Entry, Vocabulary
from segue.guard.figures import MONTHS, fold

_TOKEN = re.compile(
    r"#?[A-Za-z]*-?\d[\w-]*(?:[.,:/]\d+)*"
    r"|[\w.+-]+@[\w.-]+"
    r"|[^\W\d_]+(?:[-‑][^\W\d_]+)*"
    r"|\s*\n\s*|[^\w\s]"
)
_LIST = re.compile(r"^\s*(?:[-*•–▪►✅✔➡]\ufe0f?|\d{1,2}[.)]|[a-z]\))\s+", re.M)
_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|»[^«]*«|\"[^\"\n]*\"|‘[^’]{12,}’|^\s*>.*$", re.M)
_END = frozenset(".!?…;¡")
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


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign: as written in small letters, what it may be, and where it stands."""

    word: str
    entry: Entry
    start: int
    end: int


@dataclass(slots=True)
class Clause:
    """Words with at most one statement, and what is known of them from the sentence around.

    `opener` is the flag of the conjunction it begins with, `joined` whether it goes on from the clause before it
    without a pause, `hidden` why nothing in it can be a statement (a condition, a question, somebody's report).
    """

    tokens: list[Token]
    opener: str = ""
    joined: bool = False
    hidden: str = ""
    flags: set[str] = field(default_factory=set)

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


@dataclass(slots=True)
class Sentence:
    """Clauses that end with one full stop; `conditional` when something in it depends on something else."""

    clauses: list[Clause]
    asks: bool = False
    conditional: bool = False


def without_quotes(text: str, said: str | None = None) -> str:
    """The text with blanks in place of quotations; with `said`, only of what is quoted from there."""
    plain = text.replace("’", "'").replace("`", "'").replace("\u00a0", " ").replace("\u202f", " ")
    if said is None:
        return _QUOTED.sub(lambda match: " " * len(match[0]), plain)
    known = _words_of(said)
    return _QUOTED.sub(lambda match: " " * len(match[0]) if _words_of(match[0]) in known else match[0], plain)


def _words_of(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def sentences(text: str, vocabulary: Vocabulary) -> Iterator[Sentence]:
    """Every sentence of a text, split into clauses."""
    plain = _LIST.sub(lambda match: "\n" + " " * (len(match[0]) - 1), text.strip())
    tokens = _tokens(plain, vocabulary)
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


def _tokens(text: str, vocabulary: Vocabulary) -> list[Token]:
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
    entry = vocabulary.entry(word)
    if entry.acts or entry.nouns or entry.flags:
        yield word, start, start + len(word)
        return
    entry = vocabulary.entry(joined)
    if entry.acts or entry.nouns or entry.flags:
        yield joined, start, start + len(word)
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
    _hide(sentence, inverted=vocabulary.brackets and end != "?")
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


_OPENERS = ("cond", "before", "that", "rel", "coord")


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
    return 0 < place < len(tokens) - 1 and all(
        tokens[near].word[:1].isdigit() or tokens[near].word[:1] == "#" for near in (place - 1, place + 1)
    )


def _hide(sentence: Sentence, inverted: bool) -> None:
    """Mark the clauses that state nothing: conditions, questions, what somebody said or wants."""
    reported = ""
    hidden = ""
    for place, clause in enumerate(sentence.clauses):
        if inverted and place == 0 and _verb_first(sentence.clauses[:2]):
            hidden = "condition"  # "wird eine Buchung reklamiert, sperren wir die Karte"
            sentence.conditional = True
        elif clause.opener in ("cond", "before") or _asks_if(clause):
            hidden = "condition"
            if clause.opener != "before" and "filler" not in clause.flags:
                sentence.conditional = True
        elif not (clause.joined and clause.opener == "coord"):
            hidden = ""
        if "depends" in clause.flags:
            sentence.conditional = True
        before = sentence.clauses[place - 1].flags if place else set()
        if clause.opener == "that" and before & {"neg", "negaux", "negnoun"} and "saw_to" not in before:
            clause.hidden = "report"  # "there is no confirmation that ..."
        if "seems" in clause.flags or _reports(clause):
            reported = "" if "likeas" in clause.tokens[0].entry.flags else "report"  # "as you asked, ..."
            clause.hidden = "report"
        elif reported and "me" in clause.flags and clause.opener != "that" and place:
            reported = ""
        if place and "because" in clause.tokens[0].entry.flags and "me" not in clause.flags:
            clause.hidden = "reason"
            sentence.clauses[place - 1].flags.add("explained")
        clause.hidden = clause.hidden or hidden or reported
    if sentence.clauses and "whoever" in sentence.clauses[0].tokens[0].entry.flags:
        sentence.conditional = True
    if sentence.asks:
        _hide_questions(sentence)


def _verb_first(clauses: list[Clause]) -> bool:
    """Do both clauses begin with their finite verb, where that makes the first a condition?"""
    firsts = [clause.tokens[0].entry for clause in clauses]
    return len(firsts) == 2 and all(
        not first.flags & {"me", "coord", "adv", "poss"}
        and (first.flags & {"become", "be", "was", "modal"} or any("N" in act.forms for act in first.acts))
        for first in firsts
    )


def _asks_if(clause: Clause) -> bool:
    """A condition by the order of words: "should it arrive broken"."""
    return "ifverb" in clause.tokens[0].entry.flags


def _reports(clause: Clause) -> bool:
    if "says" in clause.flags or _told_by_others(clause):
        return True
    if "said" in clause.flags and not clause.flags & {"me"}:
        return True  # "the restaurant says ..."
    other = not clause.tokens[0].entry.flags & {"me"}
    pronouns = {"you", "toyou"} if other else {"you"}
    you = next((at for at, token in enumerate(clause.tokens) if pronouns & token.entry.flags), None)
    if you is None:
        return False
    return any(
        "reports" in token.entry.flags and -4 < at - you < 5 for at, token in enumerate(clause.tokens)
    ) and not ("me" in clause.flags and clause.tokens[0].entry.flags & {"me"})


def _told_by_others(clause: Clause) -> bool:
    """ "The hotel told us ...", but not "I have asked the hotel"."""
    for token in clause.tokens:
        if "reports" in token.entry.flags:
            return False
        if "outsider" in token.entry.flags:
            return "reports" in clause.flags
    return False


def _hide_questions(sentence: Sentence) -> None:
    clauses = sentence.clauses
    asking = next(
        (
            at
            for at, clause in enumerate(clauses)
            if any("interrogative" in it.entry.flags for it in clause.tokens[:2])
        ),
        len(clauses) - 1,
    )
    while asking and clauses[asking].joined:
        asking -= 1
    for clause in clauses[asking:]:
        clause.hidden = "question"
