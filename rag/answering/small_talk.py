"""What is said where no paper is asked about: greetings, thanks, what the program can do, how papers come in."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from rag.text import label
from rag.understanding import Asks

if TYPE_CHECKING:
    from index import Paper

EXAMPLES = 3
FEWEST_OF_A_SUBJECT = 2

ABILITIES = (
    "I answer from the abstracts of the {count} in this library, and cite the one behind each sentence. I find papers, "
    "list and compare them, sum up a subject, and know authors, years and links. What the abstracts do not say, I "
    "do not answer."
)
PAPERS_IN = (
    "On the page: Library, then “Add papers”. In a terminal: `paperchat index FILE-OR-FOLDER`. BibTeX, RIS, CSV, JSON, "
    "PubMed and other exports are read as they are; `paperchat remove` takes a paper out again."
)
SAID: dict[Asks, str] = {
    "greeting": "Hello. What would you like to know about the {count} in this library?",
    "thanks": "You are welcome.",
    "farewell": "Goodbye.",
    "chat": "I can speak about the {count} in this library only: ask me about one of them, or about their subjects.",
    "abilities": ABILITIES,
    "papers_in": PAPERS_IN,
}
WITH_EXAMPLES: frozenset[Asks] = frozenset({"greeting", "chat", "abilities"})


def small_talk(asks: Asks | None, papers: Sequence["Paper"]) -> str:
    """The reply, with questions that this very library can answer where somebody may look for one."""
    count = f"{len(papers):,} paper{'s' if len(papers) != 1 else ''}"
    text = SAID[asks or "abilities"].format(count=count)
    examples = list(islice(example_questions(papers), EXAMPLES)) if asks in WITH_EXAMPLES else []
    return "\n".join([text, *(["For example:"] if examples else []), *(f"- {question}" for question in examples)])


def example_questions(papers: Sequence["Paper"]) -> Iterator[str]:
    """A question on a paper, one on a subject, one to the record, then more on papers: made from what is there."""
    about_papers = (f"What does “{label(paper.title, paper.abstract).rstrip('?. ')}” find?" for paper in papers)
    yield from islice(about_papers, 1)
    subjects = Counter(subject for paper in papers for subject in paper.subjects)
    yield from (f"Which papers are about {name}?" for name, n in subjects.most_common(1) if n >= FEWEST_OF_A_SUBJECT)
    authors = Counter(author for paper in papers for author in paper.authors)
    years = Counter(paper.year for paper in papers if paper.year)
    if authors:
        yield f"Which papers are by {authors.most_common(1)[0][0]}?"
    elif years:
        yield f"How many papers are from {years.most_common(1)[0][0]}?"
    yield from about_papers
