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
    from index import PaperIndex

LATE_WEIGHT = 2.0
SENTENCE_WEIGHT = 0.5
"""Weights of MaxSim and of the nearest sentence beside the fused score. Questions in other words than the abstract's
gain most (recall@1 up by .06 to .08 on two collections), Cranfield's long ones lose .008 nDCG; any weight of MaxSim
from 1.4 to 2.8 is about as good."""


class Reranker(Protocol):
    """Puts candidates in a better order. `depth` is how many it looks at, from the first."""

    depth: int

    def rerank(self, asked: Query, found: Sequence[Candidate]) -> list[Candidate]: ...


def make_reranker(settings: RetrievalSettings, index: "PaperIndex") -> Reranker:
    """The reranker that `retrieval.rerank` names. Raises SettingsError when it can't be imported or made."""
    match settings.rerank:
        case "none":
            return NoReranking()
        case "late-interaction":
            return LateInteraction(index)
    from rag.search.nodes import PostprocessorReranking

    return PostprocessorReranking(make_postprocessor(settings.rerank, settings.rerank_options))


class NoReranking:
    """Leaves the order as it is."""

    depth = 0

    def rerank(self, asked: Query, found: Sequence[Candidate]) -> list[Candidate]:
        return list(found)


class LateInteraction:
    """Adds to the fused score how well a paper's tokens match the question's, and its nearest sentence the question."""

    depth = 20
    """30 and 50 are no better, and cost more time."""

    def __init__(self, index: "PaperIndex") -> None:
        self._index = index

    def rerank(self, asked: Query, found: Sequence[Candidate]) -> list[Candidate]:
        ids = [candidate.paper.id for candidate in found]
        passages = self._index.passages(ids)
        encoded = self._index.token_vectors([passage.id for some in passages.values() for passage in some])
        if not encoded:
            return list(found)
        late = max_sim(
            asked.text,
            asked.tokens,
            [[encoded[one.id] for one in passages.get(id, ()) if one.id in encoded] for id in ids],
        )
        sentences = self._index.sentence_vectors(ids)
        nearest = np.array(
            [
                max((float(one.vector @ asked.tokens.vector) for one in sentences.get(id, ())), default=np.nan)
                for id in ids
            ]
        )
        again = [
            replace(candidate, score=candidate.score + added, late=None if np.isnan(similarity) else float(similarity))
            for candidate, similarity, added in zip(
                found, late, (LATE_WEIGHT * filled(late) + SENTENCE_WEIGHT * filled(nearest)).tolist(), strict=True
            )
        ]
        return sorted(again, key=lambda candidate: -candidate.score)


def filled(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The scores with the mean in place of missing ones: a paper not yet embedded is neither raised nor lowered."""
    known = scores[~np.isnan(scores)]
    return np.where(np.isnan(scores), known.mean() if len(known) else 0.0, scores)


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
