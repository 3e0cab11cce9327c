"""The help pages answer what customers ask, in their language, and nothing else."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.shop import questions

from examples.shop import articles
from examples.shop.articles import Knowledge
from examples.shop.backend import catalog

PAGES = Path(articles.__file__).with_name("knowledge")
IDS = {path.stem for path in (PAGES / "en").glob("*.md")}


@pytest_asyncio.fixture
async def knowledge() -> AsyncIterator[Knowledge]:
    async with Knowledge() as tool:
        yield tool


async def hits(knowledge: Knowledge, asked: dict[str, str], language: str) -> tuple[float, float]:
    """The share of questions whose page comes first, and of those whose page is among the first three."""
    first = third = 0
    for question, page in asked.items():
        found = [article.id for article in await knowledge.search(question, language)]
        first += found[:1] == [page]
        third += page in found
    return first / len(asked), third / len(asked)


@pytest_asyncio.fixture(params=["meaning", "words alone"])
async def searched(request: pytest.FixtureRequest) -> AsyncIterator[tuple[bool, Knowledge]]:
    with_meaning = request.param == "meaning"
    if with_meaning and articles.MINILM is None:
        pytest.skip("needs the extra [local]")
    async with Knowledge(meaning=articles.MINILM if with_meaning else None) as tool:
        yield with_meaning, tool


Searched = tuple[bool, Knowledge]


async def test_known_questions_find_their_page(searched: Searched) -> None:
    _, knowledge = searched
    english = await hits(knowledge, questions.KNOWN_ENGLISH, "en")
    german = await hits(knowledge, questions.KNOWN_GERMAN, "de")
    assert english[0] >= 0.95
    assert english[1] >= 0.98
    assert german[0] >= 0.95
    assert german[1] >= 0.98


async def test_questions_never_worked_on_mostly_find_their_page(searched: Searched) -> None:
    """Measured, not promised: words alone do not see that a letterbox has to do with delivery."""
    with_meaning, knowledge = searched
    english = await hits(knowledge, questions.UNSEEN_ENGLISH, "en")
    german = await hits(knowledge, questions.UNSEEN_GERMAN, "de")
    assert english[0] >= (0.75 if with_meaning else 0.65)
    assert english[1] >= 0.85
    assert german[0] >= 0.80
    assert german[1] >= 0.85
    english = await hits(knowledge, questions.LATER_ENGLISH, "en")
    german = await hits(knowledge, questions.LATER_GERMAN, "de")
    assert english[0] >= (0.63 if with_meaning else 0.50)
    assert english[1] >= (0.80 if with_meaning else 0.65)
    assert german[0] >= 0.65
    assert german[1] >= 0.75


async def test_what_is_beside_the_point_finds_nothing(searched: Searched) -> None:
    _, knowledge = searched
    for most, english, german in (
        (0.07, questions.BESIDE_THE_POINT_ENGLISH, questions.BESIDE_THE_POINT_GERMAN),
        (0.10, questions.LATER_BESIDE_THE_POINT_ENGLISH, questions.LATER_BESIDE_THE_POINT_GERMAN),
    ):
        asked = [(text, "en") for text in english] + [(text, "de") for text in german]
        answered = [text for text, language in asked if await knowledge.search(text, language)]
        assert len(answered) <= most * len(asked), answered


async def test_how_long_one_may_return_is_not_how_long_delivery_takes(searched: Searched) -> None:
    _, knowledge = searched
    for question, language in (
        ("How long do I have to return something?", "en"),
        ("Wie lange kann ich etwas zurückgeben?", "de"),
    ):
        (page, *_) = await knowledge.search(question, language)
        assert page.id == "returns-policy"


def test_every_question_asks_for_a_page_that_exists() -> None:
    tables = (
        questions.KNOWN_ENGLISH,
        questions.KNOWN_GERMAN,
        questions.UNSEEN_ENGLISH,
        questions.UNSEEN_GERMAN,
        questions.LATER_ENGLISH,
        questions.LATER_GERMAN,
    )
    assert {page for table in tables for page in table.values()} <= IDS
    assert set(questions.KNOWN_ENGLISH.values()) == IDS


async def test_a_page_is_read_in_the_language_asked_for(knowledge: Knowledge) -> None:
    (german, *_) = await knowledge.search("Wie lange kann ich etwas zurückgeben?", "de")
    assert (german.id, german.language, german.title) == ("returns-policy", "de", "Rückgabe: 30 Tage")
    (english, *_) = await knowledge.search("return policy", "en")
    assert (english.id, english.language, english.title) == ("returns-policy", "en", "Returns: 30 days")


async def test_what_is_not_translated_is_given_in_english(knowledge: Knowledge) -> None:
    (page, *_) = await knowledge.search("Ich möchte den Newsletter abbestellen", "de")
    assert (page.id, page.language) == ("newsletter", "en")
    for language in ("de", "fr", ""):
        (page, *_) = await knowledge.search("forgot my password", language)
        assert (page.id, page.language) == ("account-password", "en")


@pytest.mark.parametrize(
    "spelling", ["Rückerstattung", "RUECKERSTATTUNG", "ruckerstattung", "Ru\u0308ckerstattung"]
)
async def test_umlauts_may_be_typed_in_any_way(knowledge: Knowledge, spelling: str) -> None:
    (page, *_) = await knowledge.search(f"wann kommt meine {spelling}", "de")
    assert page.id == "refund-times"


@pytest.mark.parametrize(
    "text",
    ['"', "'", "*", "NEAR(", "a AND OR NOT", "title:refund", "refund*", '"refund', "(", "^refund", "-refund",
     "\0", "{a b} : c", "refund' OR 1=1 --", "ß", "İ", "🙂", "退款", "re" * 5000, "refund " * 5000, "\ud800"],
)  # fmt: skip
async def test_no_text_breaks_the_search(knowledge: Knowledge, text: str) -> None:
    for language in ("en", "de"):
        await knowledge.search(text, language)


async def test_any_text_at_all_can_be_searched(knowledge: Knowledge) -> None:
    asked: list[str] = []

    @given(st.text(max_size=80))
    @settings(max_examples=300, deadline=None)
    def collect(text: str) -> None:
        asked.append(text)

    collect()
    for text in asked:
        for language in ("en", "de"):
            assert len(await knowledge.search(text, language)) <= 3


async def test_a_question_among_pleasantries_and_noise_is_still_found(knowledge: Knowledge) -> None:
    (page, *_) = await knowledge.search(
        'Hello!! I hope you are well :) so... *refund* (1001)? "thanks"', "en"
    )
    assert page.id.startswith("refund")


async def test_no_more_than_asked_for_and_the_best_first(knowledge: Knowledge) -> None:
    found = await knowledge.search("refund parcel invoice", "en", limit=5)
    assert len(found) == 5
    assert [article.score for article in found] == sorted((article.score for article in found), reverse=True)
    assert len(await knowledge.search("refund parcel invoice", "en", limit=1)) == 1


async def test_the_text_has_no_keywords_and_no_title(knowledge: Knowledge) -> None:
    for question, language in (("newsletter", "en"), ("Rückgabe", "de")):
        (page, *_) = await knowledge.search(question, language)
        assert "Keywords" not in page.text
        assert not page.text.startswith("#")


async def test_a_closed_knowledge_says_how_to_open_it() -> None:
    with pytest.raises(RuntimeError, match="async with Knowledge"):
        await Knowledge().search("refund", "en")


def test_every_page_is_short_and_well_formed() -> None:
    for path in PAGES.glob("*/*.md"):
        title, blank, keywords, *rest = path.read_text("utf-8").splitlines()
        assert title.startswith("# "), path
        assert not blank, path
        assert keywords.startswith("Keywords: "), path
        words = " ".join(line for line in rest if not line.startswith("Keywords")).split()
        assert 80 <= len(words) <= 200, (path, len(words))


def test_there_are_thirty_pages_and_a_dozen_in_german() -> None:
    german = {path.stem for path in (PAGES / "de").glob("*.md")}
    assert len(IDS) >= 30
    assert len(german) >= 12
    assert german <= IDS


def text_of(name: str) -> str:
    return (PAGES / name).read_text("utf-8")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_pages_say_what_the_back_end_does(language: str) -> None:
    costs = text_of(f"{language}/shipping-costs.md").replace(",", ".")
    times = text_of(f"{language}/shipping-times.md")
    for delivery in catalog.COUNTRIES.values():
        free = (
            f"{delivery.free_from // 100} EUR"
            if delivery.free_from
            else ("never" if language == "en" else "nie")
        )
        assert f"| {delivery.cost / 100:.2f} EUR | {free} |" in costs
        assert re.search(rf"\| {delivery.days[0]} (to|bis) {delivery.days[1]}\b", times)
    assert f"{catalog.RETURN_DAYS} " in text_of(f"{language}/returns-policy.md").splitlines()[0]
    assert f"{catalog.VOUCHER_LIMIT // 100} EUR" in text_of(f"{language}/complaints.md")
    tiers = text_of(f"{language}/loyalty-tiers.md")
    assert f"| {catalog.SILVER_FROM // 100} EUR |" in tiers
    assert f"| {catalog.GOLD_FROM // 100} EUR |" in tiers
    assert "200 EUR" in text_of(f"{language}/refund-approval.md").splitlines()[0]
