"""Questions to begin and to go on with, made for the papers that are there."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import PaperIndex
    from rag import Answer

SHIPPED = (
    ("2402.11307", "What AUC does ICHPro reach?"),
    ("2503.01586", "How does EliteKV shrink the KV cache?"),
    ("1906.04341", "What does BERT look at?"),
    ("2501.00663", "Which memory does Titans learn at test time?"),
)
"""A question on a paper of the shipped catalogue."""

NAMED = re.compile(r"^([A-Z][\w.+-]{2,24})\s*:")
ENOUGH = 4
LOOKED_AT = 500
FOLLOW_UPS = 3


def example_questions(index: "PaperIndex") -> list[str]:
    """Up to four questions that the index should be able to answer; none for an empty index."""
    found = [question for paper_id, question in SHIPPED if index.paper(paper_id)]
    if len(found) < ENOUGH:
        papers = index.all_papers()[:LOOKED_AT]
        names = [match[1] for paper in papers if (match := NAMED.match(paper.title))]
        found += [f"What does {name} propose?" for name in names]
        found += [f"What is “{paper.title}” about?" for paper in papers]
    return found[:ENOUGH]


def follow_ups(answer: "Answer") -> tuple[str, ...]:
    """What could be asked next: the answer's own suggestions, else questions about the papers it read."""
    if answer.suggestions:
        return answer.suggestions[:FOLLOW_UPS]
    names = {source.n: match[1] for source in answer.sources if (match := NAMED.match(source.title))}
    cited = [names[source.n] for source in answer.sources if source.cited and source.n in names]
    others = [names[source.n] for source in answer.sources if not source.cited and source.n in names]
    found = []
    if len(cited) > 1 and not answer.abstained:
        found.append(f"How do {cited[0]} and {cited[1]} differ?")
    found += [f"What does {name} propose?" for name in (*others, *cited) if name not in answer.question]
    return tuple(found[:FOLLOW_UPS])
