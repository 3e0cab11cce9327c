"""Reading a clause: which act it tells of, and whether as done, promised, under way or not done.

A verb that tells of an act is judged by its form and by the auxiliaries, modals, negations and subject around it;
a noun of an act by what is said of it ("is on its way"). Nothing here knows a language: words come with flags.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from segue.guard.claiming.clauses import Clause, Sentence, Token
from segue.guard.claiming.kinds import ANY
from segue.guard.claiming.statement import Says
from segue.guard.claiming.vocabulary import UNKNOWN, Act, Noun, Vocabulary

_THROUGH = frozenset(
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
_AUX = frozenset(
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
    ]
)
_OURS = frozenset(("me",))
_LETTER = {
    "pays": "m",
    "mails": "s",
    "makes": "m",
    "sends": "s",
    "changes": "c",
    "gets": "g",
    "comes": "s", "leaves": "s",
    "cancels": "c",
    "does": "",
}
_MONEY = frozenset(("refund", "credit"))
_LOOKED_UP = frozenset(("order", "order_change", "shipment", "exchange", "message", "payment", "handover", "return"))
_WIDE = frozenset(("subscription", "account"))


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


def found_in(sentence: Sentence, vocabulary: Vocabulary, has_amount: list[bool]) -> Iterator[Found]:
    """Every statement of a sentence."""
    carried = Carried()
    for place, clause in enumerate(sentence.clauses):
        reader = _Reader(sentence, clause, vocabulary, carried, has_amount[place])
        found = list(reader.read())
        if not clause.hidden:
            yield from found
        carried = reader.leaves(found)


class _Reader:
    """Reads one clause."""

    def __init__(
        self, sentence: Sentence, clause: Clause, vocabulary: Vocabulary, carried: Carried, amount: bool
    ) -> None:
        self.sentence, self.clause, self.carried, self.amount = sentence, clause, carried, amount
        self.tokens = clause.tokens
        self.flags = clause.flags
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

    def read(self) -> Iterator[Found]:
        found = [one for at in range(len(self.tokens)) if (one := self._best(at)) is not None]
        # "the refund was undone" does not say that the refund was made
        yield from [one for one in found if one.kinds == {"undo"}] or found
        if not found and not self._by_outsider():
            predicate = self._unlisted() or self._predicate() or self._elliptic()
            if predicate is not None:
                yield predicate

    def _best(self, at: int) -> Found | None:
        best: Found | None = None
        for act in self.tokens[at].entry.acts:
            told = self._tell(at, act)
            if told is not None:
                best = told if best is None else Found(best.kinds | told.kinds, best.says, self.clause)
        return best

    def leaves(self, found: list[Found]) -> Carried:
        verbless = not (self.flags & _AUX) and not any(token.entry.acts for token in self.tokens)
        nouns = [noun for _, noun in self.nouns]
        keep = self.carried.nouns if verbless or not nouns else []
        subject = self.flags & {"me", "you", "outsider"} or self.carried.flags & {"me", "you", "outsider"}
        if verbless and not nouns and "generic" in self.flags:
            subject = subject | {"opening"}
        subject = subject | self.flags & {"saw_to"}
        subject = subject | (self.flags | self.carried.flags) & {"generic"}
        says = found[-1].says if found else None
        aux = self.aux or self.flags & (_AUX | {"neg"}) or (self.carried.aux if verbless else set())
        return Carried(nouns + keep, set(subject), set(aux), says)

    # A verb that tells of an act.

    def _tell(self, at: int, act: Act) -> Found | None:
        aux, left = self._around(at)
        forms = act.forms
        as_noun = bool(self.tokens[at].entry.nouns)
        if as_noun and not self._as_verb(at):
            return None
        self.judged.add(at)
        if self._of_customer(at, act, aux):
            return None
        if act.way == "asks":
            return self._asked(act, aux)
        if act.way == "fails":
            return self._failed(at, act, aux, left)
        says = self._mood(at, act, aux, left, forms)
        if says is None:
            return None
        if act.way == "comes" and says == "done" and "inbox" not in self.flags:
            return None  # that something has arrived is looked up
        if act.way == "plans" and says == "done":
            says = "promised"
        kinds = self._kinds(at, act, says)
        return Found(kinds, says, self.clause) if kinds else None

    def _around(self, at: int) -> tuple[set[str], Token | None]:
        """The auxiliaries that govern the verb, and what stands left of them."""
        aux: set[str] = set()
        if self.brackets:
            for token in self.tokens:
                aux |= token.entry.flags
            left = self.tokens[at - 1] if at else None
            aux &= _AUX | {"neg", "me", "you"}
            self.aux = aux or self.aux
            if not aux & _AUX and self._continues():
                aux |= self.carried.aux
            return aux, left
        place = at - 1
        while place >= 0:
            token = self.tokens[place]
            flags = token.entry.flags
            if not flags & _THROUGH and not (flags & {"me", "you"} and self._pronoun(token)):
                break
            if flags & _THROUGH == {"it"} and not flags & {"clitic"}:
                aux |= {"it"}
                break
            aux |= flags & (_AUX | {"neg", "negaux", "me", "you", "clitic", "now", "adv", "it"})
            place -= 1
        left = self.tokens[place] if place >= 0 else None
        self.aux = (aux & (_AUX | {"neg"})) or self.aux
        if left is None and not aux & _AUX and self._continues():
            aux |= self.carried.aux
        if left is not None and left.entry.flags & {"coord"} and not aux & _AUX:
            aux |= self.carried.aux
        return aux, left

    def _pronoun(self, token: Token) -> bool:
        return len(token.word) < 5

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

    def _mood(self, at: int, act: Act, aux: set[str], left: Token | None, forms: str) -> Says | None:
        negative = self._negative(at, aux)
        if "notyet" in aux or "notyet" in self.flags:
            return "not_done"
        if negative and aux & {"managed", "couldpast", "couldneg"}:
            return "not_done"
        says = self._affirmed(at, act, aux, left, forms)
        if not negative:
            return says
        return "not_done" if says == "done" and "will" not in aux else None

    def _affirmed(self, at: int, act: Act, aux: set[str], left: Token | None, forms: str) -> Says | None:
        if "managed" in aux or "couldpast" in aux:
            return "done"
        if "S" in forms or ("P" in forms and "saw_to" in self.carried.flags):
            return "done" if "saw_to" in self.carried.flags else None
        if "F" in forms:
            return self._promise()
        if "modal" in aux:
            return None
        if "should" in aux:
            return self._promise() if act.way in ("gets", "comes", "leaves") else None
        reflexive = self.brackets and "N" in forms and "clitic" in self.flags and not self.flags & _AUX
        if ("P" in forms or "D" in forms) and not reflexive:
            told = self._past(at, act, aux, left, forms)
            if told is not None:
                return told
        if "causative" in self.flags and "have" in aux and "I" in forms:
            return "done"
        if aux & {"will", "going"} and "I" in forms:
            return self._promise()
        if self.brackets and "become" in aux and "I" in forms and "P" not in forms:
            return self._promise()
        if "just_done" in aux and "I" in forms:
            return "done"
        if "G" in forms and aux & {"be", "was"} and "to" not in aux:
            return self._promise() if self._mine() or act.way in ("comes", "leaves") else "pending"
        if "prog" in aux and "I" in forms:
            return self._promise()
        if "N" in forms and not aux & {"to", "will", "going", "have"}:
            return self._present(at, act, aux)
        return None

    def _past(self, at: int, act: Act, aux: set[str], left: Token | None, forms: str) -> Says | None:
        if "to" in aux and not aux & {"have", "was"}:
            return None
        if aux & {"will"}:
            return self._promise()
        if {"refl", "be"} <= aux:
            return None  # "s'est terminée": by itself
        if "being" in aux:
            return None if self._generic() else "pending"
        if "become" in aux and "ongoing" in self.flags:
            return "pending"
        if "become" in aux:
            return self._promise() if not self._generic() else None
        if aux & {"have", "was"}:
            return "done"
        if "be" in aux:
            return None if self._generic() or (self.sentence.conditional and not self._mine()) else "done"
        if "refl" in aux and "D" in forms:
            return "done"
        if "D" in forms and "P" not in forms:
            if "N" in forms and not self._tells_past():
                return None
            return "done"
        if "P" in forms and aux & {"me"}:
            return "done"
        if left is not None and left.entry.flags & {"me", "managed"}:
            return "done"
        if "P" in forms and self._had_it(at, left):
            return "done"
        if left is None and "D" in forms and self._drops_subject(at):
            return "done"
        if self.carried.says and self._first(at):
            return self.carried.says
        return "done" if self._headline(at, left) else None

    def _headline(self, at: int, left: Token | None) -> bool:
        """ "Refund issued", "• Order 1001: cancelled": a participle after its noun, and no other verb."""
        if self.flags & {"have", "be", "was", "become", "will", "modal", "should"}:
            return False
        if any(self._finite(place) for place in range(at)):
            return False
        if left is None:
            return bool(self.carried.nouns) and not self._noun_after(at)
        if left.entry.flags & {"poss", "det", "prep", "to", "rel"}:
            return False
        if self._generic() or any(token.entry.flags & {"det"} for token in self.tokens[:at]):
            return False
        return (
            bool(left.entry.nouns)
            or left.word == ":"
            or left.word[0] in "#0123456789"
            or "now" in left.entry.flags
        )

    def _drops_subject(self, at: int) -> bool:
        """"Just sent you a new pair": the subject is left out, as in messages."""
        if self.clause is not self.sentence.clauses[0] or self.flags & {"be", "was", "will"}:
            return False
        after = self.tokens[at + 1].entry.flags if at + 1 < len(self.tokens) else frozenset()
        return not self.brackets and bool(after & {"you", "poss", "det", "it"})

    def _had_it(self, at: int, left: Token | None) -> bool:
        """ "I got that cancelled", "we have had the fee refunded"."""
        before = self._left_flags(at)
        plain = left is not None and not left.entry.flags & {"poss", "det", "prep", "to"}
        return (
            plain and bool(before & _OURS) and bool(before & {"have", "was", "managed"}) and not self.brackets
        )

    def _finite(self, at: int) -> bool:
        forms = "".join(act.forms for act in self.tokens[at].entry.acts)
        return "N" in forms and "P" not in forms and self._as_verb(at)

    def _noun_after(self, at: int) -> bool:
        return at + 1 < len(self.tokens) and bool(self.tokens[at + 1].entry.nouns)

    def _first(self, at: int) -> bool:
        return all(token.entry.flags & (_THROUGH | {"coord", "me"}) for token in self.tokens[:at])

    def _present(self, at: int, act: Act, aux: set[str]) -> Says | None:
        """A present that promises: of me, and to you, of an amount, or now."""
        if (
            self.sentence.conditional
            or self._generic()
            or "offer" in self.flags
            or not self.vocabulary.presents
        ):
            return None
        if act.way == "comes" and "inbox" in self.flags:
            return "done"
        if act.way == "gets" and "1" in act.forms:
            return None
        if act.way in ("comes", "gets", "leaves"):
            specific = (
                "past" in self.flags
                or self.amount
                or "back" in self.flags
                or "now" in self.flags
                or "arrival" in self.flags
            )
            return "promised" if specific else None
        if "refl" in aux and "now" in self.flags:
            return "promised"
        if not (self._mine() or "1" in act.forms):
            return None
        aimed = (
            bool(self.flags & {"now", "toyou", "new"} or (self.brackets and "you" in self.flags))
            or self.amount
        )
        return "promised" if aimed else None

    def _promise(self) -> Says | None:
        return None if self.sentence.conditional or self._generic() else "promised"

    def _generic(self) -> bool:
        carried = "generic" in self.carried.flags and (not self.nouns or "opening" in self.carried.flags)
        if "generic" in self.flags or carried:
            return True
        for at, noun in self.nouns:
            before = self.tokens[at - 1].entry.flags if at else frozenset()
            if noun.plural and "m" in noun.ways and not before & {"poss", "both"} and not self._counted(at):
                return True
        return False

    def _counted(self, at: int) -> bool:
        return any(
            token.word[:1].isdigit() or token.entry.flags & {"poss", "both"}
            for token in self.tokens[max(0, at - 3) : at]
        )

    def _tells_past(self) -> bool:
        return bool(self.flags & {"past", "past_now"}) or "adv" in self.flags

    # Whose act it is.

    def _mine(self) -> bool:
        return bool(self.flags & _OURS) or ("you" not in self.flags and bool(self.carried.flags & _OURS))

    def _of_customer(self, at: int, act: Act, aux: set[str]) -> bool:
        """Is the one who acts the customer, or somebody outside?"""
        if act.way in ("gets", "comes", "leaves"):
            ours = any("me" in token.entry.flags and len(token.word) < 5 for token in self.tokens[:at])
            return "outsider" in self.flags or ours
        self.passive = self._passive(act, aux)
        if self.passive:
            sent_back = "parcel" in self.flags and "refund" in act.kinds and not self.amount
            return sent_back or self._by_outsider()
        flags = self._left_flags(at)
        if "3" in act.forms and "P" not in act.forms and not flags & _OURS and "refl" not in flags:
            return not self.carried.flags & _OURS
        if self.brackets:
            flags = self.flags
        if flags & _OURS:
            return False
        if flags & {"outsider"}:
            return True
        if flags & {"you"}:
            return True
        return (
            not flags & {"you", "me"} and bool(self.carried.flags & {"you", "outsider"}) and self._first(at)
        )

    def _left_flags(self, at: int) -> set[str]:
        flags: set[str] = set()
        for token in self.tokens[:at]:
            flags |= token.entry.flags
        return flags

    def _passive(self, act: Act, aux: set[str]) -> bool:
        return "P" in act.forms and bool(aux & {"be", "was", "become", "being", "refl"})

    def _outsider_first(self) -> bool:
        """Is it somebody outside who shows, has or says it?"""
        first = next((at for at, token in enumerate(self.tokens) if "outsider" in token.entry.flags), None)
        return first is not None and all(first < at for at, _ in self.nouns)

    def _by_outsider(self) -> bool:
        return any(
            "by" in token.entry.flags and self._outside_follows(at) for at, token in enumerate(self.tokens)
        )

    def _outside_follows(self, place: int) -> bool:
        return any("outsider" in token.entry.flags for token in self.tokens[place + 1 : place + 4])

    # What kind it is of.

    def _kinds(self, at: int, act: Act, says: Says) -> frozenset[str]:
        letter = _LETTER.get(act.way, "m")
        nouns = [noun for _, noun in self.nouns]
        if act.way in ("gets", "comes", "leaves") and nouns and all("payment" in noun.kinds for noun in nouns):
            return frozenset()  # "your payment has arrived" tells of the customer's own
        own = self._fitting(nouns, letter, says, given=bool(act.kinds)) if letter else frozenset()
        if act.way == "pays":
            own = own or self._fitting(self.carried.nouns, letter, says)
            back = (
                "it" in self.flags
                and not nouns
                and not self._other_subject(at)
                and (self._mine() or "1" in act.forms)
            )
            return own & _MONEY or (_MONEY if back else frozenset())
        if act.way == "mails":
            return act.kinds | own
        if act.way == "does":
            return act.kinds
        if act.way == "cancels":
            undone = {"undo", "refund"} if any({"refund", "credit"} & noun.kinds for noun in nouns) else set()
            wide = frozenset().union(*(noun.kinds & _WIDE for noun in nouns)) if nouns else frozenset()
            if "it" in self.flags and not nouns:
                undone = {"undo"}
            return act.kinds | undone | wide
        if act.way == "orders":
            told = self._mine() or self._specific() or "it" in self.flags
            return act.kinds if told else frozenset()
        if own:
            return own & act.kinds if act.kinds else own
        if letter == "s" and "new" in self.flags and act.way == "sends":
            return frozenset(("shipment", "exchange", "order"))
        if act.way in ("gets", "comes", "leaves"):
            if self.amount and (self.flags & {"back"} or act.way == "gets" or act.way == "comes"):
                return frozenset(("refund", "credit", "payment"))
            inherited = self._fitting(self.carried.nouns, letter, says)
            return inherited if act.way in ("comes", "leaves") else frozenset()
        if self.amount and act.way == "sends":
            return frozenset(("refund", "credit", "payment"))
        inherited = self._fitting(self.carried.nouns, letter, says)
        framed = self.brackets and bool(self.carried.aux) and not self.flags & _AUX
        if inherited and not self._other_object(at) and (framed or not self._other_subject(at)):
            return inherited
        if "it" in self.flags and act.way in ("settles", "makes", "changes", "sends") and not nouns:
            return frozenset((ANY,))
        return frozenset()

    def _made_by_us(self, says: Says) -> bool:
        return self._mine() and not self.passive and says != "pending"

    def _specific(self) -> bool:
        return "poss" in self.flags or "new" in self.flags

    def _other_object(self, at: int) -> bool:
        return any(token.entry.flags & {"poss", "det"} for token in self.tokens[at + 1 :])

    def _other_subject(self, at: int) -> bool:
        """Does something else stand before the verb, of which nothing is known?"""
        return any(
            token.word[0].isalpha() and (token.entry == UNKNOWN or token.entry.flags == {"object"})
            for token in self.tokens[:at]
        )

    def _fitting(self, nouns: list[Noun], letter: str, says: Says, given: bool = False) -> frozenset[str]:
        kinds: set[str] = set()
        for noun in nouns:
            if letter in noun.ways:
                if (
                    "l" in noun.ways
                    and not given
                    and letter in "msg"
                    and not self._made_by_us(says)
                ):
                    continue  # invoices and payments are looked up more often than made
                if (
                    "o" in noun.ways
                    and letter == "m"
                    and not (self._made_by_us(says) or "new" in self.flags)
                ):
                    continue  # "your order was placed" tells of the customer's own act
                kinds |= noun.kinds
                if "o" in noun.ways and letter == "m":
                    kinds |= {"order"}
        return frozenset(kinds)

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

    # Statements without such a verb.

    def _asked(self, act: Act, aux: set[str]) -> Found | None:
        """ "I've asked our warehouse to send a new one": somebody of ours was set to it."""
        if (not aux & {"have"} and "D" not in act.forms) or aux & {"modal", "neg", "negaux"}:
            return None
        team = any("me" in token.entry.flags and len(token.word) > 4 for token in self.tokens)
        if not ((team and self._mine()) or "1" in act.forms):
            return None
        kinds = {"handover"}
        for clause in self.sentence.clauses:
            for token in clause.tokens:
                kinds.update(
                    *(noun.kinds for noun in token.entry.nouns), *(one.kinds for one in token.entry.acts)
                )
        return Found(frozenset(kinds), "pending", self.clause)

    def _failed(self, at: int, act: Act, aux: set[str], left: Token | None) -> Found | None:
        if not ({"P", "D"} & set(act.forms)) or aux & {"modal", "will", "to"}:
            return None
        kinds = self._fitting([noun for _, noun in self.nouns], "m", "not_done")
        return Found(kinds, "not_done", self.clause) if kinds else None

    def _unlisted(self) -> Found | None:
        """An act whose verb is in no list: "I have <done> ... your ...", "your contract has been <done>".

        What somebody merely saw, read, said or looked for is listed as harmless; the rest was done to something.
        """
        for at, token in enumerate(self.tokens):
            if token.entry.acts or token.entry.nouns or token.entry.flags or not self.vocabulary.may_be_participle(
                token.word
            ):
                continue
            aux, left = self._around(at)
            if self._negative(at, aux) or aux & {"modal", "to", "will", "should", "become", "being", "notyet"}:
                continue
            if left is not None and left.entry.flags & {"det"}:
                continue
            passive = "was" in aux or (self.brackets and bool(aux & {"was"}))
            if not passive and "have" in aux and self._mine() and not self.flags & {"outsider"}:
                if self.flags & {"toyou", "your"} or any(noun.ways for _, noun in self.nouns):
                    return Found(frozenset((ANY,)), "pending", self.clause)
            if passive and "poss" in self.flags:
                kinds = {kind for _, noun in self.nouns if not noun.kinds & _LOOKED_UP for kind in noun.kinds}
                if kinds:
                    return Found(frozenset(kinds), "done", self.clause)
        return None

    def _predicate(self) -> Found | None:
        """ "The refund is on its way": a noun, and what is said of it."""
        flags = self.flags
        if flags & {"modal", "offer"} or {"refl", "be"} <= flags or self._outsider_first():
            return None
        nouns = [noun for _, noun in self.nouns]
        if not nouns and not self._other_subject(len(self.tokens)):
            nouns = self.carried.nouns
        ways = set("ms")
        kinds: set[str] = set()
        for noun in nouns:
            if set(noun.ways) & ways and "o" not in noun.ways:
                kinds |= noun.kinds
        if "on_way" in flags:
            kinds -= {"account", "address"}  # where it goes, not what
        if self.amount and not kinds:
            kinds = {"refund", "credit", "payment"}
        if "new" in flags and "on_way" in flags and not kinds:
            kinds = {"shipment", "exchange"}
        if not kinds or self._generic():
            return None
        negative = bool(flags & {"neg", "negaux"})
        if "waiting" in flags:
            return None if negative else Found(frozenset(kinds), "pending", self.clause)
        if "on_way" in flags and not self.sentence.conditional:
            return Found(frozenset(kinds), "not_done" if negative else "promised", self.clause)
        said: set[str] = set()
        for at, token in enumerate(self.tokens):
            if at not in self.judged:
                said |= token.entry.flags
        there = flags & {"be"} and "back" in said and kinds & {"refund", "credit"}
        live = "live" in said and flags & {"now", "new", "will"}
        if flags & {"be", "was", "have"} and ("ready" in said or live or there) and "will" not in flags:
            if self.sentence.conditional and "was" not in flags:
                return None
            return Found(frozenset(kinds), "not_done" if negative else "done", self.clause)
        has = "have" in flags and "you" in flags and kinds & _MONEY
        if (has or flags & {"will", "should"}) and flags & {"back", "ready", "live"} and not negative:
            return Found(frozenset(kinds), "promised", self.clause) if self._promise() else None
        return None

    def _elliptic(self) -> Found | None:
        """ "Done!", "All taken care of": something was done, without a word of what."""
        words = [token for token in self.tokens if token.word[0].isalpha()]
        done = [token for token in words if "done" in token.entry.flags]
        if not done or self.flags & {"neg", "negaux", "modal", "will", "notyet"} or self.sentence.conditional:
            return None
        rest = [token for token in words if "done" not in token.entry.flags]
        light = {
            "adv",
            "now",
            "it",
            "be",
            "have",
            "was",
            "me",
            "coord",
            "filler_word",
            "all",
            "toyou",
            "prep",
            "refl",
            "clitic",
        }
        heavy = [token for token in rest if not token.entry.flags & light]
        if len(heavy) > (1 if "it" in self.flags else 0) or (self.nouns and "it" not in self.flags):
            return None
        return Found(frozenset((ANY,)), "done", self.clause)
