"""Patterns of whole words, written as lists."""

import re


def any_of(*patterns: str) -> re.Pattern[str]:
    """Matches where any of the patterns does, as whole words and whatever the case."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


def phrases(text: str) -> re.Pattern[str]:
    """Matches any of the blank-separated words; `*` stands for any ending, `_` for a blank: `lead*_to because`."""
    return any_of(*(re.escape(word).replace(r"\*", r"\w*").replace("_", r"[ -]") for word in text.split()))
