"""Quoting well: what a paper is called, and how its sentences read outside their abstract."""

import re

from rag.text.wording import ABOUT, fold_words, is_name, split_words

MAX_TITLE_WORDS = 8
FEW_WORDS = 3
"""A title of no more words may stand in a question without being meant."""


def third_person(verb: str) -> str:
    """`study` → `studies`, `address` → `addresses`, `propose` → `proposes`."""
    if verb.endswith("y"):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch")) else f"{verb}s"


NAMING = re.compile(
    r"\b(?:termed|named|called|dubbed|coined|namely|propos\w+|introduc\w+|present\w*|develop\w*|design\w*)"
    r"(?: (?:the|a|an|our|as|novel|new))*,? [\"“'‘]?(?P<name>[A-Za-z0-9][\w+./-]*\w\+*)"
)
ABBREVIATED = re.compile(r"\((?P<name>[A-Za-z0-9][\w+-]*[A-Z0-9][\w+-]*)\)")

COMMON_ABBREVIATIONS = frozenset(
    "AI API ASR BERT CLIP CNN CTC CV DNN FFN FID FLOP GAN GCN GNN GPT GPU HCI ICL KV LDM LLM LMM LSTM LVLM MAE MHA "
    "MLLM MLM MLP MOE MSA NLP NMT OT QA RAG RL RNN ROPE SOTA SSL SSM ST SVM TTS VAE VIT VLM VQA VSR XAI".split()
)
"""Terms of the field that many abstracts abbreviate in brackets without having made them."""

IN_THIS_PAPER = re.compile(
    r"^(?:in (?:this|our) (?:paper|work|study|article|research|survey|letter|report|position paper)|here(?:in)?|"
    r"in this regard|in summary|overall),? +(?=(?:we|the|i|a|an|our)\b)",
    re.I,
)
LIST_NUMBER = re.compile(r"^\(?(?:\d{1,2}|i{1,3}|iv|[a-e])\) ")
CONNECTIVE = re.compile(
    r"^(?:moreover|furthermore|additionally|in addition|besides|also|however|(?:more )?specifically|in particular|"
    r"concretely|finally|lastly|meanwhile|consequently|therefore|thus|hence|notably|importantly|nevertheless|"
    r"nonetheless|interestingly|first(?:ly)?|second(?:ly)?|third(?:ly)?|then|accordingly|on the other hand|"
    r"in contrast|instead|"
    r"remarkably|surprisingly|to this end|as a result|by contrast|conversely|likewise|similarly|that is|in fact|indeed|"
    r"again|subsequently|next|based on this(?: \w+)?|in doing so|by doing so|in this way|"
    r"building (?:up)?on (?:this|these) \w+|(?:inspired|motivated) by (?:this|these)(?: \w+){0,2}|"
    r"towards? (?:this|that) (?:goal|end|aim)|(?:for|to) this purpose|to (?:effectively )?"
    r"(?:address|tackle|overcome|solve|handle|mitigate|remedy|resolve|alleviate|achieve|do|counter|fill|bridge|reach) "
    r"(?:this|these|that|those|such|the above|the aforementioned)(?: [\w-]+){0,3}),\s+(?!and\b)",
    re.I,
)
"""What ties a sentence to the one before it and means nothing without it."""

SAYING = (
    "propose introduce present describe develop investigate explore examine show find demonstrate argue analyze "
    "analyse devise design offer provide establish reveal consider suggest conjecture formulate discuss evaluate "
    "tackle revisit report build put apply use extend prove compare unveil construct characterize address study"
).split()
THIRD_PERSON = {verb: third_person(verb) for verb in SAYING}

AND_SAYS = re.compile(rf"(,? and )({'|'.join(SAYING)})(?= that\b)")
"""`We compare heads, and show that ...`: the second verb has the same subject."""

SUBJECT = re.compile(
    r"^(?P<subject>we|this (?:paper|work|study|article|report|research)|the (?:paper|authors?)|"
    r"our (?:work|paper|study)) (?P<adverb>(?:\w+ly|first|also|further|here|then|thus|therefore) )?(?P<verb>\w+) ",
    re.I,
)
FIRST_PERSON = re.compile(r"\b(?:we|our|ours|us)\b", re.I)
UNRESOLVED = re.compile(
    r"^(?:it|this|these|they|its|their|such|that|both|the (?:proposed|former|latter|resulting|same|method|model|"
    r"approach|framework|system|network|paper|authors?|architecture|algorithm|results?|code))\b|"
    r"\bthe proposed\b|\bthis (?:paper|work|study|article|method|approach|model)\b",
    re.I,
)


def name_of(title: str, abstract: str) -> str:
    """What readers call the paper: its method's name where title or abstract gives one, else "".

    `EliteKV: Scalable KV Cache...` is called EliteKV; an abstract that says "a network termed ICHPro" likewise.
    """
    head, colon, _ = title.partition(":")
    head = head.strip()
    if colon and len(head.split()) <= 3 and "?" not in head:
        named = any(is_name(word) for word in head.split())
        # A common word is a name only where the abstract always writes it with a capital.
        if named or (len(head.split()) == 1 and head in abstract and not in_lower_case(head, abstract)):
            return head
    for pattern in (NAMING, ABBREVIATED):
        for match in pattern.finditer(abstract):
            name = match["name"]
            if is_coined(name) and (pattern is NAMING or is_own(name, title, abstract[: match.start()])):
                return name
    return ""


