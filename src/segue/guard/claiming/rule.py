"""Rules: does a clause tell what is done in general, and of nothing in particular?"""

import re

from segue.guard.claiming.view import View

_DEFINITE = frozenset(("poss", "det", "it", "me", "you", "both", "adv"))
_PARTICULAR = frozenset(("new", "yours", "toyou", "now", "have", "was", "will"))


class Rule(View):
    """Tells what is done as a rule from what was done."""

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

    def _counted(self, at: int) -> bool:
        return any(
            token.word[:1].isdigit() or token.entry.flags & {"poss", "both"}
            for token in self.tokens[max(0, at - 3) : at]
        )
