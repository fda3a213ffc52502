"""What may be asked next."""

import re
from collections.abc import Sequence

from rag.answer import Evidence
from rag.text import label, without_markers

MOST_SUGGESTIONS = 3

QUESTIONS = (
    (re.compile(r"\d"), "What figures does {name} report?"),
    (re.compile(r"https?://"), "Is the code of {name} available?"),
)
"""Asked when the abstract has such a thing and the answer has not."""


def suggest(question: str, answer: str, evidence: Sequence[Evidence], cited: Sequence[int]) -> tuple[str, ...]:
    """Up to three further questions about the papers that `answer` cites, none that was just asked or answered.

    `cited` are the numbers of the answer, the most important first; without any, the nearest paper is asked about.
    """
    by_number = {one.n: one for one in evidence}
    papers = [by_number[n] for n in dict.fromkeys(cited) if n in by_number] or list(evidence[:1])
    if not papers:
        return ()
    first = papers[0]
    name = label(first.title, first.passage)
    suggestions = []
    others = (label(one.title, one.passage) for one in (*papers[1:], *evidence) if one.n != first.n)
    # Two papers that the question names are what it compares, or sets side by side in another way.
    if other := next((each for each in others if not (name in question and each in question)), ""):
        suggestions.append(f"How do {name} and {other} differ?")
    said = without_markers(answer)
    for pattern, form in QUESTIONS:
        if pattern.search(first.passage) and not pattern.search(said):
            suggestions.append(form.format(name=name))
    suggestions.append(f"How does {name} work?")
    return (
        tuple(suggestions[1:MOST_SUGGESTIONS] + suggestions[:1])
        if len(suggestions) >= MOST_SUGGESTIONS
        else tuple(suggestions)
    )
