"""Turns, their steps and calls of models as spans of OpenTelemetry."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from llama_index_instrumentation import get_dispatcher
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from servers.scripted import ScriptedServer

from index import IndexSettings, PaperIndex
from rag import Assistant, LLMSettings, ModelError, RagSettings, Settings
from rag.llamaindex import PaperQueryEngine
from rag.otel import traced

QUESTION = "What AUC does ICHPro reach?"

Asked = Callable[[], object]


def spans_of(ask: Asked) -> list[ReadableSpan]:
    exporter = InMemorySpanExporter()
    with traced(exporter):
        ask()
    return list(exporter.get_finished_spans())


def names_above(span: ReadableSpan, spans: list[ReadableSpan]) -> list[str]:
    """The names of the spans that hold this one, from the inside out."""
    by_id = {each.context.span_id: each for each in spans}
    names = []
    while span.parent is not None:
        span = by_id[span.parent.span_id]
        names.append(span.name)
    return names


@pytest.fixture(scope="module")
def assistant(catalogue_index: Path) -> Iterator[Assistant]:
    with Assistant.from_config(index_dir=catalogue_index) as assistant:
        yield assistant


@pytest.fixture
def with_model(catalogue_index: Path, scripted_server: ScriptedServer) -> Iterator[Callable[[str], Assistant]]:
    """`with_model("cited")`: an Assistant whose model behaves as named."""
    opened = []

    def open_assistant(model: str) -> Assistant:
        llm = LLMSettings(provider="openai-like", model=model, base_url=scripted_server.base_url, retries=0)
        settings = Settings(
            llm=llm,
            index=IndexSettings(folder=catalogue_index),
            rag=RagSettings(refuse_below=0, offline_fallback=False),
        )
        opened.append(Assistant(PaperIndex.open(settings.index), settings))
        return opened[-1]

    yield open_assistant
    for assistant in opened:
        assistant.close()


def test_a_turn_is_a_span_and_its_steps_are_spans_within(assistant: Assistant) -> None:
    spans = spans_of(lambda: assistant.ask(QUESTION))
    (turn,) = (span for span in spans if span.name == "paperchat.turn")
    assert turn.parent is None
    assert {span.resource.attributes["service.name"] for span in spans} == {"paperchat"}
    for step in ("understand", "retrieve", "judge", "answer", "check"):
        inside = next(span for span in spans if span.name == f"paperchat.{step}")
        assert names_above(inside, spans)[-1] == "paperchat.turn"
        assert inside.context.trace_id == turn.context.trace_id
        assert turn.start_time <= inside.start_time <= inside.end_time <= turn.end_time


def test_each_turn_is_a_trace_of_its_own(assistant: Assistant) -> None:
    spans = spans_of(lambda: [assistant.ask(QUESTION), assistant.ask("What is EliteKV?")])
    assert len({span.context.trace_id for span in spans}) == 2


def test_the_call_of_a_model_is_within_the_step_that_makes_it(with_model: Callable[[str], Assistant]) -> None:
    assistant = with_model("cited")
    spans = spans_of(lambda: assistant.ask("How much less memory does MAT need?"))
    call = next(span for span in spans if span.name.endswith(".astream_chat"))
    assert names_above(call, spans)[-2:] == ["paperchat.answer", "paperchat.turn"]


def test_a_turn_is_within_the_query_that_asked_for_it(assistant: Assistant) -> None:
    spans = spans_of(lambda: PaperQueryEngine(assistant).query(QUESTION))
    turn = next(span for span in spans if span.name == "paperchat.turn")
    assert names_above(turn, spans) == ["PaperQueryEngine._query", "PaperQueryEngine.query"]


def test_no_text_of_papers_or_questions_is_in_a_span(with_model: Callable[[str], Assistant]) -> None:
    assistant = with_model("cited")
    spans = spans_of(lambda: assistant.ask("How much less memory does MAT need?"))
    assert all("MAT" not in span.to_json() and "memory" not in span.to_json() for span in spans)


def test_what_fails_is_marked_with_its_kind_and_without_its_message(with_model: Callable[[str], Assistant]) -> None:
    assistant = with_model("unauthorized")

    def ask() -> None:
        with pytest.raises(ModelError):
            assistant.ask("How much less memory does MAT need?")

    answer = next(span for span in spans_of(ask) if span.name == "paperchat.answer")
    assert (answer.status.status_code, answer.status.description) == (StatusCode.ERROR, "ModelRefused")


def test_afterwards_nobody_listens(assistant: Assistant) -> None:
    before = list(get_dispatcher().span_handlers)
    exporter = InMemorySpanExporter()
    with traced(exporter):
        pass
    assistant.ask(QUESTION)
    assert exporter.get_finished_spans() == ()
    assert get_dispatcher().span_handlers == before


def test_a_turn_that_nobody_traces_loads_no_dispatcher(catalogue_index: Path) -> None:
    program = (
        "import sys\nfrom rag import Assistant\nwith Assistant.from_config(index_dir=sys.argv[1]) as assistant:\n"
        f"    assistant.ask({QUESTION!r})\nprint('llama_index_instrumentation' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(catalogue_index)], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_without_the_extra_it_is_said_what_to_install() -> None:
    program = (
        "import sys\nsys.modules['opentelemetry'] = None\nfrom rag import MissingExtra\n"
        "try:\n    import rag.otel\nexcept MissingExtra as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "pip install 'paperchat[otel]'" in done.stdout
