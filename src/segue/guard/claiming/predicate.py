"""Statements without a verb of our lists: "the refund is on its way", "all done", "I have <unlisted> your ..."."""

from segue.guard.claiming.clauses import Token
from segue.guard.claiming.kinds import ANY
from segue.guard.claiming.mood import Mood
from segue.guard.claiming.object import MONEY, Object
from segue.guard.claiming.view import Found
from segue.guard.claiming.vocabulary import Act

_LOOKED_UP = frozenset(
    ("order", "order_change", "shipment", "exchange", "message", "payment", "handover", "return")
)


_DONE_SIGNS = frozenset("✅✔☑👍🎉")
_STANDING = frozenset(("address", "booking", "subscription", "account"))
_CHARGED = frozenset(("credit", "payment"))


class Predicate(Mood, Object):
    """Reads what is said of a noun, or of nothing in particular."""

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
            entry = token.entry
            if entry.acts or entry.nouns or not self.vocabulary.may_be_participle(token.word):
                continue
            if entry.flags - {"happens", "reports"}:
                continue
            aux, left = self._around(at)
            if self._negative(at, aux) or aux & {
                "modal",
                "to",
                "will",
                "should",
                "become",
                "being",
                "notyet",
            }:
                continue
            if left is not None and left.entry.flags & {"det"}:
                continue
            passive = "was" in aux or ("be" in aux and bool(aux & {"adv", "now"}))
            active = not passive and "have" in aux and self._mine() and "outsider" not in self.flags
            aimed = self.flags & {"toyou", "yours"} or ("poss" in self.flags and "own" not in self.flags)
            if active and (aimed or self.nouns) and "talk" not in self.flags:
                kinds = frozenset(kind for _, noun in self.nouns if "c" in noun.ways for kind in noun.kinds)
                if kinds & _STANDING:
                    return Found((kinds & _STANDING) | {"cancellation"}, "done", self.clause)
                return Found(frozenset((ANY,)), "pending", self.clause)
            if passive and "poss" in self.flags and not entry.flags:
                kinds = {kind for _, noun in self.nouns if not noun.kinds & _LOOKED_UP for kind in noun.kinds}
                if kinds:
                    return Found(frozenset(kinds), "done", self.clause)
        return None

    def _predicate(self) -> Found | None:
        """ "The refund is on its way": a noun, and what is said of it."""
        flags = self.flags
        if flags & {"modal", "offer"} or {"refl", "be"} <= flags or self._outsider_first():
            return None
        if "saw_to" in flags and self._mine() and not flags & {"neg", "negaux", "will"}:
            return Found(frozenset((ANY,)), "pending", self.clause)  # "I made sure that ..."
        if "counton" in self.tokens[0].entry.flags and self._fitting([n for _, n in self.nouns], "m", "done"):
            return Found(MONEY, "promised", self.clause)  # "expect the money by Friday"
        if changed := self._changed():
            return Found(changed, "done", self.clause)
        nouns = [noun for _, noun in self.nouns]
        if not nouns and not self._other_subject(len(self.tokens)):
            nouns = [] if "outsider" in self.carried.flags else self.carried.nouns
        ways = set("ms")
        kinds: set[str] = set()
        for noun in nouns:
            if set(noun.ways) & ways and "o" not in noun.ways:
                kinds |= noun.kinds
        if flags & {"on_way", "back"}:
            kinds -= {"account", "address"}  # where it goes, not what
        if self.amount and not kinds:
            kinds = {"refund", "credit", "payment"}
        if "new" in flags and "on_way" in flags and not kinds:
            kinds = {"shipment", "exchange"}
        if not kinds or self._generic():
            return None
        negative = bool(flags & {"neg", "negaux"})
        if "just_done" in flags and not negative:
            return Found(frozenset(kinds), "done", self.clause)  # "se ha procedido a la devolución"
        if "waiting" in flags:
            return None if negative else Found(frozenset(kinds), "pending", self.clause)
        if "on_way" in flags and not self.sentence.conditional:
            return Found(frozenset(kinds), "not_done" if negative else "promised", self.clause)
        said: set[str] = set()
        for at, token in enumerate(self.tokens):
            if at not in self.judged:
                said |= token.entry.flags
        there = flags & {"be", "have"} and "back" in said and kinds & {"refund", "credit"}
        live = "live" in said and flags & {"now", "new", "will"}
        if flags & {"be", "was", "have"} and ("ready" in said or live or there) and "will" not in flags:
            if self.sentence.conditional and "was" not in flags:
                return None
            return Found(frozenset(kinds), "not_done" if negative else "done", self.clause)
        has = "have" in flags and "you" in flags and kinds & MONEY
        if (has or flags & {"will", "should"}) and flags & {"back", "ready", "live"} and not negative:
            return Found(frozenset(kinds), "promised", self.clause) if self._promise() else None
        return None

    def _changed(self) -> frozenset[str]:
        """ "Your address is now ...", "the fee is off": what a thing of theirs has become, or that it is gone."""
        if self.sentence.conditional or self.flags & {"will", "should"} or self._generic():
            return frozenset()
        kinds = frozenset(kind for _, noun in self.nouns if "c" in noun.ways for kind in noun.kinds)
        if "gone" in self.flags and kinds & _CHARGED and not kinds & {"account"}:
            return kinds & _CHARGED
        first = self.nouns[0][0] if self.nouns else 0
        theirs = "yours" in self._left_flags(first) or (self.flags >= {"you", "be"} and first)
        still = self.flags & {"neg", "negaux", "modal", "on_way"}
        return kinds & _STANDING if theirs and "henceforth" in self.flags and not still else frozenset()

    def _elliptic(self) -> Found | None:
        """ "Done!", "All taken care of": something was done, without a word of what."""
        words = [token for token in self.tokens if token.word[0].isalpha()]
        if any(token.word in _DONE_SIGNS for token in self.tokens) and any(
            any("P" in act.forms for act in token.entry.acts) or "done" in token.entry.flags
            for token in words
        ):
            return Found(frozenset((ANY,)), "done", self.clause)
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
