"""The shop's routers, one for each language: learned from its examples when the desk opens."""

import functools
from dataclasses import dataclass
from typing import Self

from examples.shop.languages import language_of
from examples.shop.phrases_de import ELSEWHERE_GERMAN, GERMAN
from examples.shop.phrases_en import ELSEWHERE_ENGLISH, ENGLISH
from segue.agents.ngrams import NgramRouter
from segue.agents.routing import Bands, OutOfScope, Routed, Router, Sure, Unsure

try:
    from segue.agents.minilm import EmbeddingRouter

    EMBEDDINGS = True
except ImportError:
    EMBEDDINGS = False

WITH_EMBEDDINGS = Bands(sure=0.50, out=0.50)
WITH_NGRAMS = {"en": Bands(sure=0.72, out=0.34), "de": Bands(sure=0.69, out=0.43)}
"""As `calibrate(..., right=0.9)` says for the examples of each.

Nine of ten, not its usual 95 of a hundred: the examples differ more from each other than messages do, so that in
truth fewer go wrong (tests/shop/test_understanding.py); what goes wrong is put right by the customer's next message;
and for the one thing that costs money, a refund, `understand` asks for more. `segue router calibrate
examples.shop.routing:english` (or `:german`) shows what to expect at 95 of a hundred, and what is taken for what.
"""


class ShopRouter:
    """For English MiniLM with n-grams where the extra `[local]` is installed; else n-grams alone."""

    def __init__(self) -> None:
        self._router: Router | None = None

    async def __aenter__(self) -> Self:
        self._router = ByLanguage(english(), german())
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._router = None

    async def route(self, text: str) -> Routed:
        assert self._router is not None, "the router is ready once the desk is open"
        return await self._router.route(text)


@dataclass(frozen=True, slots=True)
class ByLanguage(Router):
    """The router of the language a text is in; where that does not show, the one that makes more of it.

    One router for both would have to mix embeddings and n-grams in the same shares, and the embeddings know
    English only: with one each, nine of ten messages about something else show in English, instead of half.
    """

    english: Router
    german: Router

    async def route(self, text: str) -> Routed:
        match language_of(text):
            case "en":
                return await self.english.route(text)
            case "de":
                return await self.german.route(text)
        return max(await self.english.route(text), await self.german.route(text), key=_certainty)


@functools.cache
def english(*, embeddings: bool = EMBEDDINGS) -> Router:
    """Learned once; with embeddings that takes a few seconds, the first time on a machine."""
    if embeddings:
        return EmbeddingRouter(ENGLISH, bands=WITH_EMBEDDINGS, out_of_scope=ELSEWHERE_ENGLISH)
    return NgramRouter(ENGLISH, bands=WITH_NGRAMS["en"], out_of_scope=ELSEWHERE_ENGLISH)


@functools.cache
def german() -> Router:
    """Learned once. Without embeddings: MiniLM knows English, and was measured to add nothing here."""
    return NgramRouter(GERMAN, bands=WITH_NGRAMS["de"], out_of_scope=ELSEWHERE_GERMAN)


def _certainty(routed: Routed) -> tuple[int, float]:
    match routed:
        case Sure(best):
            return 2, best.confidence
        case Unsure(best, second):
            return 1, best.confidence + second.confidence
        case OutOfScope(best):
            return 0, best.confidence
