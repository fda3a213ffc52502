"""The second look at what was found first: late interaction, nothing, or any reranker of LlamaIndex."""

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import SettingsError
from rag.search.candidate import Candidate
from rag.search.late_interaction import max_sim
from rag.search.query import Query
from rag.settings import RetrievalSettings

if TYPE_CHECKING:
    from index import Encoded, PaperContent

LATE_WEIGHT = 2.0
SENTENCE_WEIGHT = 0.5
"""Weights of MaxSim and of the nearest sentence beside the fused score. Questions in other words than the abstract's
gain most (recall@1 up by .06 to .08 on two collections), Cranfield's long ones lose .008 nDCG; any weight of MaxSim
from 1.4 to 2.8 is about as good."""


class Reranker(Protocol):
    """Puts candidates in a better order. `depth` is how many it looks at, from the first."""

    depth: int

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> list[Candidate]: ...


def make_reranker(settings: RetrievalSettings) -> Reranker:
    """The reranker that `retrieval.rerank` names. Raises SettingsError when it can't be imported or made."""
    match settings.rerank:
        case "none":
            return NoReranking()
        case "late-interaction":
            return LateInteraction()
    from rag.search.nodes import PostprocessorReranking

    return PostprocessorReranking(make_postprocessor(settings.rerank, settings.rerank_options))


class NoReranking:
    """Leaves the order as it is."""

    depth = 0

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
        return list(candidates)


class LateInteraction:
    """Adds to the fused score how well a paper's tokens match the question's, and its nearest sentence the question."""

    depth = 20
    """30 and 50 are no better, and cost more time."""

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
        late = max_sim(query.text, query.tokens, [candidate.content.tokens for candidate in candidates])
        nearest = np.array([nearest_sentence(candidate.content, query.tokens) for candidate in candidates])
        added = LATE_WEIGHT * filled(late) + SENTENCE_WEIGHT * filled(nearest)
        again = [
            replace(candidate, score=candidate.score + more)
            for candidate, more in zip(candidates, added.tolist(), strict=True)
        ]
        return sorted(again, key=lambda candidate: -candidate.score)


def nearest_sentence(content: "PaperContent", question: "Encoded") -> float:
    """The cosine of the question and the paper's nearest sentence; nan where there are no sentence vectors."""
    return max((float(one.vector @ question.vector) for one in content.sentences), default=np.nan)


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
