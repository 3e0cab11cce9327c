"""What a statement says beside its act: identifiers, amounts, days, other numbers."""

import re
from dataclasses import replace

from segue.guard.claiming.kinds import TOPICS
from segue.guard.claiming.sentence import Clause, Sentence
from segue.guard.claiming.statement import Statement
from segue.guard.claiming.vocabulary import UNKNOWN
from segue.guard.figures import Day, Money, days_in, money_in

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CODE = re.compile(r"^#?[a-z]{1,6}-?\d[\w-]*$|^#\d+$|^[a-z\d]{5,}$|^[a-z]+(?:-[a-z\d]+)*-\d[\w-]*$")
_SHORT = re.compile(r"^\d{1,3}(?:st|nd|rd|th|er|h|kg|g|cm|mm|ml|gb|mb|km|am|pm|x|eur|usd|gbp)\d*$")


class Details:
    """The figures of a text, found once and handed out to its statements."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.money = list(money_in(text))
        self.days = list(days_in(text))
        self._spans = [(one.start, one.end) for one in self.money]
        self._spans += [(one.start, one.end) for one in self.days]
        self.emails = [(match.start(), match[0].lower()) for match in _EMAIL.finditer(text)]

    def has_amount(self, clause: Clause) -> bool:
        return any(clause.start <= money.start < clause.end for money in self.money)

    def add_to(self, statement: Statement, clause: Clause, sentence: Sentence, alone: bool) -> Statement:
        """The statement with what its clause says; with what its sentence says where it stands alone there."""
        money, days = self._in(clause)
        if alone:
            whole = [self._in(other) for other in sentence.clauses if other is clause or not other.hidden]
            money = money or [one for found, _ in whole for one in found]
            days = days or [one for _, found in whole for one in found]
        named = self._identifiers(clause)
        nearby = tuple(
            name for other in sentence.clauses for name in (*self._identifiers(other), *_codes(other))
        )
        return replace(
            statement,
            words=self.text[clause.start : clause.end],
            amounts=tuple(money),
            days=tuple(days),
            named=named,
            nearby=nearby,
            numbers=self._numbers(clause, sentence),
            places=self._places(clause, sentence),
            emails=tuple(mail for start, mail in self.emails if clause.start <= start < clause.end),
            whole="full" in clause.flags,
            topics=frozenset(clause.flags & TOPICS),
        )

    def _in(self, clause: Clause) -> tuple[list[Money], list[Day]]:
        money = [one for one in self.money if clause.start <= one.start < clause.end]
        days = [
            one
            for one in self.days
            if clause.start <= one.start < clause.end and not _limits(clause, one.start)
        ]
        return money, days

    def _numbers(self, clause: Clause, sentence: Sentence) -> tuple[str, ...]:
        """Digits from the clause on that are neither amount nor date: of streets, post codes and the like."""
        named = {name for other in sentence.clauses for name in self._identifiers(other)}
        return tuple(
            token.word
            for other in sentence.clauses
            if other.start >= clause.start or not other.hidden
            for token in other.tokens
            if any(map(str.isdigit, token.word)) and token.word not in named and not self._taken(token.start)
        )

    def _places(self, clause: Clause, sentence: Sentence) -> tuple[tuple[str, ...], ...]:
        """For each such number, the names beside it: "Elm Road" in "5 Elm Road"."""
        found: list[tuple[str, ...]] = []
        numbers = set(self._numbers(clause, sentence))
        tokens = [
            token
            for other in sentence.clauses
            if other.start >= clause.start or not other.hidden
            for token in other.tokens
        ]
        for at, token in enumerate(tokens):
            if token.word in numbers:
                beside = [tokens[near] for near in (at - 1, at + 1) if 0 <= near < len(tokens)]
                names = (
                    it.word for it in beside if len(it.word) > 2 and it.word.isalpha() and it.entry == UNKNOWN
                )
                found.append(tuple(names))
        return tuple(filter(None, found))

    def _taken(self, start: int) -> bool:
        return any(begin <= start < end for begin, end in self._spans)

    def _identifiers(self, clause: Clause) -> tuple[str, ...]:
        """Numbers and codes that a noun such as "order" introduces, or a #."""
        found: list[str] = []
        introduced = 0
        for token in clause.tokens:
            word = token.word.strip(".")
            if "object" in token.entry.flags:
                introduced = 4
            elif word[:1].isdigit() or word[:1] == "#" or (_CODE.match(word) and any(map(str.isdigit, word))):
                enough = introduced == 4 or sum(map(str.isdigit, word)) > (2 if word.isdigit() else 1)
                told = word[0] == "#" or (introduced and enough)
                plain = re.fullmatch(r"[#\w-]+", word) and not _SHORT.match(word)
                if told and plain and not self._taken(token.start):
                    found.append(word.lstrip("#"))
                    introduced = 3
            elif token.word.isalpha() and not token.entry.flags & {"coord", "prep"}:
                introduced = max(0, introduced - 2)
            else:
                introduced = max(0, introduced - 1)
        return tuple(found)


def _limits(clause: Clause, start: int) -> bool:
    """Does "by" or "until" stand before a date? Then it is no date of the act."""
    before = [token for token in clause.tokens if token.end <= start]
    return any("limit" in token.entry.flags for token in before[-2:])


def _codes(clause: Clause) -> tuple[str, ...]:
    """Whatever looks like a code, introduced or not."""
    return tuple(
        token.word.lstrip("#")
        for token in clause.tokens
        if any(map(str.isdigit, token.word)) and _CODE.match(token.word)
    )
