"""The second look at what was found first: late interaction, nothing, or any reranker of LlamaIndex.

Late interaction (MaxSim, as in ColBERT): every token of the question looks for its best match in a paper. It sees what
one vector a passage blurs: a paper that matches three of four things asked for at full strength. The token vectors were
made when the paper came in, so nothing is run here but one matrix product.
"""

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import SettingsError
from rag.search.candidate import Candidate
from rag.search.query import Query
from rag.settings import RetrievalSettings
from rag.text import COMMON_WORDS

if TYPE_CHECKING:
    from index import Encoded, SentenceVector


LATE_WEIGHT = 2.0
SENTENCE_WEIGHT = 0.5
"""Weights of MaxSim and of the nearest sentence beside the fused score. Questions in other words than the abstract's
gain most (recall@1 up by .06 to .08 on two collections), Cranfield's long ones lose .008 nDCG; any weight of MaxSim
from 1.4 to 2.8 is about as good."""


LOOKED_AT = 20
"""Candidates that late interaction looks at: where fewer are wanted, 30 and 50 are no better, and cost more time."""


class Reranker(Protocol):
    """Puts candidates in a better order."""

    def depth(self, wanted: int) -> int:
        """How many candidates it looks at, from the first, where so many are wanted."""

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> list[Candidate]: ...


def make_reranker(settings: RetrievalSettings) -> Reranker:
    """The reranker that `retrieval.rerank` names. Raises SettingsError when it can't be imported or made."""
    match settings.rerank:
        case "none":
            return NoReranking()
        case "late-interaction":
            return LateInteraction()
    from rag.search.nodes import PostprocessorReranking  # LlamaIndex: 1.3 s

    return PostprocessorReranking(make_postprocessor(settings.rerank, settings.rerank_options))


class NoReranking:
    """Leaves the order as it is."""

    def depth(self, wanted: int) -> int:
        return 0

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
        return list(candidates)


class LateInteraction:
    """Adds to the fused score how well a paper's tokens match the question's, and its nearest sentence the question."""

    def depth(self, wanted: int) -> int:
        """All that are wanted, since scores with and without MaxSim can't be compared."""
        return max(wanted, LOOKED_AT)

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
        vectors = [candidate.content.vectors for candidate in candidates]
        late = max_sim(query.text, query.tokens, [each.tokens for each in vectors])
        nearest = np.array([nearest_sentence(each.sentences, query.tokens) for each in vectors])
        added = LATE_WEIGHT * filled(late) + SENTENCE_WEIGHT * filled(nearest)
        again = [
            replace(candidate, score=candidate.score + more)
            for candidate, more in zip(candidates, added.tolist(), strict=True)
        ]
        return sorted(again, key=lambda candidate: -candidate.score)


def nearest_sentence(sentences: Sequence["SentenceVector"], question: "Encoded") -> float:
    """The cosine of the question and the paper's nearest sentence; nan where there are no sentence vectors."""
    return max((float(one.vector @ question.vector) for one in sentences), default=np.nan)


def filled(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The scores with the mean in place of missing ones: a paper not yet embedded is neither raised nor lowered."""
    there = scores[~np.isnan(scores)]
    return np.where(np.isnan(scores), there.mean() if len(there) else 0.0, scores)


def make_postprocessor(path: str, options: dict[str, Any]) -> Any:
    """An object of the class at `path`, as in `llama_index.postprocessor.cohere_rerank.CohereRerank`."""
    remedy = "Set `rag.retrieval.rerank` to `late-interaction`, `none`, or the import path of a LlamaIndex reranker."
    module, _, name = path.rpartition(".")
    if not module:
        raise SettingsError(f"There is no reranker {path!r}. {remedy}")
    try:
        made = getattr(import_module(module), name)(**options)
    except ImportError as error:
        package = module.split(".")[:3]
        hint = f" Run `pip install {'-'.join(package).replace('_', '-')}`." if package[0] == "llama_index" else ""
        raise SettingsError(f"The reranker {path} can't be imported ({error}).{hint or ' ' + remedy}") from error
    except AttributeError as error:
        raise SettingsError(f"{module} has no class {name}. {remedy}") from error
    except Exception as error:
        raise SettingsError(
            f"The reranker {path} can't be made ({error}). Check `rag.retrieval.rerank_options`."
        ) from error
    if not hasattr(made, "postprocess_nodes"):
        raise SettingsError(f"{path} is no LlamaIndex BaseNodePostprocessor. {remedy}")
    return made


Matches = NDArray[np.float32]
"""(question tokens, papers): the cosine of each question token's best match in each paper."""

BEST = 3
"""So many papers stand for what a match can be; what lies above the average paper tells papers apart."""


def max_sim(text: str, question: "Encoded", papers: Sequence[Sequence["Encoded"]]) -> NDArray[np.float64]:
    """The weighted mean over the question's tokens of their best match in each paper; at most 1.

    `text` is what `question` was made from. Papers without a passage, and a question without tokens, get nan.
    """
    scores = np.full(len(papers), np.nan)
    full = [at for at, passages in enumerate(papers) if any(len(passage.tokens) for passage in passages)]
    if full and len(question.tokens):
        matches = match(question.tokens[telling_tokens(text, question)], [papers[at] for at in full])
        scores[full] = weights(matches) @ matches
    return scores


def telling_tokens(text: str, question: "Encoded") -> list[int]:
    """Which tokens say what is looked for: not stop words, words of asking and signs; all when nothing else is left."""
    telling = [at for at, span in enumerate(question.offsets) if is_in_telling_word(text, span)]
    return telling or list(range(len(question.offsets)))


def is_in_telling_word(text: str, span: tuple[int, int]) -> bool:
    start, end = span
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    word = text[start:end].casefold()
    return any(map(str.isalnum, word)) and word not in COMMON_WORDS


def match(tokens: NDArray[np.float32], papers: Sequence[Sequence["Encoded"]]) -> Matches:
    """The best match of each token in each paper, over all its passages; every paper must have a passage."""
    best = [
        np.max([cosines(tokens, passage.tokens).max(axis=1) for passage in passages if len(passage.tokens)], axis=0)
        for passages in papers
    ]
    return np.stack(best, axis=1)


def cosines(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """(m, d) and (n, d), rows of length 1, to (m, n).

    Not `@`: for products this small, BLAS spreads over all cores and then waits for them, on a busy machine ten times
    longer than the product takes on one.
    """
    result: NDArray[np.float32] = np.einsum("md,nd->mn", one, other)
    return result


def weights(matches: Matches) -> NDArray[np.float64]:
    """How much each token counts; they sum to 1.

    Those count most that tell the papers apart: the square root of how far a token's best matches lie above its average
    one. It says what the rarity of a word would say, without needing the counts of a whole collection.
    """
    best = np.sort(matches, axis=1)[:, -BEST:].mean(axis=1)
    apart = np.sqrt(np.maximum(best - matches.mean(axis=1), 1e-3)).astype(np.float64)
    shares: NDArray[np.float64] = apart / apart.sum()
    return shares
