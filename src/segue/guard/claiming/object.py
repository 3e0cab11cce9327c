"""Of what kind an act is: by its verb, and by the nouns that go with such a verb."""

from segue.guard.claiming.kinds import ANY
from segue.guard.claiming.statement import Says
from segue.guard.claiming.subject import Subject
from segue.guard.claiming.view import AUX
from segue.guard.claiming.vocabulary import UNKNOWN, Act, Noun

_LETTER = {
    "pays": "m",
    "mails": "s",
    "makes": "m",
    "sends": "s",
    "changes": "c",
    "lifts": "c",
    "gets": "g",
    "comes": "s",
    "leaves": "s",
    "cancels": "c",
    "does": "",
}
MONEY = frozenset(("refund", "credit"))
_THINGS = (frozenset(("object",)), frozenset(("object", "req")))
_TRANSITIVE = frozenset(("makes", "changes", "lifts", "sends", "orders"))
_MOVES = frozenset(("changes", "lifts", "sends"))
_CHARGED = frozenset(("credit", "payment"))
_SAID = frozenset(("message",))
_WIDE = frozenset(("subscription", "account"))


class Object(Subject):
    """Finds the kinds that a verb in this clause may be of."""

    def _kinds(self, at: int, act: Act, says: Says) -> frozenset[str]:
        letter = _LETTER.get(act.way, "m")
        nouns = [noun for _, noun in self.nouns]
        if (
            act.way in ("gets", "comes", "leaves")
            and nouns
            and all("payment" in noun.kinds for noun in nouns)
        ):
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
            return own & MONEY or (MONEY if back else frozenset())
        if act.way == "mails":
            return act.kinds | own
        if act.way == "does":
            if act.kinds == {"shipment"}:  # "I have resent the confirmation"
                return self._fitting(nouns, "s", says) or act.kinds
            passed_on = "handover" in act.kinds and says == "done" and self._mine()
            return act.kinds | self._fitting(nouns, "m", says) if passed_on else act.kinds
        if act.way == "cancels":
            if "refl" in self._left_flags(at) and not nouns and not self.carried.nouns:
                return frozenset()  # "se dio de baja": by themselves
            undone = {"undo", "refund"} if any({"refund", "credit"} & noun.kinds for noun in nouns) else set()
            wide = frozenset().union(*(noun.kinds & _WIDE for noun in nouns)) if nouns else frozenset()
            if not nouns:
                undone = {"undo"}
            return act.kinds | undone | wide
        if act.way == "orders" and (self._that_follows() or "talk" in self.flags):
            return frozenset()  # "pido que ...", "pido disculpas"
        if act.way == "orders":
            told = self._mine() or self._specific() or "it" in self.flags
            instead = frozenset(kind for noun in nouns if "exchange" in noun.kinds for kind in noun.kinds)
            return act.kinds | instead if told else frozenset()
        if self.amount and own == {"account"}:
            return own | MONEY  # where it goes, not what
        if not own and act.kinds and nouns and all(noun.kinds <= _CHARGED for noun in nouns):
            return act.kinds  # "the fee was returned"
        if own and own <= _CHARGED and not self.passive and not self._mine() and self._before(at):
            return frozenset()  # "your bill has gone up": by itself
        if own and act.way == "lifts":
            return own | {"undo"}
        if "adds" in self.tokens[at].entry.flags:
            own -= _SAID  # "I have added your message to the ticket"
        if own and own <= _SAID and act.way == "sends" and says == "done":
            return own.union(*(noun.kinds for noun in nouns))  # "a link to reset your password"
        if own:
            return own & act.kinds if act.kinds else own
        if "new" in self.flags and act.way in ("sends", "leaves"):
            return frozenset(("shipment", "exchange", "order"))
        if act.way in ("gets", "comes", "leaves"):
            if act.kinds:
                return act.kinds  # "zurückbekommen"
            if act.way == "gets" and "new" in self.flags and self.flags & {"arrival", "now", "toyou"}:
                return frozenset(("shipment", "exchange", "order"))
            if act.way == "gets" and says == "promised" and "it" in self.flags and not nouns:
                return frozenset((ANY,)) if self.flags & {"day", "arrival", "now"} else frozenset()
            if self.amount and (self.flags & {"back"} or act.way == "gets" or act.way == "comes"):
                return frozenset(("refund", "credit", "payment"))
            visits = all("booking" in noun.kinds for noun in nouns)
            if act.way == "comes" and visits and "me" in self.flags:
                return frozenset(("booking", "handover", "return"))  # "somebody will come"
            if act.way == "leaves" and not nouns and "yours" in self.flags and self.flags & {"now", "new"}:
                return frozenset(("shipment", "exchange", "order"))
            inherited = self._fitting(self.carried.nouns, letter, says)
            return inherited if act.way in ("comes", "leaves") else frozenset()
        if self.amount and act.way == "sends":
            return frozenset(("refund", "credit", "payment"))
        inherited = self._fitting(self.carried.nouns, letter, says)
        framed = self.brackets and bool(self.carried.aux) and not self.flags & AUX
        if inherited and not self._other_object(at) and (framed or not self._other_subject(at)):
            return inherited
        if act.way == "sends" and self.passive and "happens" in self.tokens[at].entry.flags:
            return frozenset()  # "it was shipped on 2 June" is looked up
        if "it" in self.flags and act.way in ("settles", "makes", "changes", "lifts", "sends") and not nouns:
            return frozenset((ANY,))
        return frozenset()

    def _to_something(self, at: int, act: Act, says: Says) -> bool:
        """Was something done to a thing that no list knows? "We have stopped your standing order"."""
        ours = self._mine() or "1" in act.forms
        if says == "promised":
            light = self.nouns or self.flags & {"talk", "req", "offer"} or act.way not in _MOVES
            return not light and ours and bool(self.flags & {"yours", "toyou"})
        if self._that_follows():
            return False  # "he noted that ..."
        if says not in ("done", "pending") or act.way not in _TRANSITIVE or self.flags & {"talk", "req"}:
            return False
        if self.passive or "refl" in self._left_flags(at):
            free = act.way in ("changes", "lifts") and not act.kinds
            today = act.way == "makes" and "now" in self.flags and not self._of_orders()
            return (
                (free or today)
                and not self.flags & {"generic", "outsider"}
                and "own" not in self._left_flags(at)
            )
        if self.nouns:
            return says == "done" and ours and not self._looked_up()
        yours = self.flags & {"yours", "toyou"}
        changed = act.way in ("changes", "lifts") and "own" not in self.flags
        return ours and bool(yours or changed or ("poss" in self.flags and "own" not in self.flags))

    def _that_follows(self) -> bool:
        later = [clause for clause in self.sentence.clauses if clause.start > self.clause.start]
        return bool(later) and later[0].opener == "that"

    def _looked_up(self) -> bool:
        """Is every noun here one of what is read and looked up more often than done?"""
        return all(
            set(noun.ways) & {"o", "l"} or noun.kinds & {"message", "handover"} for _, noun in self.nouns
        )

    def _before(self, at: int) -> bool:
        """Do all nouns stand before the verb, which is no headline and has no "se"?"""
        told = self.flags & AUX or not any("P" in act.forms for act in self.tokens[at].entry.acts)
        return bool(told) and all(place < at for place, _ in self.nouns) and "refl" not in self.flags

    def _made_by_us(self, says: Says) -> bool:
        return self._mine() and not self.passive and says != "pending"

    def _specific(self) -> bool:
        return "poss" in self.flags or "new" in self.flags

    def _other_object(self, at: int) -> bool:
        return any(token.entry.flags & {"poss", "det"} for token in self.tokens[at + 1 :])

    def _other_subject(self, at: int) -> bool:
        """Does something else stand before the verb, of which nothing is known?"""
        return any(
            token.word[0].isalpha() and (token.entry == UNKNOWN or token.entry.flags in _THINGS)
            for token in self.tokens[:at]
        )

    def _fitting(self, nouns: list[Noun], letter: str, says: Says, given: bool = False) -> frozenset[str]:
        kinds: set[str] = set()
        for noun in nouns:
            if letter in noun.ways:
                if "l" in noun.ways and not given and letter in "msg" and not self._made_by_us(says):
                    continue  # invoices and payments are looked up more often than made
                if "o" in noun.ways and letter == "m" and not (self._made_by_us(says) or "new" in self.flags):
                    continue  # "your order was placed" tells of the customer's own act
                kinds |= noun.kinds
                if "o" in noun.ways and letter == "m":
                    kinds |= {"order"}
        return frozenset(kinds)
