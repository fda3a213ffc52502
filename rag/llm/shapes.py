"""From whatever shape a model answers in to plain sentences with markers.

Asked for text with [n], small models answer in JSON, think aloud, repeat the frame of the prompt, append a list of
sources, or refuse in words of their own. None of that may break a turn.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index import split_sentences
from rag.llm.refusal_wording import ABSENT, MARKER, REFUSAL, is_refusal, is_refusal_sentence, without_absent
from rag.text import resolve_markers, without_markers

REASONING_TAGS = ("think", "thinking", "thought", "reasoning", "reflection", "analysis")
OPENING = re.compile(rf"<({'|'.join(REASONING_TAGS)})>", re.IGNORECASE)
CLOSING = re.compile(rf"</({'|'.join(REASONING_TAGS)})>", re.IGNORECASE)
ANY_NUMBER = range(10**6)
LONGEST_TAG = max(len(tag) for tag in REASONING_TAGS) + len("</>")


class ReasoningFilter:
    """Takes `<think>…</think>` out of a stream of text, wherever its pieces are cut. `removed` is what it took out."""

    def __init__(self) -> None:
        self.removed = ""
        self._held = ""
        self._inside = False
        self._after_tag = True  # also at the start: blanks before the first word are dropped

    def feed(self, piece: str) -> str:
        """The part of the stream so far that is certainly no reasoning and was not returned before."""
        self._held += piece
        out = ""
        while True:
            found = (CLOSING if self._inside else OPENING).search(self._held)
            if found is None:
                break
            out += self._pass(self._held[: found.start()])
            self._held = self._held[found.end() :]
            self._inside = not self._inside
            self._after_tag = True
        start = self._held.rfind("<", max(0, len(self._held) - LONGEST_TAG))
        keep = len(self._held) if start < 0 else start
        out += self._pass(self._held[:keep])
        self._held = self._held[keep:]
        return out

    def finish(self) -> str:
        """What was held back, at the end of the stream."""
        rest, self._held = self._held, ""
        return self._pass(rest)

    def _pass(self, text: str) -> str:
        if self._inside:
            self.removed += text
            return ""
        if self._after_tag:
            text = text.lstrip()
            self._after_tag = not text
        return text


@dataclass(frozen=True, slots=True)
class Shaped:
    """`text` is plain sentences, perhaps with markers; empty when the model's reply holds no word of an answer.

    `refused`: the model says that the evidence holds no answer, in the fixed sentence or in words of its own.
    `lacking`: the sentences of the text, without markers, that tell what the evidence does not hold; the model marked
    them with [0], which the text has no more. `repairs` names what was done, for notices and tests.
    """

    text: str
    refused: bool
    repairs: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


def shape_answer(raw: str) -> Shaped:
    """Usable text out of a model's answer. Text in the right shape comes back as it is, but for outer blanks."""
    text = raw
    repairs = []
    for name, repair in (
        ("reasoning removed", without_reasoning),
        ("frame removed", without_frame),
        ("JSON read", from_json),
        ("label removed", without_label),
        ("source list removed", without_source_list),
    ):
        better = repair(text).strip()
        if better != text.strip():
            repairs.append(name)
        text = better
    if not says_something(text):
        if ABSENT.search(text):
            return Shaped(REFUSAL, True, tuple(repairs))
        return Shaped("", False, (*repairs, "nothing usable"))
    sentences = [text[start:end] for start, end in split_sentences(text)]
    lacking = tuple(without_absent(s).strip() for s in sentences if ABSENT.search(s) and is_refusal_sentence(s))
    return Shaped(without_absent(text), is_refusal(text), tuple(repairs), lacking)


def says_something(text: str) -> bool:
    """Whether there is a word or a figure besides markers."""
    return bool(re.search(r"\w", without_markers(resolve_markers(text, ANY_NUMBER).text)))


def without_reasoning(text: str) -> str:
    """Without `<think>…</think>`; an opening that lacks its end takes all, an end without opening all before it."""
    closing = list(CLOSING.finditer(text))
    if closing and not OPENING.search(text[: closing[0].start()]):
        text = text[closing[0].end() :]  # templates that put the opening tag into the prompt
    stream = ReasoningFilter()
    return stream.feed(text) + stream.finish()


# Marks of chat templates: <|im_end|>, <end_of_turn>, </s>, [/INST]; OpenAI's harmony format names its channels.
FINAL_CHANNEL = re.compile(r"^.*<\|channel\|>\s*final\s*<\|message\|>", re.DOTALL)
TEMPLATE_MARK = re.compile(
    r"<\|[a-z0-9_]{1,40}\|>(?:assistant\b)?|</?s>|</?(?:start|end)_of_turn>(?:model\b)?|\[/?INST\]", re.IGNORECASE
)
FENCED = re.compile(r"^\s*```[\w+-]*\n(?P<inside>.*?)\n?```\s*$", re.DOTALL)
TAGGED = re.compile(
    r"^\s*<(?P<tag>answer|response|output)>(?P<inside>.*?)(?:</(?P=tag)>\s*)?$", re.DOTALL | re.IGNORECASE
)


def without_frame(text: str) -> str:
    text = TEMPLATE_MARK.sub("", FINAL_CHANNEL.sub("", text))
    for frame in (FENCED, TAGGED):
        if found := frame.match(text):
            text = found["inside"]
    return text


