"""What kind of thing answers a question: a figure, a data set, a cause."""

import re
from dataclasses import dataclass
from typing import Literal

from rag.text import any_of, phrases
from rag.understanding.head import Kind

Want = Literal["number", "dataset", "cause", "name", "method", "result", "code"]
"""What kind of thing the answering sentence holds."""

SOME = r"(?:[\w'’-]+,? ){0,4}?"

HOW_MUCH = r"how (?:many|much|large|big|long|fast|accurate|often|high|well|small|few|deep|wide|quickly|old)"
FIGURE = (
    r"(?:accuracy|scores?|rates?|percentage|share|factor|number|sizes?|auc|f1|bleu|fid|cer|wer|map|miou|error|perplexity|"
    r"speed-?up|cost|gain|ratio|amount|length|value|figures?|fraction|improvement|reduction|proportion|window|"
    r"likelihood|latency|recall|precision)"
)
COMPONENT = (
    r"(?:loss|losses|modules?|mechanisms?|metrics?|datasets?|strategy|optimi[sz]er|networks?|models?|architectures?|"
    r"techniques?|methods?|algorithms?|components?|encoders?|decoders?|operations?|attention)"
)

WANTS: tuple[tuple[Want, re.Pattern[str]], ...] = (
    (
        "number",
        any_of(
            HOW_MUCH,
            rf"(?:what|which) {SOME}{FIGURE}",
            "(?:by|up to|to|beyond|at|from) what",
            "combien|quel (?:facteur|pourcentage|taux)|wie ?viele?|cu[aá]nt[oa]s?|quant[ie]",
            r"numbers?|figures|percent\w*|fps|bleu|mpjpe|cider|perplexity|accuracy",
        ),
    ),
    (
        "dataset",
        phrases("dataset* data_set* benchmark* corpus corpora evaluated_on tested_on validate validated test_set"),
    ),
    (
        "cause",
        phrases(
            "why reason reasons because cause causes what_cause* what_makes what_led what_motivate* what_prevent* "
            "what_keep* what_kept what_has_kept"
        ),
    ),
    ("name", any_of("called", "names?", "named", "stand for", rf"which (?:[\w-]+ ){{0,4}}?{COMPONENT}")),
    (
        "method",
        any_of(
            "how (?:do|does|did|is|are|can|could)", "by means of", "by which", r"what (?:\w+ )?mechanism", "in what way"
        ),
    ),
    (
        "result",
        phrases(
            "improve* outperform* beat beats reach* achiev* result results performance gain gains win won "
            "state_of_the_art faster better surpass* compared best"
        ),
    ),
    ("code", phrases("code github repository open_source* opensource* implementation_available project_page demo")),
)


@dataclass(frozen=True, slots=True)
class QuestionType:
    """`form` decides how the answer is laid out, `wants` which sentences are preferred."""

    form: Kind
    wants: frozenset[Want]


def wants_of(question: str) -> frozenset[Want]:
    """What an English question asks for; nothing certain for one in another language."""
    return frozenset(want for want, pattern in WANTS if pattern.search(question))
