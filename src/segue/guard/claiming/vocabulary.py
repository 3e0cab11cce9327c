"""A vocabulary: the words of one language that tell of acts, and those that turn a statement into none.

It is data: verbs by way and kind, nouns by way and kind, and plain words by what they do in a clause. Forms of
verbs are derived from their lemma by the language's own rule, so that a vocabulary lists lemmas.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from segue.guard.figures import fold

Inflect = Callable[[str], Iterable[tuple[str, str]]]
"""From a lemma to its forms: (word, letters), where the letters are of

P participle · D finite past · F future · C conditional · N present · I infinitive · G gerund · S subjunctive ·
T infinitive with "zu" inside; 1, 2 and 3 are the person where the form tells it.
"""


@dataclass(frozen=True, slots=True)
class Act:
    """A word that is a form of a verb which tells of an act.

    `way` says what else the clause needs: `does`, `cancels`, `orders` and `mails` nothing; `makes`, `sends`,
    `changes`, `pays`, `gets`, `comes` and `leaves` a noun that goes with it; `settles` an "it"; `asks` one of ours.
    `lifts` is `changes` that takes something away. `plans` says only that it will be done, `requests` that it was
    asked for, `fails` that it was not.
    """

    way: str
    kinds: frozenset[str]
    forms: str


@dataclass(frozen=True, slots=True)
class Noun:
    """A word for an act or for its object, and the ways of verbs it goes with (their first letters)."""

    ways: str
    kinds: frozenset[str]
    plural: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything that one word may be."""

    acts: tuple[Act, ...] = ()
    nouns: tuple[Noun, ...] = ()
    flags: frozenset[str] = frozenset()

    def merged(self, other: "Entry") -> "Entry":
        return Entry(self.acts + other.acts, self.nouns + other.nouns, self.flags | other.flags)


UNKNOWN = Entry()


