"""The help pages, and a search in them that finds nothing rather than something beside the point."""

import math
import re
import sqlite3
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from examples.shop.stopwords import STOPWORDS

PAGES = Path(__file__).with_name("knowledge")
# Every page exists in this language, and it stands in for the others.
MAIN = "en"

# The share of a question that a page must cover: less if the question names the page by one of its keywords.
_COVERED, _NAMED = 0.4, 0.15
# What a word weighs that no page has; a word that one page has weighs 3.
_UNKNOWN = 2.0
# What a word weighs at least: "refund" is on most pages, and yet what many questions are about.
_LEAST = 1.0
_MOST_WORDS = 40
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
    """Searches the help pages; `async with` builds the index in memory, in about 20 ms."""

    def __init__(self, folder: Path = PAGES) -> None:
        self._folder = folder
        self._indexes: dict[str, _Index] = {}

    async def __aenter__(self) -> Self:
        main = {page.id: page for page in _pages(self._folder / MAIN)}
        for folder in sorted(self._folder.iterdir()):
            # A page not yet translated is found by its keywords in that language, and read in English.
            pages = main | {page.id: page for page in _pages(folder)}
            self._indexes[folder.name] = _Index(list(pages.values()), folder.name)
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


@dataclass(frozen=True, slots=True)
class _Keyword:
    page: int
    words: int


class _Index:
    """The pages of one language in a full-text table; rows are numbered as the pages are.

    Keywords stand in a second table, one phrase per row, because a phrase counts as a whole: "price match"
    names a page, and a football match does not.
    """

    def __init__(self, pages: list[_Page], language: str) -> None:
        self._pages = pages
        self._language = language
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
        """Rank by BM25 and keywords; keep what a keyword names or what covers enough of the question."""
        terms = list(dict.fromkeys(self._term(word) for word in self._words(text)))
        if not terms:
            return []
        weight = {term: self._rarity(self._rows("pages", term)) for term in terms}
        named = self._named(terms, weight)
        covered = self._covered(terms, weight, set(named))
        found = []
        for row, score in self._ranked(terms):
            # One word that is only somewhere in the text is no question: "what's your name".
            enough = _NAMED if row in named else _COVERED if len(terms) > 1 else 1.0
            if covered[row] >= enough:
                page = self._pages[row]
                score = round(score + named.get(row, 0.0), 3)
                found.append(Article(page.id, page.language, page.title, page.text, score))
        return sorted(found, key=lambda article: -article.score)[:limit]

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

    def _covered(self, terms: list[str], weight: dict[str, float], named: set[int]) -> dict[int, float]:
        """How much of the question each page has, from 0 to 1.

        A word weighs more the fewer pages have it. So "the capital of France" is not answered by a page that
        has only "France". A word counts half unless it is in the title or a keyword names the page.
        """
        covered: dict[int, float] = defaultdict(float)
        whole = sum(weight.values())
        for term in terms:
            titled = self._rows("pages", f"title : {term}")
            for row in self._rows("pages", term):
                covered[row] += weight[term] * (1.0 if row in titled or row in named else 0.5) / whole
        return covered

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
