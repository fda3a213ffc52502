"""Words, names, titles, languages and markers: one definition of each, used everywhere."""

from rag.text.languages import NOTICE, is_english
from rag.text.markers import MarkerStream, drop_half_marker, marker_numbers, resolve_markers, without_markers
from rag.text.names import are_named, fold_words, is_name, label, mentions, name_of, name_words, names_in, whole_title
from rag.text.paper_names import RARE, is_telling, paper_names_in, papers_naming
from rag.text.words import COMMON_WORDS, content_stems, nearest

__all__ = [
    "COMMON_WORDS",
    "NOTICE",
    "RARE",
    "MarkerStream",
    "are_named",
    "content_stems",
    "drop_half_marker",
    "fold_words",
    "is_english",
    "is_name",
    "is_telling",
    "label",
    "marker_numbers",
    "mentions",
    "name_of",
    "name_words",
    "names_in",
    "nearest",
    "paper_names_in",
    "papers_naming",
    "resolve_markers",
    "whole_title",
    "without_markers",
]
