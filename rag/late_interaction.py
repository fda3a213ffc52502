"""Late interaction (MaxSim, as in ColBERT): every token of the question looks for its best match in a paper.

It sees what one vector a passage blurs: a paper that matches three of four things asked for at full strength. The
token vectors were made when the paper came in, so nothing is run here but one matrix product.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.wording import QUESTION_WORDS, STOP_WORDS

if TYPE_CHECKING:
    from index import Encoded

Matches = NDArray[np.float32]
"""(question tokens, papers): the cosine of each question token's best match in each paper."""


def match(question: "Encoded", papers: Sequence[Sequence["Encoded"]]) -> Matches:
    """The best match of each token of the question in each paper, over all passages of the paper.

    Every paper must have at least one passage.
    """
    sizes = [sum(len(passage.tokens) for passage in passages) for passages in papers]
    tokens = np.concatenate([passage.tokens for passages in papers for passage in passages])
    starts = np.cumsum([0, *sizes[:-1]])
    best: Matches = np.maximum.reduceat(question.tokens @ tokens.T, starts, axis=1)
    return best


def token_weights(text: str, question: "Encoded", matches: Matches) -> NDArray[np.float64]:
    """How much each token of the question counts; they sum to 1.

    Stop words, words of asking and signs count nothing. Of the others those count most that tell the papers apart: the
    square root of how far a token's three best matches lie above its average one. That is what the rarity of a word
    would say, without needing counts of a whole collection.
    """
    counts = np.array([counting(text, span) for span in question.offsets], dtype=np.float64)
    if not counts.any():
        counts[:] = 1
    best = np.sort(matches, axis=1)[:, -3:].mean(axis=1)
    weights: NDArray[np.float64] = counts * np.sqrt(np.maximum(best - matches.mean(axis=1), 1e-3))
    total = float(weights.sum())
    return np.divide(weights, total)


def counting(text: str, span: tuple[int, int]) -> bool:
    start, end = span
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    word = text[start:end].casefold()
    return any(map(str.isalnum, word)) and word not in STOP_WORDS and word not in QUESTION_WORDS


def max_sim(text: str, question: "Encoded", papers: Sequence[Sequence["Encoded"]]) -> NDArray[np.float64]:
    """The weighted mean over the question's tokens of their best match in each paper; at most 1.

    `text` is what `question` was made from. Papers without a passage, and a question without tokens, get 0.
    """
    scores = np.zeros(len(papers))
    full = [at for at, passages in enumerate(papers) if any(len(passage.tokens) for passage in passages)]
    if full and len(question.tokens):
        matches = match(question, [papers[at] for at in full])
        scores[full] = token_weights(text, question, matches) @ matches
    return scores
