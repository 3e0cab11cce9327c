"""Statements without a verb of an act: "the refund is on its way", "your address is now ...", "all done"."""

from segue.guard.claiming.kinds import ANY
from segue.guard.claiming.object import MONEY
from segue.guard.claiming.sentence import Token
from segue.guard.claiming.unlisted import STANDING, Unlisted
from segue.guard.claiming.view import AUX, Found
from segue.guard.claiming.vocabulary import Act

_DONE_SIGNS = frozenset("✅✔☑👍🎉")
_PASSED_ON = frozenset(("handover", "complaint", "claim"))
_CHARGED = frozenset(("credit", "payment"))
_HAPPENING = MONEY | {"exchange", "order_change", "shipment"}
_AIMS = frozenset(("account", "address"))
"""Kinds of things that something goes to, and that go nowhere themselves."""
_NO_GAIN = frozenset(("neg", "negaux", "modal", "talk", "req", "offer", "to", "reports", "filler"))


class Predicate(Unlisted):
    """Reads what is said of a noun, or of nothing in particular."""

    def _asked(self, act: Act, aux: set[str]) -> Found | None:
        """ "I've asked our warehouse to send a new one": somebody of ours was set to it."""
        if (not aux & {"have"} and "D" not in act.forms) or aux & {"modal", "neg", "negaux"}:
            return None
        team = any(token.entry.flags & {"me", "outsider"} and len(token.word) > 3 for token in self.tokens)
        if not team or not (self._mine() or self.passive or "1" in act.forms):
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

    def _predicate(self) -> Found | None:
        """ "The refund is on its way": a noun, and what is said of it."""
        flags = self.flags
        if self._is_fetched():
            return Found(frozenset(("return",)), "promised", self.clause)
        if flags & {"modal", "offer"} or self._outsider_first():
            return None
        if {"refl", "be"} <= flags and not flags & {"happened"}:
            return None
        if "counton" in self.tokens[0].entry.flags and self._fitting([n for _, n in self.nouns], "m", "done"):
            return Found(MONEY, "promised", self.clause)  # "expect the money by Friday"
        if self._comes_to_them():
            return Found(self._what_comes(), "promised", self.clause)
        if changed := self._changed():
            return Found(changed, "done", self.clause)
        nouns = [noun for _, noun in self.nouns]
        if not nouns and not self._other_subject(len(self.tokens)):
            nouns = [] if "outsider" in self.carried.flags else self.carried.nouns
        ways = set("ms")
        kinds: set[str] = set()
        for noun in nouns:
            aim = flags & {"on_way", "back"} and noun.kinds <= _AIMS and "s" not in noun.ways
            own = "payment" in noun.kinds and "yours" in flags  # a payment of theirs is looked up
            if set(noun.ways) & ways and "o" not in noun.ways and not aim and not own:
                kinds |= noun.kinds
        if self.amount and not kinds:
            kinds = {"refund", "credit", "payment"}
        if "new" in flags and "on_way" in flags and not kinds:
            kinds = {"shipment", "exchange"}
        if not nouns and not kinds and self._theirs_is_ready():
            return Found(frozenset((ANY,)), "done", self.clause)
        if not kinds or self._generic():
            return None
        negative = bool(flags & {"neg", "negaux"})
        if "just_done" in flags and not negative:
            return Found(frozenset(kinds), "done", self.clause)  # "se ha procedido a la devolución"
        if "awaits" in flags and kinds & MONEY and flags & {"toyou", "you", "yours"} and not negative:
            return Found(frozenset(kinds & MONEY), "done", self.clause)
        if "waiting" in flags:
            return None if negative else Found(frozenset(kinds), "pending", self.clause)
        if "on_way" in flags and not self.sentence.conditional:
            return Found(frozenset(kinds), "not_done" if negative else "promised", self.clause)
        if "happened" in flags and "have" not in flags and kinds <= _HAPPENING and not negative:
            return Found(frozenset(kinds), "done", self.clause)  # "le remboursement s'est bien déroulé"
        said: set[str] = set()
        for at, token in enumerate(self.tokens):
            if at not in self.judged:
                said |= token.entry.flags
        headline = "ready" in self.tokens[-1].entry.flags and not flags & (AUX | {"be"})
        if headline and self.nouns and not self.sentence.conditional and not self._verbs():
            return Found(frozenset(kinds), "done", self.clause)  # "Erstattung von 99 $ abgeschlossen"
        there = flags & {"be", "have"} and "back" in said and kinds & {"refund", "credit"}
        live = "live" in said and (flags & {"now", "new", "will"} or kinds == {"credit"})
        if flags & {"be", "was", "have"} and ("ready" in said or live or there) and "will" not in flags:
            if self.sentence.conditional and "was" not in flags:
                return None
            return Found(frozenset(kinds), "not_done" if negative else "done", self.clause)
        has = "have" in flags and "you" in flags and kinds & MONEY
        if (has or flags & {"will", "should"}) and flags & {"back", "ready", "live"} and not negative:
            return Found(frozenset(kinds), "promised", self.clause) if self._promise() else None
        return None

    def _theirs_is_ready(self) -> bool:
        """ "Your stay is confirmed", whatever is in no list."""
        flags = self.flags
        told = {"yours", "be", "ready"} <= flags and "yours" in self.tokens[0].entry.flags
        return told and not flags & {
            "own",
            "outsider",
            "parcel",
            "req",
            "neg",
            "modal",
            "will",
            "should",
            "cond",
        }

    def _verbs(self) -> bool:
        return any("N" in act.forms and "P" not in act.forms for it in self.tokens for act in it.entry.acts)

    def _comes_to_them(self) -> bool:
        """ "The electrician will be at your place on Monday", "they will be with you tomorrow"."""
        told = "theirs" in self.flags and self.flags & {"day", "now", "arrival"}
        return bool(told) and not self.flags & {"neg", "modal", "seems"} and self._promise() is not None

    def _is_fetched(self) -> bool:
        """ "A courier will come by tomorrow to pick it up": whoever does was sent by us."""
        soon = {"fetches"} <= self.flags and self.flags & {"day", "now", "arrival"}
        comes = any(
            act.way in ("comes", "changes", "makes") and set(act.forms) & {"F", "N"}
            for token in self.tokens
            for act in token.entry.acts
        )
        return bool(soon and comes and not self.flags & {"you", "me", "neg", "modal"}) and bool(
            self._promise()
        )

    def _what_comes(self) -> frozenset[str]:
        nouns = [noun for _, noun in self.nouns] or self.carried.nouns
        money = any("refund" in noun.kinds for noun in nouns)
        return MONEY if money else frozenset(("shipment", "exchange", "order", "booking", "return"))

    def _changed(self) -> frozenset[str]:
        """ "Your address is now ...", "the fee is off": what a thing of theirs has become, or that it is gone."""
        if self.sentence.conditional or self.flags & {"will", "should"} or self._generic():
            return frozenset()
        kinds = frozenset(kind for _, noun in self.nouns if "c" in noun.ways for kind in noun.kinds)
        if "gone" in self.flags and self.nouns and self.nouns[0][1].kinds <= _CHARGED:
            return self.nouns[0][1].kinds
        first = self.nouns[0][0] if self.nouns else 0
        if "fromnow" in self.flags and not self.flags & {"own", "modal"}:
            return (kinds & STANDING) or frozenset((ANY,))
        theirs = (
            self._has_number()
            or "yours" in self._left_flags(first)
            or (self.flags >= {"you", "be"} and first)
        )
        still = self.flags & {"neg", "negaux", "modal", "on_way"}
        if "own" in self.flags and kinds & _PASSED_ON and "henceforth" in self.flags:
            return kinds & _PASSED_ON  # "your complaint is now with our ..."
        if theirs and {"henceforth", "be"} <= self.flags and self._has_number() and not self.nouns:
            return frozenset((ANY,))
        if (
            {"yours", "new", "be", "day"} <= self.flags
            and "own" not in self.flags
            and not self.flags & _NO_GAIN
        ):
            return kinds or frozenset((ANY,))  # "your new date of delivery is Saturday"
        if {"yours", "henceforth", "holds"} <= self.flags and not self.flags & _NO_GAIN:
            return (kinds & STANDING) or frozenset((ANY,))  # "your policy now covers your new car"
        if {"you", "henceforth", "enjoys"} <= self.flags and not self.flags & _NO_GAIN:
            return (kinds & STANDING) or frozenset((ANY,))  # "you now fly business"
        changed = theirs and "henceforth" in self.flags and not still and kinds & STANDING
        return kinds if changed else frozenset()

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
