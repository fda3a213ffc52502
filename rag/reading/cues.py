"""Words by which a sentence of an abstract shows what it holds and what part it plays."""

import re
from collections.abc import Mapping

from rag.text import phrases

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

NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half|twice|double|hundred|thousand|[mb]illion)\b", re.I
)
NAME = re.compile(
    r"\b(?:called|named|termed|dubbed|namely|introduc\w+|propos\w+|i\.e\.|such as|including)\b|"
    r"\([A-Z][\w-]+\)|\b[A-Z][a-z]*[A-Z0-9]"
)

SHOWS: Mapping[str, re.Pattern[str]] = {
    "number": NUMBER,
    "dataset": phrases(
        "data_set* dataset* benchmark* corpus corpora challenge challenges experiment* evaluat* test* validat* task "
        "tasks"
    ),
    "cause": phrases(
        "because since due_to owing as_a_result therefore thus caus* lead*_to led_to avoid* prevent* reason* stem "
        "stems attribut* hence so_that explain* overcom* in_order_to enabl* allow* result_in results_in result_from "
        "results_from"
    ),
    "name": NAME,
    "method": phrases(
        "using use uses via through employ* apply* applies leverag* introduc* propos* mechanism* strategy strategies "
        "adopt*"
    ),
    "result": phrases(
        "outperform* improv* achiev* reach* surpass* state_of_the_art result* superior* better faster obtain* "
        "first_place significant* yield* compar* reduc* gain gains"
    ),
    "code": CODE,
}
"""What is asked for (`question_type.Want`) → what a sentence has in it that tells of such a thing."""
