"""What is known of a clause before it is judged: its nouns, its auxiliaries, its subject, its negation."""

import re
from dataclasses import dataclass, field

from segue.guard.claiming.clauses import Clause, Sentence, Token
from segue.guard.claiming.statement import Says
from segue.guard.claiming.vocabulary import Act, Noun, Vocabulary

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
_DEFINITE = frozenset(("poss", "det", "it", "me", "you", "both", "adv"))
_PARTICULAR = frozenset(("new", "yours", "toyou", "now", "have", "was", "will"))


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

    def _generic(self) -> bool:
        """Does it tell what is done as a rule?"""
        if self._rule is None:
            self._rule = self._is_rule()
        return self._rule

    def _is_rule(self) -> bool:
        goes_on = self.clause.opener in ("that", "rel") or not self.nouns or "opening" in self.carried.flags
        carried = "generic" in self.carried.flags and goes_on
        if "generic" in self.flags or carried:
            return True
        if "class" in self.flags and not self.flags & {"yours", "toyou"} and not self._has_number():
            return True
        if self._opens_with_any():
            return True
        if not self.flags & _PARTICULAR - {"now"} and not self._has_number() and self._opens_with_plural():
            return True
        for at, noun in self.nouns:
            before = self.tokens[at - 1].entry.flags if at else frozenset()
            if noun.plural and "m" in noun.ways and not before & {"poss", "both"} and not self._counted(at):
                return True
        return False

    def _opens_with_plural(self) -> bool:
        """ "Les virements", "los pagos": all of them, in languages that say so with an article."""
        if "plural" in self.tokens[0].entry.flags:
            named = self.amount or self._has_number() or len(self.tokens) == 1
            return not named and self.tokens[1].word.endswith("s")
        if self.brackets:  # "Auslandsgespräche sind gesperrt"
            first = self.tokens[0]
            plain = (
                re.fullmatch(r"[^\W\d]{4,}(?:e|en|er|n|s)", first.word) and not first.entry.flags & _DEFINITE
            )
            if not plain or len(self.tokens) == 1:
                return False
            follows = self.tokens[1]
            acts = any("N" in act.forms and follows.word.endswith("n") for act in follows.entry.acts)
            return follows.word in ("sind", "werden") or acts
        if self.vocabulary.presents:
            return False
        for place, token in enumerate(self.tokens[:6]):  # "extra nights are charged"
            if token.entry.flags & _DEFINITE or not token.word.isalpha():
                return False
            if token.word == "are":
                return place > 0 and self.tokens[place - 1].word.endswith("s")
        return False

    def _opens_with_any(self) -> bool:
        """ "A contract is terminated ...": of any, when nothing in the clause is theirs or ours."""
        free = not self.flags & (_PARTICULAR | {"you", "me", "day", "on_way", "waiting", "being"})
        return "det" in self.tokens[0].entry.flags and free and not self.amount and not self._has_number()

    def _has_number(self) -> bool:
        """Does it name one thing by its number?"""
        before = ""
        for token in self.tokens:
            digits = sum(map(str.isdigit, token.word))
            if digits > 2 or (digits and before == "object"):
                return True
            before = "object" if "object" in token.entry.flags else ""
        return False

    def _counted(self, at: int) -> bool:
        return any(
            token.word[:1].isdigit() or token.entry.flags & {"poss", "both"}
            for token in self.tokens[max(0, at - 3) : at]
        )

    def _mine(self) -> bool:
        return bool(self.flags & OURS) or ("you" not in self.flags and bool(self.carried.flags & OURS))

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

    def _you_is_object(self) -> bool:
        """Is a pronoun that may be both ("vous") no subject here, for want of a verb that agrees with it?"""
        pronouns = [token.entry.flags for token in self.tokens if "you" in token.entry.flags]
        if not pronouns or not all("clitic" in flags for flags in pronouns):
            return False
        return not any(
            "agrees" in token.entry.flags or any("2" in act.forms for act in token.entry.acts)
            for token in self.tokens
        )

    def _passive(self, act: Act, aux: set[str]) -> bool:
        return "P" in act.forms and bool(aux & {"be", "was", "become", "being", "refl"})

    def _of_customer(self, at: int, act: Act, aux: set[str]) -> bool:
        """Is the one who acts the customer, or somebody outside?"""
        if act.way in ("gets", "comes", "leaves"):
            ours = any("me" in token.entry.flags and len(token.word) < 5 for token in self.tokens[:at])
            return ("outsider" in self.flags and not self._is_money()) or ours
        self.passive = self._passive(act, aux)
        charged = act.kinds == {"payment"} and not self.amount
        if charged and (self.passive or "refl" in self._left_flags(at)):
            return True  # what they were charged is looked up
        if self.passive and act.way == "requests" and not self.flags & {"you", "toyou"}:
            return True
        if self.passive:
            sent_back = "parcel" in self.flags and "refund" in act.kinds and not self.amount
            nouns = [noun for _, noun in self.nouns] or self.carried.nouns
            goods = "parcel" in self.flags or any("order" in noun.kinds for noun in nouns)
            posted = "handover" in act.kinds and goods and "outsider" in self.flags
            return sent_back or posted or self._by_outsider()
        flags = self._left_flags(at)
        if "3" in act.forms and "P" not in act.forms and not flags & OURS and "refl" not in flags:
            theirs = "yours" in flags and act.way == "changes"  # "su categoría subió a Oro"
            after = [token.entry.flags for token in self.tokens[at + 1 : at + 3]]  # "le llamará un agente"
            ours = bool(self.carried.flags & OURS) or any("me" in one for one in after)
            return not (ours or theirs)
        if self.brackets:
            flags = self.flags
        if flags & OURS:
            return False
        if flags & {"outsider"}:
            return True
        if flags & {"you"}:
            return True
        return (
            not flags & {"you", "me"}
            and bool(self.carried.flags & {"you", "outsider"})
            and "me" not in self.carried.flags
            and self._first(at)
        )

    def _is_money(self) -> bool:
        return self.amount or any("refund" in noun.kinds for _, noun in self.nouns)

    def _outsider_first(self) -> bool:
        """Is it somebody outside who shows, has or says it?"""
        first = next((at for at, token in enumerate(self.tokens) if "outsider" in token.entry.flags), None)
        return first is not None and all(first < at for at, _ in self.nouns)

    def _by_outsider(self) -> bool:
        return any(
            "by" in token.entry.flags and self._outside_follows(at) for at, token in enumerate(self.tokens)
        )

    def _outside_follows(self, place: int) -> bool:
        near = self.tokens[place + 1 : place + 4]
        outside = any("outsider" in token.entry.flags & self.flags for token in near)
        return outside or any("you" in token.entry.flags for token in near[:1])

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
            and self.tokens[place].entry.flags & {"adv", "now", "clitic"}
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
