"""What may be asked next."""

from collections.abc import Sequence

from rag.answer import Evidence
from rag.reading import CODE, SHOWS
from rag.text import label
from rag.understanding import Want, wants_of

MOST_SUGGESTIONS = 3

QUESTIONS: tuple[tuple[Want, str], ...] = (
    ("number", "What figures does {name} report?"),
    ("dataset", "On which datasets was {name} evaluated?"),
    ("cause", "Why was {name} needed?"),
    ("code", "Is the code of {name} available?"),
)
"""Asked when the abstract shows such a thing; see `rag.reading.SHOWS`."""


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
    wants = wants_of(question)
    suggestions = []
    others = (label(one.title, one.passage) for one in (*papers[1:], *evidence) if one.n != first.n)
    # Two papers that the question names are what it compares, or sets side by side in another way.
    if other := next((each for each in others if not (name in question and each in question)), ""):
        suggestions.append(f"How do {name} and {other} differ?")
    for want, form in QUESTIONS:
        pattern = CODE if want == "code" else SHOWS[want]
        if want not in wants and not pattern.search(answer) and pattern.search(first.passage):
            suggestions.append(form.format(name=name))
    suggestions.append(f"How does {name} work?")
    return (
        tuple(suggestions[1:MOST_SUGGESTIONS] + suggestions[:1])
        if len(suggestions) >= MOST_SUGGESTIONS
        else tuple(suggestions)
    )