TEXT_KEYS = (
    "answer",
    "text",
    "response",
    "content",
    "output",
    "result",
    "sentence",
    "claim",
    "statement",
    "message",
    "question",
    "query",
)
LIST_KEYS = ("sentences", "claims", "statements", "answers", "answer", "parts", "items", "response", "output")
ANSWER_KEYS = frozenset((*TEXT_KEYS, *LIST_KEYS))
NUMBER_KEYS = ("citations", "citation", "sources", "source", "evidence", "references", "refs", "ids", "n", "numbers")


def from_json(text: str) -> str:
    """The sentences in an answer given as JSON, each with its markers; other text unchanged."""
    stripped = text.strip()
    if stripped[:1] not in ("{", "["):
        return text
    try:
        value = json.loads(stripped)
    except (ValueError, RecursionError):
        value = json_prefix(stripped)
    sentences = list(sentences_of(value)) if isinstance(value, dict | list) else []
    return " ".join(sentences) if sentences or is_empty_answer(value) else text


def json_prefix(text: str) -> Any:
    """The value of the one text field of a JSON object that was cut off, or None."""
    found = re.match(r'^\{\s*"(?:' + "|".join(TEXT_KEYS) + r')"\s*:\s*"(?P<value>(?:[^"\\]|\\.)*)', text, re.DOTALL)
    if found is None:
        return None
    try:
        return {"answer": json.loads(f'"{found["value"]}"', strict=False)}
    except ValueError:
        return None


def sentences_of(value: Any) -> Iterator[str]:
    """Depth first: texts with the numbers that stand beside them as markers."""
    if isinstance(value, str) and value.strip():
        yield value.strip()
    elif isinstance(value, list) and not all(isinstance(item, int | float) for item in value):
        for item in value:
            yield from sentences_of(item)
    elif isinstance(value, dict):
        lowered = {str(key).lower(): item for key, item in value.items()}
        text = next((lowered[key] for key in TEXT_KEYS if isinstance(lowered.get(key), str)), "").strip()
        if text:
            yield text if re.search(r"\[\d", text) else with_markers(text, numbers_of(lowered))
            return
        for key in LIST_KEYS:
            if isinstance(lowered.get(key), list | dict):
                yield from sentences_of(lowered[key])
                return


def is_empty_answer(value: Any) -> bool:
    """Whether JSON without a sentence is a form that was left empty: `{"answer": ""}`, `{"sentences": []}`, `{}`."""
    if isinstance(value, list):
        return all(map(is_empty_answer, value))
    return isinstance(value, dict) and (not value or not {str(k).lower() for k in value}.isdisjoint(ANSWER_KEYS))


def numbers_of(value: dict[str, Any]) -> list[int]:
    for key in NUMBER_KEYS:
        found = value.get(key)
        items = found if isinstance(found, list) else [found]
        numbers = [int(str(item).strip("[] ")) for item in items if re.fullmatch(r"\[?\d{1,3}\]?", str(item).strip())]
        if numbers:
            return numbers
    return []


def with_markers(text: str, numbers: list[int]) -> str:
    """The markers go before the last full stop, as in the prompt's example."""
    markers = "".join(f"[{number}]" for number in dict.fromkeys(numbers))
    if not markers:
        return text
    stop = text[-1] if text[-1] in ".!?。" else ""
    return f"{text.removesuffix(stop)} {markers}{stop}" if stop else f"{text} {markers}"


LABEL = re.compile(
    r"^\s*(?:\*\*|#+\s*)?(?:final answer|answer|response|antwort|réponse|respuesta|assistant)(?:\*\*)?\s*:"
    r"\s*(?:\*\*)?\s*",
    re.IGNORECASE,
)
SOURCE_LIST = re.compile(
    r"\n\s*(?:[*#_]{1,4}\s*)?(?:sources?|references?|citations?|bibliography|quellen|works cited)(?:\s*[*_]{1,3})?\s*:?"
    r"(?:\s*[*_]{1,3})?\s*\n?(?P<items>(?:\s*(?:[-*•]\s*)?[\[(]?\d{1,3}[\])]?[.:)]?[^\n]*(?:\n|$))+)\s*$",
    re.IGNORECASE,
)


def without_label(text: str) -> str:
    return LABEL.sub("", text, count=1)


def without_source_list(text: str) -> str:
    """Without a list of sources at the end: the page has its own, made from what the sentences cite."""
    found = SOURCE_LIST.search(text)
    return text[: found.start()] if found and text[: found.start()].strip() else text


LEAD = re.compile(
    r"^\s*(?:(?:here is|here's|sure)[^:\n]{0,80}:\s*)?"
    r"(?:(?:standalone|rewritten|search|english|translated|self-contained)?\s*(?:question|query|translation|keywords)\s*:\s*)?",
    re.IGNORECASE,
)


def shape_line(raw: str, longest: int = 400) -> str:
    """The one line asked for (a rewritten question, a translated query); "" when there is none to be had.

    `longest` (characters) tells a question from an essay.
    """
    text = from_json(without_frame(without_reasoning(raw))).strip()
    for line in text.splitlines():
        line = LEAD.sub("", line.strip(" \t*#>-"), count=1).strip(" \t\"'“”«»`*")
        if line:
            return "" if len(line) > longest or MARKER.search(line) or is_refusal_sentence(line) else line
    return ""
