"""Reading a clause: which act it tells of, and whether as done, promised, under way or not done.

A verb that tells of an act is judged by its form and by the auxiliaries, modals, negations and subject around it;
a noun of an act by what is said of it ("is on its way"). Nothing here knows a language: words come with flags.
"""

from collections.abc import Iterator

from segue.guard.claiming.kinds import ANY
from segue.guard.claiming.object import MONEY
from segue.guard.claiming.predicate import Predicate
from segue.guard.claiming.sentence import Sentence
from segue.guard.claiming.view import AUX, Carried, Found
from segue.guard.claiming.vocabulary import Act, Vocabulary

_HELD = frozenset(("account", "subscription", "order_change"))
_WAITING = frozenset(("makes", "comes", "sends"))


def found_in(sentence: Sentence, vocabulary: Vocabulary, has_amount: list[bool]) -> Iterator[Found]:
    """Every statement of a sentence."""
    carried = Carried()
    for place, clause in enumerate(sentence.clauses):
        reader = Reader(sentence, clause, vocabulary, carried, has_amount[place])
        found = list(reader.read())
        if not clause.hidden:
            yield from found
        carried = reader.leaves(found)


class Reader(Predicate):
    """Reads one clause."""

    def read(self) -> Iterator[Found]:
        for one in self._told():
            if one.kinds == {"credit"} and self.amount and self._into_balance():
                one.kinds |= {"refund"}
            yield one

    def _into_balance(self) -> bool:
        """ "18.99 € are back on your PayPal balance": where it goes, not what."""
        return any(
            "credit" in noun.kinds
            and any("prep" in near.entry.flags for near in self.tokens[max(0, at - 2) : at])
            for at, noun in self.nouns
        )

    def _told(self) -> Iterator[Found]:
        found = [one for at in range(len(self.tokens)) if (one := self._best(at)) is not None]
        # "the refund was undone" does not say that the refund was made
        yield from [one for one in found if one.kinds == {"undo"}] or found
        if not found and not self.clause.hidden and not self._by_outsider():
            predicate = self._unlisted() or self._predicate() or self._elliptic()
            if predicate is not None:
                yield predicate

    def _best(self, at: int) -> Found | None:
        best: Found | None = None
        for act in self.tokens[at].entry.acts:
            told = self._tell(at, act)
            if told is not None and act.way == "asks":
                return told
            if told is not None:
                best = told if best is None else Found(best.kinds | told.kinds, best.says, self.clause)
        return best

    def leaves(self, found: list[Found]) -> Carried:
        verbless = not (self.flags & AUX) and not any(token.entry.acts for token in self.tokens)
        nouns = [noun for _, noun in self.nouns]
        keep = self.carried.nouns if verbless or not nouns else []
        subject = self.flags & {"me", "you", "outsider"} or self.carried.flags & {"me", "you", "outsider"}
        if verbless and not nouns and "generic" in self.flags:
            subject = subject | {"opening"}
        subject = subject | self.flags & {"saw_to"}
        if self._generic():
            subject = subject | {"generic"}
        subject = subject | (self.flags | self.carried.flags) & {"generic"}
        says = found[-1].says if found else None
        lost = {"to", "neg"} if len(self.tokens) < 3 else {"to"}  # "no, I have ..."
        aux = (
            self.aux - lost
            or self.flags & (AUX | {"neg"}) - lost
            or (self.carried.aux if verbless else set())
        )
        return Carried(nouns + keep, set(subject), set(aux), says)

    def _arrived(self) -> Found | None:
        """ "The 30 € reached your bank", but not "your payment arrived"."""
        kinds = frozenset(kind for _, noun in self.nouns for kind in noun.kinds)
        if "handover" in kinds and "me" in self.flags:
            return Found(kinds & {"handover", "complaint"}, "done", self.clause)  # to one of our teams
        money = (self.amount or kinds & MONEY) and not kinds & {"payment", "claim"}
        there = self.flags & {"yours", "toyou", "back"} and "own" not in self.flags
        return Found(kinds & MONEY or MONEY, "done", self.clause) if money and there else None

    def _relative(self) -> bool:
        """Does "which I have just added" go on from a noun right before it?"""
        place = next(at for at, one in enumerate(self.sentence.clauses) if one is self.clause)
        tail = self.sentence.clauses[place - 1].tokens[-2:] if place else []
        me_next = len(self.tokens) > 1 and "me" in self.tokens[1].entry.flags
        pronoun = self.brackets and me_next and "poss" in self.tokens[0].entry.flags  # "die ich ..."
        return any(it.entry.nouns for it in tail) and (self.clause.opener in ("rel", "that") or pronoun)

    def _has_year(self) -> bool:
        return any(token.word.isdigit() and token.word[:2] in ("19", "20") for token in self.tokens)

    def _participles(self) -> bool:
        return any("P" in act.forms for token in self.tokens for act in token.entry.acts)

    def _may_be_wish(self, at: int) -> bool:
        return any("S" in act.forms for act in self.tokens[at].entry.acts)

    def _only_filed(self, at: int, kinds: frozenset[str]) -> bool:
        """ "Your refund request was submitted": what was asked for is not done yet."""
        return "claim" in kinds and "files" in self.tokens[at].entry.flags

    def _tell(self, at: int, act: Act) -> Found | None:
        aux, left = self._around(at)
        forms = act.forms
        if set(forms) <= {"N", "1"}:
            aux -= self.carried.aux - self.flags  # "I have ... and give you ..."
        if act.way == "gets" and "have" in self.tokens[at].entry.flags and self._participles():
            return None
        if self.clause.opener == "that" and "1" in forms and self._may_be_wish(at):
            return None  # "que lo desvíe"
        as_noun = bool(self.tokens[at].entry.nouns)
        if as_noun and not self._as_verb(at):
            return None
        if self._after_article(at) and not {"P", "I"} & set(forms):
            return None  # "el envío", no verb
        if at == 1 and "likeas" in self.tokens[0].entry.flags:
            return None  # "as agreed"
        if at and "be" in self.tokens[at - 1].entry.flags and not set(forms) & {"P", "G", "D"}:
            return None  # "is complete", no verb
        if "prep" in self.tokens[at].entry.flags and "N" in forms:
            return None  # "para", no verb
        self.judged.add(at)
        if self._of_customer(at, act, aux):
            return None
        if act.way == "asks":
            return self._asked(act, aux)
        if "packs" in self.tokens[at].entry.flags and self._of_orders():
            return None  # that an order is being packed is looked up
        if act.way == "fails":
            return self._failed(at, act, aux, left)
        says = self._mood(at, act, aux, left, forms)
        if says is None:
            return None
        if act.way == "comes" and says == "done" and "inbox" not in self.flags:
            return self._arrived()  # that anything but money has arrived is looked up
        if act.way == "plans" and says == "done":
            says = "promised"
        if act.way == "requests" and says == "done":
            says = "pending"
        kinds = self._kinds(at, act, says)
        if self._relative():
            kinds |= frozenset(kind for noun in self.carried.nouns for kind in noun.kinds)
        if says == "not_done" and "gone" in self.flags and act.kinds == {"subscription"}:
            return Found(frozenset(("subscription", "cancellation")), "done", self.clause)
        if kinds <= _HELD and not self._mine() and self._has_year() and act.way == "makes":
            return None  # "your account was created in 2019"
        if (
            self.flags & {"explained", "cause"}
            and not self._mine()
            and not kinds & (MONEY | {"exchange", "shipment"})
        ):
            return None  # "your account was locked because ..."
        if act.way == "gets" and says == "promised" and kinds == {"message"} and "now" not in self.flags:
            return None  # "you will receive a confirmation by e-mail" tells what happens then
        if act.way == "gets" and "enjoys" in self.tokens[at].entry.flags and not self.amount:
            return None  # "you have the Basic plan" is looked up
        if act.way == "gets" and (says == "done" or "finds" in self.tokens[at].entry.flags):
            kinds &= MONEY
        passed_on = act.way == "does" and "handover" in act.kinds and kinds > act.kinds
        waits = act.way in _WAITING and says in ("done", "promised") and "waiting" in self.flags
        if passed_on or waits or (says == "done" and self._only_filed(at, kinds)):
            says = "pending"  # what was passed on or put up for approval is not done yet
        if not kinds and says == "done" and {"grants", "yours"} <= self.flags:
            return Found(frozenset((ANY,)), says, self.clause)  # "your request was approved"
        if not kinds and self._to_something(at, act, says):
            if act.way == "sends" and self.nouns:
                told = frozenset(kind for _, noun in self.nouns for kind in noun.kinds)
                return Found(told, "pending", self.clause)  # "we have sent the cancellation"
            kinds = frozenset((ANY,))
        return Found(kinds, says, self.clause) if kinds else None
