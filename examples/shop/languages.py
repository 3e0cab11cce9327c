"""Which language does a customer write? Told by words that only one of the shop's languages has."""

import re

from examples.shop.phrases_de import GERMAN
from examples.shop.phrases_en import ENGLISH
from examples.shop.stopwords import STOPWORDS


def language_of(text: str) -> str:
    """ "en" or "de"; "" where the words do not say, as in "1003", "ok" or an address.

    Two more words of one language than of the other are enough, or all words of a short text such as "Danke".
    Capitals within a sentence are left out: names and addresses keep their language wherever they are written.
    """
    words = re.findall(r"[^\W\d_]+", text.casefold() if text.isupper() else text)
    counted = [word.casefold() for at, word in enumerate(words) if at == 0 or word.islower()]
    english, german = (sum(word in only for word in counted) for only in (_ENGLISH, _GERMAN))
    if re.search(r"\b[a-zäöü]*[äöüß][a-zäöüß]*\b", text):
        german += 1
    most, least = max(english, german), min(english, german)
    if most - least < 2 and not (least == 0 and most >= len(words) > 0):
        return ""
    return "en" if english > german else "de"


def _vocabulary(language: str, examples: dict[type, tuple[str, ...]]) -> frozenset[str]:
    texts = (text for texts in examples.values() for text in texts)
    return STOPWORDS[language] | {
        word for text in texts for word in re.findall(r"[^\W\d_]+", text.casefold())
    }


_BOTH = _vocabulary("en", ENGLISH), _vocabulary("de", GERMAN)
_ENGLISH, _GERMAN = _BOTH[0] - _BOTH[1], _BOTH[1] - _BOTH[0]
