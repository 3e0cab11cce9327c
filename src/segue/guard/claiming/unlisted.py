"""Statements whose verb is in no list: "I have <done> ... your ...", "your contract has been <done>".

What somebody merely saw, read, said or looked for is listed as harmless, and what happens to things by itself or by
others as looked up; the rest was done to something.
"""

from segue.guard.claiming.kinds import ANY
from segue.guard.claiming.mood import Mood
from segue.guard.claiming.object import Object
from segue.guard.claiming.sentence import Token
from segue.guard.claiming.view import AUX, Found

STANDING = frozenset(("address", "booking", "subscription", "account"))
"""Kinds of what customers have, as against what is sent or paid to them."""

_LOOKED_UP = frozenset(
    ("order", "order_change", "shipment", "exchange", "message", "payment", "handover", "return")
)
_UNTOLD = frozenset(("modal", "to", "will", "should", "become", "being", "notyet"))


class Unlisted(Mood, Object):
    """Reads verbs by their form and by what stands around them alone."""

    def _unlisted(self) -> Found | None:
        if "saw_to" in self.flags and self._mine() and not self.flags & {"neg", "negaux", "will"}:
            return Found(frozenset((ANY,)), "pending", self.clause)  # "I made sure that ..."
        for at, token in enumerate(self.tokens):
            entry = token.entry
            if entry.acts or entry.nouns or entry.flags - {"happens", "reports"} or not token.word.isalpha():
                continue
            if self.vocabulary.may_be_participle(token.word):
                found = self._participle(at, token)
            else:
                found = self._other_form(at, token)
            if found is not None:
                return found
        return None

    def _participle(self, at: int, token: Token) -> Found | None:
        aux, left = self._around(at)
        if not self._first(at) and not self.flags & AUX:
            return None
        if {"gone", "be"} <= self.flags and not self.nouns and "own" not in self.flags:
            return Found(frozenset((ANY,)), "pending", self.clause)  # "you are no longer subscribed"
        untold = aux & _UNTOLD - ({"to"} if self.brackets and "zu" not in self.flags else set())
        if self._negative(at, aux) or untold or (left is not None and left.entry.flags & {"det"}):
            return None
        passive = "was" in aux or ("be" in aux and bool(aux & {"adv", "now"}))
        if passive:
            return None if token.entry.flags else self._to_theirs(at)
        if self.brackets and "you" in self.tokens[0].entry.flags:
            return None  # "Sie haben meinem Kollegen erzählt"
        had = "have" in aux or (left is not None and "me" in left.entry.flags and not self.brackets)
        return self._by_us() if had and self._mine() and "outsider" not in self.flags else None

    def _other_form(self, at: int, token: Token) -> Found | None:
        """ "Le <did> ...", where the ending tells that it was me; "I have just <do>"."""
        before = self.tokens[at - 1].entry.flags if at else frozenset()
        mine = self.vocabulary.may_be_past_of_me(token.word) and not before & {"det", "prep"}
        if "refl" in before and self.vocabulary.may_be_reflexive_past(token.word):
            return self._to_theirs(at)
        past = self.vocabulary.may_be_reflexive_past(token.word)
        if "toyou" in before and past and token.word.endswith("n") and "outsider" not in self.flags:
            return self._by_us()  # "le reconectaron ...", somebody did
        if "me" in self.tokens[0].entry.flags and past:
            return self._by_us()  # "nuestra contabilidad liquidó ..."
        if "just_done" in before or (mine and not self.flags & {"neg", "modal", "you"}):
            return self._by_us(pronoun=mine)
        return None

    def _by_us(self, pronoun: bool = False) -> Found | None:
        pronouns = {"toyou", "yours", "you"} if self.brackets else {"toyou", "yours"}
        theirs = self.flags & pronouns or ("poss" in self.flags and "own" not in self.flags)
        if ("talk" in self.flags and not self.nouns) or not (
            theirs or (self.nouns and not pronoun) or "it" in self.flags
        ):
            return None
        kinds = {kind for _, noun in self.nouns for kind in noun.kinds}
        if kinds and kinds <= STANDING:
            return Found(frozenset(kinds | {"cancellation"}), "done", self.clause)
        return Found(frozenset((ANY,)), "pending", self.clause)

    def _to_theirs(self, at: int) -> Found | None:
        left = self._left_flags(at)
        first = set().union(
            *(token.entry.flags for token in self.tokens[: len(left) if self.brackets else 2])
        )
        theirs = left & {"toyou", "you"} or "yours" in left & first or self._has_number()
        if not theirs or self.flags & {"own", "outsider", "talk", "parcel", "explained"} or self._generic():
            return None
        kinds = {kind for _, noun in self.nouns if not noun.kinds & _LOOKED_UP for kind in noun.kinds}
        if self.nouns and not kinds:
            return None
        return Found(frozenset(kinds or (ANY,)), "done" if kinds else "pending", self.clause)
