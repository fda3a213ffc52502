"""Words by which a sentence of an abstract shows what part it plays."""

import re

ASIDE = re.compile(
    r"^(?:index terms|keywords|ccs concepts|project page|demo|codes?|the code|our code|source code)\b", re.I
)
CODE = re.compile(
    r"https?://|\bopen-source (?:the|our)\b|\b(?:codes?|models?|data|datasets?|weights|demo|implementation)\b.{0,60}"
    r"\b(?:available|released|public(?:ly)?|open[- ]?sourced?|found at)\b",
    re.I,
)
FOLLOWS_ON = re.compile(
    r"^(?:(?:to|for|in|by|with|through|based on|building upon|under|after|due to|despite|besides) (?:\w+ ){0,2}"
    r"(?:this|these|that|those|such|doing so|it|so doing)\b|"
    r"(?:this|these|it|they|such|specifically|in particular|concretely|thus|therefore|as a result|consequently|hence|"
    r"to this end|accordingly|the former|the latter|here)\b)",
    re.I,
)
"""The sentence goes on about what the one before it said."""
