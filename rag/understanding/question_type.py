"""What a question asks for: a fact, a paper, several papers, a comparison, or what the record itself holds."""

import re
from dataclasses import dataclass
from typing import Literal

from index import WORD
from rag.text import any_of, content_stems, is_name, nearest, phrases

Form = Literal["fact", "find", "compare", "list", "keyword", "record"]
"""fact: something an abstract says. find: which paper it is. compare, list: several papers.
keyword: a bare term, what is it? record: authors, year or link, known without the abstract."""

Want = Literal["number", "dataset", "cause", "name", "method", "result", "code"]
"""What kind of thing the answering sentence holds."""

Field = Literal["authors", "year", "link"]


PAPER = r"(?:paper|work|article|study|research|publication|thesis|survey)"
SEVERAL_PAPERS = r"(?:papers|works|articles|studies|publications)"
METHOD = (
    r"(?:approach|method|model|network|system|framework|architecture|technique|tool|scheme|transformer|algorithm|"
    r"mechanism|proposal|theory|variant|design|module|classifier|generator|extractor|viewer|policy|extension|family|"
    r"add-on|kernel|change|backbone|encoder|assistant)"
)
METHODS = r"(?:approaches|methods|models|tools|tricks|backbones|techniques|systems|schemes|architectures|networks)"
SOME = r"(?:[\w'’-]+,? ){0,4}?"

COMPARISON = any_of(
    "compare", "comparison", r"differ(?:s|ences?)?", "versus", "in contrast", "the same (?:fix|idea|way)"
)
SEVERAL = any_of(
    rf"(?:every|all|any) (?:the )?(?:{PAPER}|{SEVERAL_PAPERS})",
    rf"(?:which|what|list|name|how do|other|these|those|the|give me) {SOME}{SEVERAL_PAPERS}",
    rf"(?<!on )(?<!for )(?<!with )(?<!in )(?:which|what|list|name|other)(?! of the) {SOME}{METHODS}"
    r"(?! (?:do|does|did|were|was|is)\b)",
    rf"(?<!which of the )(?:two|three|four|five|several|some) (?:\w+ ){{0,2}}(?:{SEVERAL_PAPERS}|approaches)",
    "what (?:work|research) here",
    "(?:what|which) biases",
    rf"one (?:\w+ )?{PAPER} .*\banother",
    "where (?:is|are) .+ used",
    "how has",
)
FINDING = any_of(
    rf"(?:which|what) {SOME}{PAPER}",
    "who (?:first )?(?:showed|found|built|carried|compared|manages?|made|proposed|introduced|proved|argued|discovered)",
    rf"(?:a|an|any) (?:\w+ )?{PAPER} (?:that|which|on|about|for|where|with)",
    "where can i read",
    "is there (?:a|an|one|any)",
    "has any(?:one|body)",
)
FINDING_METHOD = re.compile(
    rf"^(?:which|what) {SOME}{METHOD}\b(?! (?:of|for|do|does|did|is|are|was|were|has|have|can)\b)", re.IGNORECASE
)
OF_A_NAMED_ONE = any_of("do", "does", "did")
"""Which network DOES X use? asks for a fact about X; which network fills ...? for the paper."""

ASKS = re.compile(
    r"\?|^(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|has|have|by|on|in|at|to|"
    r"from|compare|list|explain|tell|give|name|describe)\b",
    re.IGNORECASE,
)
ASKING = ("what", "which", "where", "when", "whose")
DESCRIPTION_WORDS = 6
"""A text of more words that asks nothing, not even misspelt, describes the paper that is looked for."""

OUT = r"(?:published|written|appear|come out|released)"
RECORD: tuple[tuple[Field, re.Pattern[str]], ...] = (
    ("authors", any_of("who wrote", "who (?:are|is|were) the authors?", "list the authors", "written by whom")),
    (
        "year",
        any_of(
            rf"(?:what|which) year (?:was|did|is)\b.*\b(?:{OUT}|from)",
            rf"when (?:was|were|did)\b.*\b{OUT}",
            "year of publication",
        ),
    ),
    (
        "link",
        any_of(
            r"(?:a|the|any) (?:\w+ )?(?:link|url|arxiv id|web address)",
            "link to",
            "arxiv (?:id|link|number|page)",
        ),
    ),
)

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
    """`form` decides how the answer is laid out, `wants` which sentences are preferred, `field` what of the record."""

    form: Form
    wants: frozenset[Want]
    field: Field | None = None


def classify(question: str) -> QuestionType:
    """The type of an English question; one in another language is taken for a fact."""
    wants = frozenset(want for want, pattern in WANTS if pattern.search(question))
    for field, pattern in RECORD:
        if pattern.search(question):
            return QuestionType("record", wants, field)
    return QuestionType(form_of(question, wants), wants)


def form_of(question: str, wants: frozenset[Want]) -> Form:
    if is_keyword(question):
        return "keyword"
    if SEVERAL.search(question):
        return "list"
    if FINDING.search(question):
        return "find"
    if COMPARISON.search(question):
        return "compare"
    if FINDING_METHOD.search(question.strip()) and not OF_A_NAMED_ONE.search(question):
        return "find"
    if is_description(question.strip()) and not wants & {"number", "dataset"}:
        return "find"
    return "fact"


def is_description(question: str) -> bool:
    """Whether it says what a paper is about, names nothing, asks for nothing: `reordering documents by weight`."""
    words = WORD.findall(question)
    return (
        len(words) > DESCRIPTION_WORDS
        and question.isascii()
        and not ASKS.search(question)
        and not any(is_name(word) or nearest(word.lower(), ASKING) for word in words)
    )


def is_keyword(question: str) -> bool:
    """Up to three words, none of which makes it a sentence: `medusa`, `MHE attention`."""
    words = WORD.findall(question)
    if not 1 <= len(words) <= 3 or not question.isascii() or "?" in question:
        return False
    return len(content_stems(question)) == len({word.casefold() for word in words})
