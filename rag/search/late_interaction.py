"""Late interaction (MaxSim, as in ColBERT): every token of the question looks for its best match in a paper.

It sees what one vector a passage blurs: a paper that matches three of four things asked for at full strength. The
token vectors were made when the paper came in, so nothing is run here but one matrix product.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.text import COMMON_WORDS

if TYPE_CHECKING:
    from index import Encoded

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
