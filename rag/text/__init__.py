"""Words, names, titles, languages and markers: one definition of each, used everywhere."""

from rag.text.language import NOTICE, is_english
from rag.text.markers import MarkerStream, drop_half_marker, marker_numbers, resolve_markers, without_markers
from rag.text.names import RARE, calls_paper, is_telling, mentions, names_in, paper_names_in, papers_naming, title_name
from rag.text.patterns import any_of, phrases
from rag.text.titles import is_named, label, name_of, whole_title
from rag.text.words import (
    PART,
    QUESTION_WORDS,
    STOP_WORDS,
    WORD,
    content_stems,
    fold_words,
    is_name,
    nearest,
    split_words,
    stem,
    stems,
)

__all__ = [
    "NOTICE",
    "PART",
    "QUESTION_WORDS",
    "RARE",
    "STOP_WORDS",
    "WORD",
    "MarkerStream",
    "any_of",
    "calls_paper",
    "content_stems",
    "drop_half_marker",
    "fold_words",
    "is_english",
    "is_name",
    "is_named",
    "is_telling",
    "label",
    "marker_numbers",
    "mentions",
    "name_of",
    "names_in",
    "nearest",
    "paper_names_in",
    "papers_naming",
    "phrases",
    "resolve_markers",
    "split_words",
    "stem",
    "stems",
    "title_name",
    "whole_title",
    "without_markers",
]
