"""What a text is split into: tokens, clauses and sentences."""

from dataclasses import dataclass, field

from segue.guard.claiming.vocabulary import Entry


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign: as written in small letters, what it may be, and where it stands."""

    word: str
    entry: Entry
    start: int
    end: int


@dataclass(slots=True)
class Clause:
    """Words with at most one statement, and what is known of them from the sentence around.

    `opener` is the flag of the conjunction it begins with, `joined` whether it goes on from the clause before it
    without a pause, `hidden` why nothing in it can be a statement (a condition, a question, somebody's report).
    """

    tokens: list[Token]
    opener: str = ""
    joined: bool = False
    hidden: str = ""
    flags: set[str] = field(default_factory=set)

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


@dataclass(slots=True)
class Sentence:
    """Clauses that end with one full stop; `conditional` when something in it depends on something else."""

    clauses: list[Clause]
    asks: bool = False
    conditional: bool = False
