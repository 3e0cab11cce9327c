"""The keyless router: texts are alike when their words share pieces. Any language, no model, under 1 ms."""

import unicodedata
from collections.abc import Sequence

from segue.agents.arrays import Floats, Hashes, np
from segue.agents.learned import LearnedRouter
from segue.agents.routing import USUAL_BANDS, Bands, Examples


class NgramRouter(LearnedRouter):
    """Routes by n-grams alone: `NgramRouter({Refund: ["I want my money back", ...], Tracking: [...]})`."""

    def __init__(
        self, examples: Examples, *, bands: Bands = USUAL_BANDS, out_of_scope: Sequence[str] = ()
    ) -> None:
        super().__init__(examples, [Ngrams()], bands=bands, out_of_scope=out_of_scope)


class Ngrams:
    """Likeness by shared pieces: two views, each a TF-IDF cosine, averaged and bent towards the nearest.

    One view sees the 2- to 5-grams of characters within words (spelling, inflection, compounds), the other
    the first four characters of words, alone and in unordered pairs up to four words apart (what is said of
    what). Pieces never seen in an example count as rare: a message full of them is like nothing.
    """

    def learn(self, examples: Sequence[str]) -> "LearnedNgrams":
        return LearnedNgrams(examples)


class LearnedNgrams:
    """Likeness to the examples given."""

    def __init__(self, examples: Sequence[str]) -> None:
        texts = [_signs(text) for text in examples]
        self._seen = [[view(text) for text in texts] for view in _VIEWS]
        self._cosines = [_Cosine(seen) for seen in self._seen]

    def __call__(self, text: str) -> Floats:
        signs = _signs(text)
        return self._like([view(signs) for view in _VIEWS])

    def among(self) -> Floats:
        return np.stack([self._like(views) for views in zip(*self._seen, strict=True)])

    def _like(self, views: Sequence[Hashes]) -> Floats:
        cosines = np.mean([cosine(seen) for cosine, seen in zip(self._cosines, views, strict=True)], axis=0)
        likeness: Floats = np.expm1(BEND * cosines) / np.expm1(BEND)
        return likeness


BEND = 1.5
"""Chosen, like RARE and the views, on the train and val parts of CLINC150 and banking77; flat from 1 to 2."""

RARE = 0.65
"""Power of the inverse document frequency: with few examples, plain IDF overrates what happens to be rare."""


class _Cosine:
    """TF-IDF cosine to each of n documents, read from an inverted index."""

    def __init__(self, documents: Sequence[Hashes]) -> None:
        counted = [np.unique(document, return_counts=True) for document in documents]
        self.size = len(documents)
        terms = np.concatenate([terms for terms, _ in counted])
        rows = np.repeat(np.arange(self.size), [len(terms) for terms, _ in counted])
        tallies = np.concatenate([tally for _, tally in counted])
        self.terms, places, frequency = np.unique(terms, return_inverse=True, return_counts=True)
        self.rarity = (np.log((1 + self.size) / (1 + frequency)) + 1) ** RARE
        self.unknown = float((np.log(1 + self.size) + 1) ** RARE)
        values = (1 + np.log(tallies)) * self.rarity[places]
        lengths = np.sqrt(np.bincount(rows, values**2, self.size))
        values /= np.maximum(lengths, 1e-12)[rows]
        order = np.argsort(places, kind="stable")
        self.rows, self.values = rows[order], values[order]
        self.starts = np.concatenate([[0], np.cumsum(frequency)])

    def __call__(self, document: Hashes) -> Floats:
        if not len(document) or not len(self.terms):
            return np.zeros(self.size)
        terms, tallies = np.unique(document, return_counts=True)
        weights = 1 + np.log(tallies)
        places = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        known = self.terms[places] == terms
        places = places[known]
        values = weights[known] * self.rarity[places]
        length = np.sqrt((values**2).sum() + ((weights[~known] * self.unknown) ** 2).sum())
        spans = self.starts[places + 1] - self.starts[places]
        ends = np.cumsum(spans)
        if not len(ends):
            return np.zeros(self.size)
        index = np.arange(ends[-1]) + np.repeat(self.starts[places] - (ends - spans), spans)
        shares = self.values[index] * np.repeat(values / length, spans)
        return np.bincount(self.rows[index], shares, self.size).astype(np.float64, copy=False)


class _Readable(dict[int, str]):
    """A translation table made as it is needed: letters stay, digits are all one, symbols stand alone."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        kind = unicodedata.category(sign)
        if kind[0] == "N":
            sign = "0"
        elif kind == "Cf":
            sign = ""
        elif kind[0] in "PZC":
            sign = " "
        elif kind[0] not in "LM":
            sign = f" {sign} "
        self[code] = sign
        return sign


_READABLE = _Readable({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
_SPACE = np.uint64(ord(" "))
_BASE = np.uint64(0x9E3779B97F4A7C15)


def _signs(text: str) -> Hashes:
    """Code points of the text's words, parted and framed by single spaces."""
    words = unicodedata.normalize("NFKC", text).casefold().translate(_READABLE).split()
    return np.frombuffer(f" {' '.join(words)} ".encode("utf-32-le"), np.uint32).astype(np.uint64)


def _pieces(signs: Hashes) -> Hashes:
    """Hashes of the 2- to 5-grams that do not cross a space."""
    spaces = np.cumsum(signs == _SPACE)
    mixed = _stir(signs)
    rolled, found = mixed, []
    for size in range(2, 6):
        if len(signs) < size:
            break
        rolled = rolled[:-1] * _BASE + mixed[size - 1 :]
        whole = spaces[size - 2 : len(signs) - 1] == spaces[: len(signs) - size + 1]
        found.append(rolled[whole] + np.uint64(size))
    return np.concatenate(found) if found else signs[:0]


def _stems(signs: Hashes) -> Hashes:
    """Hashes of the first four signs of each word, and of unordered pairs of them up to four words apart."""
    spaces = np.flatnonzero(signs == _SPACE)
    starts, ends = spaces[:-1] + 1, spaces[1:]
    stems = np.zeros(len(starts), np.uint64)
    for offset in range(4):
        at = np.minimum(starts + offset, ends)
        stems = stems * _BASE + _stir(signs[at]) * (at < ends)
    stems = _stir(stems)
    pairs = [_stir(stems[:-apart] + stems[apart:]) for apart in range(1, 5) if apart < len(stems)]
    return np.concatenate([stems, *pairs])


_VIEWS = (_pieces, _stems)


def _stir(values: Hashes) -> Hashes:
    """Spread 64-bit values so that sums of them hardly ever meet (splitmix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
