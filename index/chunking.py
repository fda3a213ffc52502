"""A paper into passages: whole sentences, up to a number of tokens."""

from index.paper import Paper, Passage
from index.sentences import Span, split_sentences
from index.tokens import count_tokens


def split_passages(paper: Paper, max_tokens: int) -> list[Passage]:
    """The abstract as passages of at most `max_tokens` tokens (cl100k_base), cut between sentences.

    Only a sentence that is longer than that is cut, between words. Passages follow each other and hold everything but
    the blanks between them.
    """
    spans: list[Span] = []
    filled = 0
    for start, end, size in pieces(paper.abstract, max_tokens):
        if spans and filled + size <= max_tokens:
            spans[-1] = (spans[-1][0], end)
            filled += size
        else:
            spans.append((start, end))
            filled = size
    return [
        Passage(paper.id, number, start, end, paper.abstract[start:end]) for number, (start, end) in enumerate(spans)
    ]


def embedded_text(title: str, passage: str) -> str:
    """What the model reads for a passage: alone it often lacks its topic, so its paper's title goes before it."""
    return title_prefix(title) + passage


def title_prefix(title: str) -> str:
    return f"{title}. "


def pieces(text: str, max_tokens: int) -> list[tuple[int, int, int]]:
    """(start, end, tokens) of the sentences, those longer than `max_tokens` cut into runs of words."""
    found = []
    for start, end in split_sentences(text):
        size = count_tokens(text[start:end])
        if size <= max_tokens:
            found.append((start, end, size))
        else:
            found += cut(text, start, end, max_tokens)
    return found


def cut(text: str, start: int, end: int, max_tokens: int) -> list[tuple[int, int, int]]:
    """Runs of words of a long sentence; a single word longer than `max_tokens` is cut anywhere."""
    runs = []
    while start < end:
        # A token is rarely longer than 16 characters: look no further, so that a huge sentence costs linear time.
        stop = min(end, start + 16 * max_tokens)
        while (size := count_tokens(text[start:stop])) > max_tokens or not clean_cut(text, start, stop, end):
            shorter = text.rfind(" ", start, stop - 1)
            stop = shorter if shorter > start else max(start + 1, (start + stop) // 2)
            if stop - start == 1:
                size = 1
                break
        runs.append((start, stop, size))
        start = stop
        while start < end and text[start].isspace():
            start += 1
    return runs


def clean_cut(text: str, start: int, stop: int, end: int) -> bool:
    """Whether `stop` is not inside a word, or can't be otherwise."""
    return stop == end or text[stop].isspace() or " " not in text[start:stop]
