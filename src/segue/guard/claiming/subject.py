"""Who acts: we, the customer, or somebody outside."""

from segue.guard.claiming.rule import Rule
from segue.guard.claiming.view import OURS
from segue.guard.claiming.vocabulary import Act


class Subject(Rule):
    """Finds who does what a verb tells of."""

    def _mine(self) -> bool:
        return bool(self.flags & OURS) or ("you" not in self.flags and bool(self.carried.flags & OURS))

    def _passive(self, act: Act, aux: set[str]) -> bool:
        future = "I" not in act.forms and "will" in aux  # "vous serez remboursé"
        return "P" in act.forms and bool(future or aux & {"be", "was", "become", "being", "refl"})

    def _of_customer(self, at: int, act: Act, aux: set[str]) -> bool:
        """Is the one who acts the customer, or somebody outside?"""
        if act.way in ("gets", "comes", "leaves"):
            ours = any("me" in token.entry.flags and len(token.word) < 5 for token in self.tokens[:at])
            return ("outsider" in self.flags and not self._is_money()) or ours
        self.passive = self._passive(act, aux)
        if "parcel" in self.flags and "refund" in act.kinds and not self.amount and not self._mine():
            return True  # sent back to its sender
        charged = act.kinds == {"payment"} and not self.amount
        if charged and (self.passive or "refl" in self._left_flags(at)):
            return True  # what they were charged is looked up
        if self.passive and act.way == "requests" and not self.flags & {"you", "toyou"}:
            return True
        if self.passive:
            nouns = [noun for _, noun in self.nouns] or self.carried.nouns
            goods = "parcel" in self.flags or any("order" in noun.kinds for noun in nouns)
            posted = "handover" in act.kinds and goods and "outsider" in self.flags
            return posted or self._by_outsider()
        flags = self._left_flags(at)
        if act.kinds == {"return"} and self.flags & {"day", "now", "arrival"} and "you" not in flags:
            return False  # whoever picks something up was sent by us
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

    def _visits(self) -> bool:
        """Is it a technician or somebody else of ours who comes?"""
        nouns = [noun for _, noun in self.nouns]
        return "me" in self.flags and all(noun.kinds == {"booking"} for noun in nouns)

    def _of_orders(self) -> bool:
        """Are all things here orders, or pronouns for one?"""
        nouns = [noun for _, noun in self.nouns] or self.carried.nouns
        return all("order" in noun.kinds for noun in nouns) and bool(nouns)

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
