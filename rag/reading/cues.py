"""Words by which a sentence of an abstract shows that it is about the code and the like."""

import re

ASIDE = re.compile(
    r"^(?:index terms|keywords|ccs concepts|project page|demo|codes?|the code|our code|source code)\b", re.I
)
CODE = re.compile(
    r"https?://|\bopen-source (?:the|our)\b|\b(?:codes?|models?|data|datasets?|weights|demo|implementation)\b.{0,60}"
    r"\b(?:available|released|public(?:ly)?|open[- ]?sourced?|found at)\b",
    re.I,
)
