"""The shop's router: learned from its examples when the desk opens."""

import functools
from typing import Self

from examples.shop.phrases_de import ELSEWHERE_GERMAN, GERMAN
from examples.shop.phrases_en import ELSEWHERE_ENGLISH, ENGLISH
from segue.agents.routing import Bands, Routed, Router

EXAMPLES: dict[type, tuple[str, ...]] = {label: ENGLISH[label] + GERMAN[label] for label in ENGLISH}
"""How customers put each kind of request, in both languages of the shop."""

ELSEWHERE = ELSEWHERE_ENGLISH + ELSEWHERE_GERMAN
"""What is none of the shop's business."""

BANDS = Bands(sure=0.5, out=0.35)
"""From `segue router calibrate examples.shop.routing:router`."""


class ShopRouter:
    """MiniLM with n-grams where the extra `[local]` is installed, n-grams alone where it is not."""

    def __init__(self) -> None:
        self._router: Router | None = None

    async def __aenter__(self) -> Self:
        self._router = router()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._router = None

    async def route(self, text: str) -> Routed:
        assert self._router is not None, "the router is ready once the desk is open"
        return await self._router.route(text)


@functools.cache
def router() -> Router:
    """Learned once; that takes about a second with embeddings."""
    try:
        from segue.agents.minilm import EmbeddingRouter as Learned
    except ImportError:
        from segue.agents.ngrams import NgramRouter as Learned  # type: ignore[assignment]
    return Learned(EXAMPLES, bands=BANDS, out_of_scope=ELSEWHERE)
