"""What is said instead of an answer, or after one to a part of the question."""

from collections.abc import Iterator, Sequence

from rag.answer import Evidence, Filters
from rag.answering.phrasing import cite, quote
from rag.llm import REFUSAL
from rag.reading import Judgement
from rag.text import whole_title


def refusal_text(evidence: Sequence[Evidence], judgement: Judgement) -> str:
    """Why there is no answer, then what comes nearest, if anything is near: at most two lines."""
    titles = {one.n: whole_title(one.title) for one in evidence}
    lines = [f"{REFUSAL} {judgement.reason}"]
    if judgement.meant:
        lines.append("Which one: " + " or ".join(f"**{titles[n]}** [{n}]" for n in judgement.meant) + "?")
    elif judgement.nearest:
        n, sentence = judgement.nearest
        lines.append("Nearest: " + cite(f"**{titles[n]}**: {quote(sentence)}", (n,)))
    return "\n".join(lines)


def choices(question: str, evidence: Sequence[Evidence], judgement: Judgement) -> tuple[str, ...]:
    """The question of each paper that may be meant, in full."""
    titles = {one.n: whole_title(one.title) for one in evidence}
    return tuple(f"{question.rstrip('?. ')}, in “{titles[n]}”?" for n in judgement.meant)


def unanswered_text(judgement: Judgement) -> str:
    """What is said after an answer to part of the question, "" when all of it is answered."""
    return " ".join(f"The abstracts do not say: {part.rstrip('?. ')}?" for part in judgement.unanswered)


def outside_text(filters: Filters, title: str) -> str:
    """The reason for a refusal where the paper `title`, which `filters` leave out, does answer."""
    return f"Without the filter ({'; '.join(described(filters))}), *{whole_title(title)}* does."


def within_text(filters: Filters) -> str:
    """What is added to the reason for a refusal where the papers that `filters` leave out do not answer either."""
    return f"Only what passes the filter was read ({'; '.join(described(filters))})."


def described(filters: Filters) -> Iterator[str]:
    first, last = filters.years
    if first is not None or last is not None:
        yield f"years {first or ''}–{last or ''}" if first != last else f"year {first}"
    for name, values in (("topic", filters.topics), ("author", filters.authors)):
        if values:
            yield f"{name} {' or '.join(values)}"
    if filters.paper_ids:
        yield "chosen papers"