@dataclass(frozen=True)
class Vocabulary:
    """One language. `brackets` is true where auxiliaries and participles frame the clause, as in German;
    `presents` where the plain present may promise something, as it does not in English. `participles`, `pasts` (in
    the first person) and `reflexives` (pasts that go with "se") are the forms of verbs that are in no list, `again`
    the prefixes behind which a listed verb is known, `heads` the first parts that tell what a compound is.
    """

    language: str
    inflect: Inflect
    verbs: Mapping[str, str]
    nouns: Mapping[str, str]
    flags: Mapping[str, str]
    plurals: re.Pattern[str]
    participles: re.Pattern[str] = field(default_factory=lambda: re.compile(r"(?!)"))
    pasts: re.Pattern[str] = field(default_factory=lambda: re.compile(r"(?!)"))
    reflexives: re.Pattern[str] = field(default_factory=lambda: re.compile(r"(?!)"))
    again: tuple[str, ...] = ()
    compounds: bool = False
    heads: tuple[str, ...] = ()
    brackets: bool = False
    presents: bool = True

    def with_words(self, kind: str, *, verbs: Iterable[str] = (), nouns: Iterable[str] = ()) -> "Vocabulary":
        """The same with what an action adds: its verbs (as lemmas) and nouns, under its kind."""
        does, goes = f"does {kind}", f"msc {kind}"
        return replace(
            self,
            verbs={**self.verbs, does: " ".join([self.verbs.get(does, ""), *map(_joined, verbs)])},
            nouns={**self.nouns, goes: " ".join([self.nouns.get(goes, ""), *map(_joined, nouns)])},
        )

    def may_be_participle(self, word: str) -> bool:
        """Has a word that is not listed the form of a participle?"""
        return self.participles.fullmatch(word) is not None

    def may_be_past_of_me(self, word: str) -> bool:
        """Has a word that is not listed the form of a past in the first person?"""
        return self.pasts.fullmatch(word) is not None

    def may_be_reflexive_past(self, word: str) -> bool:
        """Has it that of a past which with "se" tells what was done to something?"""
        return self.reflexives.fullmatch(word) is not None

    def entry(self, word: str) -> Entry:
        """What a word in small letters may be: as written, without its accents, or with one slip of the pen."""
        known = self._memory.get(word)
        if known is None:
            known = self._words.get(word) or self._bare.get(fold(word)) or self._compound(word) or UNKNOWN
            for prefix in self.again if known is UNKNOWN and len(word) > 7 else ():
                if word.startswith(prefix) and (once := self._words.get(word[len(prefix) :])) and once.acts:
                    known = Entry(acts=once.acts)  # "resubmitted"
                    break
            if known is UNKNOWN and len(word) > 6:
                known = self._misspelt(fold(word))
            if len(self._memory) < 20_000:
                self._memory[word] = known
        return known

    @cached_property
    def phrases(self) -> dict[str, dict[str, list[tuple[str, ...]]]]:
        """Words of several parts by their first part and their second, the longest first."""
        found: dict[str, dict[str, list[tuple[str, ...]]]] = {}
        for word in sorted(self._words, key=lambda one: -one.count("_")):
            if "_" in word:
                parts = tuple(word.split("_"))
                found.setdefault(parts[0], {}).setdefault(parts[1], []).append(parts)
        return found

    @cached_property
    def separated(self) -> dict[str, dict[str, Entry]]:
        """Forms of verbs whose first part stands at the end of the clause, by form and by that part."""
        found: dict[str, dict[str, Entry]] = {}
        for word, entry in self._words.items():
            form, sign, particle = word.partition("…")
            if sign:
                found.setdefault(form, {})[particle] = entry
        return found

    @cached_property
    def _memory(self) -> dict[str, Entry]:
        return {}

    @cached_property
    def _words(self) -> dict[str, Entry]:
        words: dict[str, Entry] = {}

        def add(word: str, entry: Entry) -> None:
            words[word] = words[word].merged(entry) if word in words else entry

        for key, lemmas in self.verbs.items():
            way, *kinds = key.split()
            for lemma in lemmas.split():
                forms: dict[str, str] = {}
                for word, letters in self.inflect(lemma):
                    forms[word] = forms.get(word, "") + letters
                for word, letters in forms.items():
                    add(word, Entry(acts=(Act(way, frozenset(kinds), letters),)))
        for key, listed in self.nouns.items():
            ways, *kinds = key.split()
            for word in listed.split():
                add(word, Entry(nouns=(Noun(ways, frozenset(kinds), bool(self.plurals.search(word))),)))
        for flag, listed in self.flags.items():
            for word in listed.split():
                add(word, Entry(flags=frozenset({flag})))
        return words

    @cached_property
    def _bare(self) -> dict[str, Entry]:
        bare: dict[str, Entry] = {}
        for word, entry in self._words.items():
            plain = fold(word)
            bare[plain] = bare[plain].merged(entry) if plain in bare else entry
        return bare

    @cached_property
    def _slips(self) -> dict[str, str]:
        slips: dict[str, str] = {}
        for word, entry in self._bare.items():
            if len(word) > 6 and "_" not in word and (entry.acts or entry.nouns):
                for shorter in _without_one(word):
                    slips.setdefault(shorter, word)
        return slips

    def _misspelt(self, word: str) -> Entry:
        """A word for an act with one letter too many, too few, wrong or swapped with its neighbour."""
        for shorter in (word, *_without_one(word)):
            meant = self._slips.get(shorter) or (
                shorter if len(shorter) > 6 and shorter in self._bare else None
            )
            if meant and _one_slip(word, meant):
                entry = self._bare[meant]
                return Entry(entry.acts, entry.nouns)
        return UNKNOWN

    def _compound(self, word: str) -> Entry | None:
        """A noun whose last part is known, where the language writes such words as one."""
        if self.compounds:
            for start in range(3, len(word) - 4):
                found = self._words.get(word[start:])
                if found and (found.nouns or found.flags & {"me", "outsider"}):
                    return Entry(nouns=found.nouns, flags=found.flags & {"me", "outsider"})
            owner = self._words.get(word.removesuffix("s").removesuffix("e")) or self._words.get(word[:-1])
            if word.endswith("s") and owner and owner.nouns:
                return owner  # "des Passworts"
            head = next((head for head in self.heads if word.startswith(head)), None)
            return self._words.get(head) if head else None
        return None


def _joined(words: str) -> str:
    return "_".join(words.lower().split())


def _one_slip(word: str, meant: str) -> bool:
    """Of two words that are equal but for one letter of each: is it the same place, or the next one?"""
    if word[0] != meant[0] or len(word) != len(meant):
        grammar = word[:-2] == meant[: len(word) - 2] and word[:-1] == meant[: len(word) - 1]
        return word[0] == meant[0] and abs(len(word) - len(meant)) == 1 and not grammar
    wrong = [place for place, (one, other) in enumerate(zip(word, meant, strict=True)) if one != other]
    if len(wrong) == 1:
        return wrong[0] < len(word) - 2  # the last letters are grammar
    return len(wrong) == 2 and sorted(word) == sorted(meant) and wrong[1] - wrong[0] == 1


def _without_one(word: str) -> Iterable[str]:
    return (word[:place] + word[place + 1 :] for place in range(1, len(word)))
