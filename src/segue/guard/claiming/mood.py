"""Mood: is the act of a verb told as done, promised, under way or not done, or as none of these?"""

from segue.guard.claiming.sentence import Token
from segue.guard.claiming.statement import Says
from segue.guard.claiming.subject import Subject
from segue.guard.claiming.view import AUX, OURS
from segue.guard.claiming.vocabulary import Act


class Mood(Subject):
    """Judges a verb by its form and by what stands around it."""

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
            near = self.tokens[at - 1].entry.flags if at else frozenset()
            main = self.clause.opener in ("", "coord") and "neg" not in self.flags
            since = "past" in near or (main and "toyou" in near)  # "ya cancele", an accent left out
            return "done" if "saw_to" in self.carried.flags or since else None
        if (
            self.brackets
            and "saw_to" in self.carried.flags
            and ("T" in forms or "zu" in self._left_flags(at))
        ):
            return "done"  # "wir haben uns erlaubt, ... zu verlängern"
        if "F" in forms:
            return self._promise()
        if "modal" in aux:
            return None
        if "should" in aux:
            return self._promise() if act.way in ("gets", "comes", "leaves") else None
        finite = self.flags & {"clitic", "me", "you"} and not self.flags & (AUX - {"to"})
        present = bool(self.brackets and "N" in forms and finite)
        if ("P" in forms or "D" in forms) and not present:
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
            return None if self._generic() or "after" in self.flags else self._promise()
        if aux & {"have", "was"}:
            return "done" if self.nouns or self._mine() or "generic" not in self.carried.flags else None
        if "be" in aux:
            rule = self._generic() and "state" not in aux
            return None if rule or (self.sentence.conditional and "me" not in self.flags) else "done"
        if "refl" in aux and "D" in forms and "N" not in forms:
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
        if self.carried.says and (self._first(at) or self._shares_verb(at)):
            return self.carried.says
        return "done" if self._headline(at, left) else None

    def _shares_verb(self, at: int) -> bool:
        """ "Your order was cancelled and a voucher of 10 € added": the auxiliary is not said twice."""
        shared = (
            self.clause.opener == "coord"
            and self.carried.aux & {"have", "was"}
            and not self.flags & (AUX - {"to"})
        )
        return bool(shared) and self.amount and any(place < at for place, _ in self.nouns)

    def _headline(self, at: int, left: Token | None) -> bool:
        """ "Refund issued", "• Order 1001: cancelled": a participle after its noun, and no other verb."""
        if self.flags & {"have", "be", "was", "become", "will", "modal", "should"}:
            return False
        if any(self._finite(place) for place in range(at)):
            return False
        if left is None and len(self.tokens) == 1 == len(self.sentence.clauses):
            return True  # "Booked!"
        if left is None:
            return bool(self.carried.nouns) and not self._noun_after(at)
        if left.entry.flags & {"poss", "det", "prep", "to", "rel"}:
            return False
        if self._generic() or any(token.entry.flags & {"det"} for token in self.tokens[:at]):
            return False
        return (
            bool(left.entry.nouns)
            or left.word == ":"
            or left.word[0] in "#0123456789€$£"
            or "now" in left.entry.flags
        )

    def _drops_subject(self, at: int) -> bool:
        """ "Just sent you a new pair": the subject is left out, as in messages."""
        if self.clause is not self.sentence.clauses[0] or self.flags & {"be", "was", "will"}:
            return False
        after = self.tokens[at + 1].entry.flags if at + 1 < len(self.tokens) else frozenset()
        return not self.brackets and bool(after & {"you", "poss", "det", "it"})

    def _had_it(self, at: int, left: Token | None) -> bool:
        """ "I got that cancelled", "we have had the fee refunded"."""
        before = self._left_flags(at)
        plain = left is not None and not left.entry.flags & {"poss", "det", "prep", "to"}
        return (
            plain and bool(before & OURS) and bool(before & {"have", "was", "managed"}) and not self.brackets
        )

    def _finite(self, at: int) -> bool:
        forms = "".join(act.forms for act in self.tokens[at].entry.acts)
        return "N" in forms and "P" not in forms and self._as_verb(at)

    def _present(self, at: int, act: Act, aux: set[str]) -> Says | None:
        """A present that promises: of me, and to you, of an amount, or now; or that does what it says."""
        if "hereby" in self.flags and self._mine() and act.way == "makes":
            return "done"
        if (
            self.sentence.conditional
            or self._generic()
            or self.flags & {"offer", "only"}
            or not self.vocabulary.presents
        ):
            return None
        if act.kinds == {"return"} and self.flags & {"day", "now", "arrival"}:
            return "promised"
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
                or self.flags & {"arrival", "full"}
                or (self.flags & {"day"} and self._visits())
            )
            return "promised" if specific else None
        if "refl" in aux and self.flags & {"now", "toyou"}:
            return "promised"
        if not (self._mine() or "1" in act.forms):
            return None
        aimed = (
            bool(self.flags & {"now", "toyou", "new", "yours"} or (self.brackets and "you" in self.flags))
            or self.amount
        )
        return "promised" if aimed else None

    def _promise(self) -> Says | None:
        return None if self.sentence.conditional or self._generic() else "promised"

    def _tells_past(self) -> bool:
        return bool(self.flags & {"past", "past_now"}) or "adv" in self.flags or self._has_number()
