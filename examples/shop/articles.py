"""The help pages, and a search in them that finds nothing rather than something beside the point.

Three things say how well a page answers: full-text search for words and keywords, n-grams for spelling and
compounds, and for English questions, where the extra `[local]` is installed, MiniLM for the meaning.
"""

import itertools
import math
import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from examples.shop.stopwords import STOPWORDS
from segue.agents.learned import Alike, Likeness
from segue.agents.ngrams import Ngrams

MINILM: Callable[[], Likeness] | None
try:
    from segue.agents.minilm import minilm as MINILM
except ImportError:
    MINILM = None

PAGES = Path(__file__).with_name("knowledge")
# Every page exists in this language, and it stands in for the others.
MAIN = "en"

# What a page scores: its likeness in meaning and in spelling, each the mean of its likest passages, and the score
# of the full-text search. Chosen, as are the thresholds, with the questions in tests/shop/questions.py that say so.
_MEANING, _SPELLING, _WORDS = 2.0, 1.0, 0.01
_PASSAGES = 3
# What the best page must score, by language and whether meaning is known; the others half of it.
_ENOUGH = {("en", True): 0.25, ("en", False): 0.125, ("de", False): 0.11}
# What a word weighs that no page has; a word that one page has weighs 3.
_UNKNOWN = 2.0
# What a word weighs at least: "refund" is on most pages, and yet what many questions are about.
_LEAST = 1.0
_MOST_WORDS, _LONGEST = 40, 1000
# Longest first. Not a linguist's stemmer: what is left is searched as the beginning of a word.
_GERMAN_ENDINGS = (
    "ungen",
    "ung",
    "tes",
    "ten",
    "est",
    "en",
    "em",
    "er",
    "es",
    "et",
    "te",
    "e",
    "n",
    "s",
    "t",
)


@dataclass(frozen=True, slots=True)
class Article:
    id: str
    language: str
    """Of the text; English where a page is not there in the language asked for."""
    title: str
    text: str
    score: float
    """Only good for comparing pages found by the same question."""


class Knowledge:
    """Searches the help pages; `async with` builds the index in memory; embedding it takes a few seconds once.

    `meaning` loads what compares English texts by what they mean; None does without.
    """

    def __init__(self, folder: Path = PAGES, *, meaning: Callable[[], Likeness] | None = MINILM) -> None:
        self._folder = folder
        self._meaning = meaning
        self._indexes: dict[str, _Index] = {}

    async def __aenter__(self) -> Self:
        main = {page.id: page for page in _pages(self._folder / MAIN)}
        for folder in sorted(self._folder.iterdir()):
            # A page not yet translated is found by its keywords in that language, and read in English.
            pages = main | {page.id: page for page in _pages(folder)}
            meaning = self._meaning() if self._meaning and folder.name == MAIN else None
            self._indexes[folder.name] = _Index(list(pages.values()), folder.name, meaning)
        return self

    async def __aexit__(self, *_: object) -> None:
        for index in self._indexes.values():
            index.close()
        self._indexes = {}

    async def search(self, text: str, language: str, limit: int = 3) -> list[Article]:
        """The best pages first, none if none is about this. What a language lacks is looked up in English."""
        if not self._indexes:
            raise RuntimeError("Knowledge is not open; use it as `async with Knowledge() as ...`")
        index = self._indexes.get(language, self._indexes[MAIN])
        return index.search(text, limit) or self._indexes[MAIN].search(text, limit)


@dataclass(frozen=True, slots=True)
class _Page:
    id: str
    language: str
    title: str
    text: str
    keywords: dict[str, str]
    """By language."""


def _pages(folder: Path) -> list[_Page]:
    return [_read(path, folder.name) for path in sorted(folder.glob("*.md"))]


def _read(path: Path, language: str) -> _Page:
    title, _, rest = path.read_text("utf-8").partition("\n")
    keywords: dict[str, str] = {}

    def keep(line: re.Match[str]) -> str:
        of = line["language"] or language
        keywords[of] = ", ".join(filter(None, [keywords.get(of), line["words"]]))
        return ""

    text = re.sub(r"^Keywords(?: (?P<language>\w\w))?: (?P<words>.*)\n", keep, rest, flags=re.M)
    return _Page(path.stem, language, title.removeprefix("# ").strip(), text.strip(), keywords)


def _passages(page: _Page, language: str) -> list[str]:
    """What a question is compared with: the title, each keyword, each sentence."""
    keywords = [words.strip() for words in page.keywords.get(language, "").split(",")]
    sentences = re.split(r"(?<=[.!?:])\s+|\n+", page.text)
    long = [sentence for sentence in sentences if len(sentence) > 15 and not sentence.startswith("|")]
    return [page.title, *filter(None, keywords), *long]


@dataclass(frozen=True, slots=True)
class _Keyword:
    page: int
    words: int


@cache
def _spelling(texts: tuple[str, ...]) -> Alike:
    """How alike texts are to these in spelling; a desk that is opened again need not learn it again."""
    return Ngrams().learn(list(texts))


