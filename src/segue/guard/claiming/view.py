"""What is known of a clause before it is judged: its nouns, its auxiliaries, its subject, its negation."""

from dataclasses import dataclass, field

from segue.guard.claiming.sentence import Clause, Sentence, Token
from segue.guard.claiming.statement import Says
from segue.guard.claiming.vocabulary import Noun, Vocabulary

THROUGH = frozenset(
    [
        "have",
        "be",
        "was",
        "being",
        "neg",
        "negaux",
        "will",
        "modal",
        "should",
        "managed",
        "to",
        "adv",
        "now",
        "become",
        "going",
        "just_done",
        "refl",
        "clitic",
        "notyet",
        "prog",
        "couldpast",
        "couldneg",
        "it",
    ]
)
AUX = frozenset(
    [
        "have",
        "be",
        "was",
        "being",
        "will",
        "modal",
        "should",
        "managed",
        "become",
        "going",
        "just_done",
        "notyet",
        "prog",
        "couldpast",
        "couldneg",
        "to",
        "refl",
        "state",
    ]
)
OURS = frozenset(("me",))


@dataclass(slots=True)
class Found:
    """A statement before its details are looked up."""

    kinds: frozenset[str]
    says: Says
    clause: Clause


@dataclass(slots=True)
class Carried:
    """What a clause without words of its own takes over from the clause before it."""

    nouns: list[Noun] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    aux: set[str] = field(default_factory=set)
    says: Says | None = None
    told: bool = False


