"""What is said instead of an answer, and of what an answer leaves open."""

from collections.abc import Sequence

from rag.answer import Evidence
from rag.answering.phrasing import cite, quote
from rag.llm import REFUSAL
from rag.reading import Judgement
from rag.text import whole_title


def unanswered_text(judgement: Judgement) -> str:
    """What is said after an answer to part of the question, "" when all of it is answered."""
    return " ".join(f"The abstracts do not say: {part.rstrip('?. ')}?" for part in judgement.unanswered)


def refusal_text(evidence: Sequence[Evidence], judgement: Judgement) -> str:
    """What is said instead of an answer: what is missing, then what comes nearest, cited, so that it still helps."""
    titles = {one.n: one.title for one in evidence}
    lines = [f"{REFUSAL} {judgement.reason}"]
    if judgement.nearest:
        lines.append("What comes nearest:")
        lines += [
            "- " + cite(f"**{whole_title(titles[n])}**: {quote(sentence)}", (n,))
            for n, sentence in judgement.nearest
            if n in titles
        ]
    return "\n".join(lines)