def in_lower_case(word: str, text: str) -> bool:
    """Whether the text has the word without a capital, but for addresses (`github.io/argus`)."""
    return re.search(rf"(?<![\w/.-]){re.escape(word.lower())}\b", text) is not None


def is_named(title: str, abstract: str, question: str) -> bool:
    """Whether the question calls the paper by its name or its title.

    A name must be written as the paper writes it (FAST is not "fast", Efficient Attention not "efficient attention"),
    unless the question has no capitals at all.
    """
    question = ABOUT.sub("", question)
    if len(title.split()) > FEW_WORDS and fold_words(title) in fold_words(question):
        return True
    names = {name_of(title, abstract), short_title(title)} - {""}
    if question == question.lower():
        names = {name.lower() for name in names}
    return any(re.search(rf"(?<!\w){re.escape(name)}(?![\w-])", question) for name in names)


def is_coined(name: str) -> bool:
    """Whether this looks like what authors call their method, not a common term (CNN, 3D, Multi-Head, sEntiment)."""
    parts = re.split(r"[-./]", name)
    unusual = any(any(letter.isupper() for letter in part[1:]) for part in parts) or name[-1:] == "+"
    plain = name.rstrip("s").upper() in COMMON_ABBREVIATIONS
    return unusual and not plain and sum(letter.isalpha() for letter in name) > 2 and name[:1].isupper()


def is_own(name: str, title: str, before: str) -> bool:
    """Whether an abbreviation in brackets is the paper's own: the title begins with it, or the authors made it."""
    sentence = re.split(r"[.;] ", before)[-1]
    in_title = title.casefold().startswith(name.casefold())
    made = re.search(
        r"\b(?:we|this (?:paper|work)|our)\b.*\b(?:propos|introduc|present|develop|design|build|call)(?!\w* by\b)",
        sentence,
        re.I,
    )
    is_event = re.search(r"\b(?:challenge|competition|workshop|conference|task) $", sentence, re.I)
    return in_title or bool(made and not is_event)


def short_title(title: str) -> str:
    """The title up to its colon when that says enough, at most some eight words."""
    title = whole_title(title)
    head = title.partition(":")[0].strip()
    if len(head.split()) < 2:
        head = title.strip()
    words = head.split()
    return head if len(words) <= MAX_TITLE_WORDS + 2 else " ".join(words[:MAX_TITLE_WORDS]).rstrip(",;:") + " …"


def whole_title(title: str) -> str:
    """The title, up to its question mark if it goes on after one: no sentence shall end within it."""
    return re.split(r"(?<=[?!.]) +(?=[A-Z(])", " ".join(title.split()))[0]


def label(title: str, abstract: str) -> str:
    """The paper's name, else its short title."""
    return name_of(title, abstract) or short_title(title)


def quote(sentence: str, *, after_its_neighbour: bool = False) -> str:
    """The sentence without what only its abstract made sense of: "In this paper, ", "Moreover, ".

    Such words stay when the sentence before it is quoted too (`after_its_neighbour`).
    """
    text = LIST_NUMBER.sub("", " ".join(sentence.split()))
    shorter = IN_THIS_PAPER.sub("", text)
    if not after_its_neighbour:
        for _ in range(2):
            shorter = CONNECTIVE.sub("", shorter)
        shorter = IN_THIS_PAPER.sub("", shorter)
    return capitalise(shorter) if shorter != text else text


def capitalise(text: str) -> str:
    first = split_words(text)[:1]
    return text if not first or is_name(first[0]) else text[:1].upper() + text[1:]


def is_unresolved(sentence: str) -> bool:
    """Whether the reader needs to be told whose "we", "our method" or "it" this is."""
    return bool(FIRST_PERSON.search(sentence) or UNRESOLVED.search(sentence))


def introduces(sentence: str, name: str) -> bool:
    """Whether the sentence says what `name` is: `we propose EliteKV, ...`, `Visual Attention Redistribution (VAR)`."""
    return (
        bool(name)
        and re.search(
            rf"\({re.escape(name)}\)|\b(?:propos\w+|introduc\w+|present\w*|develop\w*|termed|named|called|dubbed)"
            rf"(?: [\w-]+){{0,8}}?,? {re.escape(name)}\b|^{re.escape(name)} (?:is|are)\b",
            sentence,
        )
        is not None
    )


def as_predicate(sentence: str) -> str:
    """What is said of the paper: `proposes a network` for `We propose a network`; "" for other sentences."""
    match = SUBJECT.match(sentence)
    if not match:
        return ""
    verb = match["verb"].lower()
    third = verb if verb in THIRD_PERSON.values() else THIRD_PERSON.get(verb, "")
    if not third or (match["subject"].lower() == "we" and verb not in THIRD_PERSON):
        return ""
    adverb = re.sub(r"^(?:then|also|thus|here|further) ", "", match["adverb"] or "", flags=re.IGNORECASE)
    rest = AND_SAYS.sub(lambda also: f"{also[1]}{THIRD_PERSON[also[2]]}", sentence[match.end() :])
    return f"{adverb}{third} {rest}"


def cite(text: str, numbers: tuple[int, ...] | list[int]) -> str:
    """The sentence with its markers before the full stop."""
    markers = "".join(f"[{n}]" for n in numbers)
    stop = text[-1:] if text[-1:] in ".!?" else "."
    body = text[:-1].rstrip() if text[-1:] in ".!?" else text.rstrip(" ;,:")
    return f"{body} {markers}{stop}"