class _Index:
    """The pages of one language in a full-text table; rows are numbered as the pages are.

    Keywords stand in a second table, one phrase per row, because a phrase counts as a whole: "price match"
    names a page, and a football match does not.
    """

    def __init__(self, pages: list[_Page], language: str, meaning: Likeness | None) -> None:
        self._pages = pages
        self._language = language
        self._enough = _ENOUGH[language, meaning is not None]
        passages = [_passages(page, language) for page in pages]
        texts = [text for of_page in passages for text in of_page]
        self._ends = list(itertools.accumulate(map(len, passages)))
        self._spelling = _spelling(tuple(_fold(text, language) for text in texts))
        self._meaning = meaning.learn(texts) if meaning else None
        self._stopwords = frozenset(_fold(word, language) for word in STOPWORDS.get(language, frozenset()))
        self._keywords: list[_Keyword] = []
        self._db = sqlite3.connect(":memory:")
        # Porter's stemmer is for English only; German words are cut in `_term`.
        tokenizer = "porter unicode61" if language == MAIN else "unicode61"
        self._db.execute(
            f"CREATE VIRTUAL TABLE pages USING fts5(title, keywords, text, tokenize='{tokenizer}')"
        )
        self._db.execute(f"CREATE VIRTUAL TABLE keywords USING fts5(words, tokenize='{tokenizer}')")
        for row, page in enumerate(pages):
            self._add(row, page)

    def close(self) -> None:
        self._db.close()

    def search(self, text: str, limit: int) -> list[Article]:
        """The pages that score enough, the best first; none if the best does not."""
        # What is no text, such as half a character, cannot be compared.
        text = text[:_LONGEST].encode("utf-8", "replace").decode()
        if not re.search(r"[^\W\d_]", text):
            return []
        scores = [_WORDS * score for score in self._words_score(text)]
        asked: list[tuple[Alike, str, float]] = [(self._spelling, _fold(text, self._language), _SPELLING)]
        asked += [(self._meaning, text, _MEANING)] if self._meaning else []
        for alike, spelled, weight in asked:
            likest = self._likest(alike, spelled)
            scores = [score + weight * like for score, like in zip(scores, likest, strict=True)]
        if max(scores) < self._enough:
            return []
        ranked = sorted(zip(scores, self._pages, strict=True), key=lambda one: -one[0])
        return [
            Article(page.id, page.language, page.title, page.text, round(score, 3))
            for score, page in ranked[:limit]
            if score >= self._enough / 2
        ]

    def _words_score(self, text: str) -> list[float]:
        """BM25 of each page, and what the best keyword weighs that names it."""
        scores = [0.0] * len(self._pages)
        terms = list(dict.fromkeys(self._term(word) for word in self._words(text)))
        if terms:
            weight = {term: self._rarity(self._rows("pages", term)) for term in terms}
            named = self._named(terms, weight)
            for row, score in self._ranked(terms):
                scores[row] = score + named.get(row, 0.0)
        return scores

    def _likest(self, alike: Alike, text: str) -> list[float]:
        """How alike each page's likest passages are, on average: one alone may be so by chance."""
        likeness = alike(text)
        spans = itertools.pairwise([0, *self._ends])
        return [
            sum(sorted(likeness[start:end].tolist())[-_PASSAGES:]) / min(_PASSAGES, end - start)
            for start, end in spans
        ]

    def _add(self, row: int, page: _Page) -> None:
        keywords = page.keywords.get(self._language, "")
        texts = [_fold(text, self._language) for text in (page.title, keywords, page.text)]
        self._db.execute(
            "INSERT INTO pages (rowid, title, keywords, text) VALUES (?, ?, ?, ?)", (row, *texts)
        )
        for phrase in keywords.split(","):
            if words := self._words(phrase):
                number = len(self._keywords)
                self._db.execute(
                    "INSERT INTO keywords (rowid, words) VALUES (?, ?)", (number, " ".join(words))
                )
                self._keywords.append(_Keyword(row, len(words)))

    def _named(self, terms: list[str], weight: dict[str, float]) -> dict[int, float]:
        """The pages of which a whole keyword is in the question, and how much the best one weighs."""
        hits: dict[int, list[float]] = defaultdict(list)
        for term in terms:
            for number in self._rows("keywords", term):
                hits[number].append(weight[term])
        named: dict[int, float] = defaultdict(float)
        for number, weights in hits.items():
            keyword = self._keywords[number]
            if len(weights) >= keyword.words:
                named[keyword.page] = max(named[keyword.page], sum(weights))
        return named

    def _words(self, text: str) -> list[str]:
        # Numbers are those of orders and say nothing about the subject.
        words = dict.fromkeys(re.findall(r"[^\W\d_]+", _fold(text, self._language)))
        return [word for word in words if len(word) > 1 and word not in self._stopwords][:_MOST_WORDS]

    def _term(self, word: str) -> str:
        """Quoted, so that nothing a customer types is read as search syntax."""
        if self._language == MAIN:
            return f'"{word}"'
        stem = _german_stem(word)
        # As the beginning of a word, for endings and compounds; a short one would begin too many.
        return f'"{stem}"*' if len(stem) >= 4 else f'"{stem}"'

    def _rows(self, table: str, query: str) -> set[int]:
        return {
            row for (row,) in self._db.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?", (query,))
        }

    def _rarity(self, rows: set[int]) -> float:
        if not rows:
            return _UNKNOWN
        return max(_LEAST, math.log(1 + (len(self._pages) - len(rows) + 0.5) / (len(rows) + 0.5)))

    def _ranked(self, terms: list[str]) -> list[tuple[int, float]]:
        query = "SELECT rowid, -bm25(pages, 4, 4, 1) FROM pages WHERE pages MATCH ?"
        return self._db.execute(query, (" OR ".join(terms),)).fetchall()


def _fold(text: str, language: str) -> str:
    """One spelling for what is typed in several: case, accents, and in German ue for ü and ss for ß."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"([aou])e", r"\1", plain) if language == "de" else plain


def _german_stem(word: str) -> str:
    for ending in _GERMAN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