class View:
    """One clause of a sentence, and what it takes over from the clause before it."""

    def __init__(
        self, sentence: Sentence, clause: Clause, vocabulary: Vocabulary, carried: Carried, amount: bool
    ) -> None:
        self.sentence, self.clause, self.carried, self.amount = sentence, clause, carried, amount
        self.tokens = clause.tokens
        self.flags = clause.flags - {"you"} if self._you_is_object() else clause.flags
        if "own" in self.tokens[0].entry.flags:
            self.flags = self.flags | {"me"}  # "our accounts department"
        if vocabulary.brackets and (self._is_she() or self._goes_on_for_us()):
            self.flags = self.flags - {"you"}
        if self._outsiders_are_ours():
            self.flags = (self.flags - {"outsider"}) | {"me"}
        self.brackets = vocabulary.brackets
        self.vocabulary = vocabulary
        self.nouns = [
            (at, noun)
            for at, token in enumerate(self.tokens)
            for noun in token.entry.nouns
            if not self._defused(at) and not self._as_verb(at)
        ]
        self.aux: set[str] = set()
        self.judged: set[int] = set()
        self.passive = False
        self._rule: bool | None = None

    def _around(self, at: int) -> tuple[set[str], Token | None]:
        """The auxiliaries that govern the verb, and what stands left of them."""
        aux: set[str] = set()
        if self.brackets:
            for place, token in enumerate(self.tokens):
                if place != at:
                    aux |= token.entry.flags
            left = self.tokens[at - 1] if at else None
            aux &= AUX | {"neg", "me", "you"}
            if "to" in aux and not self._has_purpose():
                aux -= {"to"}
            self.aux = aux or self.aux
            if not aux & AUX and self._continues():
                aux |= self.carried.aux
            return aux, left
        place = at - 1
        while place >= 0:
            token = self.tokens[place]
            flags = token.entry.flags
            if not flags & THROUGH and not (flags & {"me", "you"} and self._pronoun(token)):
                break
            if flags & THROUGH == {"it"} and not flags & {"clitic"}:
                aux |= {"it"}
                break
            aux |= flags & (AUX | {"neg", "negaux", "me", "you", "clitic", "now", "adv", "it"})
            place -= 1
        left = self.tokens[place] if place >= 0 else None
        self.aux = (aux & (AUX | {"neg"})) or self.aux
        if left is None and not aux & AUX and self._continues():
            aux |= self.carried.aux
        if left is not None and left.entry.flags & {"coord"} and not aux & AUX:
            aux |= self.carried.aux
        return aux, left

    def _has_purpose(self) -> bool:
        """Does "um" go with "zu", as in "um den Flug umzubuchen", and not with an hour or a measure?"""
        return "zu" in self.flags or any("T" in act.forms for it in self.tokens for act in it.entry.acts)

    def _pronoun(self, token: Token) -> bool:
        return len(token.word) < 6

    def _continues(self) -> bool:
        return self.clause.opener in ("coord", "") and not self.flags & {
            "have",
            "be",
            "was",
            "become",
            "will",
        }

    def _negative(self, at: int, aux: set[str]) -> bool:
        if aux & {"neg", "negaux"}:
            return True
        reach = self.tokens if self.brackets else self.tokens[:at]
        for place, token in enumerate(reach):
            if "neg" in token.entry.flags:
                return True
            follows = self.tokens[place + 1].entry if place + 1 < len(self.tokens) else None
            if "negnoun" in token.entry.flags and follows and (follows.nouns or "new" in follows.flags):
                return True
        return False

    def _has_number(self) -> bool:
        """Does it name one thing by its number?"""
        before = ""
        for token in self.tokens:
            digits = sum(map(str.isdigit, token.word))
            if digits > 2 or (digits and before == "object"):
                return True
            before = "object" if "object" in token.entry.flags else ""
        return False

    def _left_flags(self, at: int) -> set[str]:
        flags: set[str] = set()
        for token in self.tokens[:at]:
            flags |= token.entry.flags
        if "outsider" in flags and "outsider" not in self.flags:
            flags |= {"me"}
        return flags - ({"you", "outsider"} - self.flags)

    def _outsiders_are_ours(self) -> bool:
        """ "Our driver", "unsere Bank": those who act for us."""
        found = [at for at, token in enumerate(self.tokens) if "outsider" in token.entry.flags]
        return bool(found) and all(at and "own" in self.tokens[at - 1].entry.flags for at in found)

    def _is_she(self) -> bool:
        """Is "sie" she, by a verb beside it that ends in -t and has no other subject?"""
        if "me" in self.flags:
            return False
        for at, token in enumerate(self.tokens):
            if token.word == "sie":
                beside = self.tokens[max(0, at - 1) : at] + self.tokens[at + 1 : at + 2]
                return any(
                    near.word.endswith("t") and any("N" in act.forms for act in near.entry.acts)
                    for near in beside
                )
        return False

    def _goes_on_for_us(self) -> bool:
        """ "I have ... and switched you to ...": without an auxiliary of its own, "Sie" is the object."""
        ours = "me" in self.carried.flags and bool(self.carried.aux)
        return ours and self.clause.opener == "coord" and not self.flags & (AUX | {"me"})

    def _you_is_object(self) -> bool:
        """Is a pronoun that may be both ("vous") no subject here, for want of a verb that agrees with it?"""
        pronouns = [token.entry.flags for token in self.tokens if "you" in token.entry.flags]
        if not pronouns or not all("clitic" in flags for flags in pronouns):
            return False
        return not any(
            token.entry.flags & {"agrees", "enjoys"} or any("2" in act.forms for act in token.entry.acts)
            for token in self.tokens
        )

    def _after_article(self, at: int) -> bool:
        before = self.tokens[at - 1].entry.flags if at else frozenset()
        return bool(before & {"poss", "det"}) and not before & {"clitic", "toyou", "you", "it", "rel"}

    def _noun_after(self, at: int) -> bool:
        return at + 1 < len(self.tokens) and bool(self.tokens[at + 1].entry.nouns)

    def _first(self, at: int) -> bool:
        return all(token.entry.flags & (THROUGH | {"coord", "me"}) for token in self.tokens[:at])

    def _defused(self, at: int) -> bool:
        """Is the noun only part of another, as in "refund request"?"""
        after = self.tokens[at + 1].entry if at + 1 < len(self.tokens) else None
        if after and "req" in after.flags and not (after.nouns and self.tokens[at].entry.flags):
            return True
        before = self.tokens[max(0, at - 2) : at]
        return any("reqof" in token.entry.flags for token in before)

    def _as_verb(self, at: int) -> bool:
        """A word that may be noun and verb: a verb after a subject, an auxiliary or "to"."""
        entry = self.tokens[at].entry
        if not entry.acts:
            return False
        if not entry.nouns:
            return True
        if at > 1 and self.tokens[at - 2].word in ("€", "$", "£", "eur", "euros"):
            return False  # "15 € d'avoir"
        place = at - 1
        while (
            place >= 0
            and self.tokens[place].entry.flags & {"adv", "now", "clitic", "neg"}
            and not (self.tokens[place].entry.flags & {"poss", "det"})
        ):
            place -= 1
        before = self.tokens[place].entry.flags if place >= 0 else frozenset()
        if at and "article" in self.tokens[at - 1].entry.flags:
            further = self.tokens[at - 2].entry.flags if at > 1 else frozenset()
            return bool(further & {"me", "clitic", "neg", "negaux"}) and "article" not in further
        if before & {"poss", "det"} and not before & {"clitic"}:
            return False
        after = self.tokens[place + 1].entry.flags if place + 1 < at else frozenset()
        skipped = set().union(*(token.entry.flags for token in self.tokens[place + 1 : at]))
        return bool(
            (before | after | skipped)
            & {"me", "will", "going", "modal", "to", "clitic", "managed", "negaux", "just_done", "you"}
        )
