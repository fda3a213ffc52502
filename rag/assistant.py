"""The assistant: one path from a question to a checked answer, whoever asks and whichever model writes."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from index import IndexLocked, OnProgress, Paper, PaperIndex, catalogue_path
from rag.answer import Answer, Event, Filters, Hit, Source
from rag.ask import Ask, History, clean_text
from rag.checking import check
from rag.errors import ModelError
from rag.llm import LanguageModel, connect
from rag.preview import Preview, preview
from rag.reading import EvidenceModel, Reader
from rag.running import Slots
from rag.search import make_retriever
from rag.settings import LLMSettings, Settings, expand_llm, load_settings, validate_settings
from rag.table import Cell, fill, rows_of
from rag.tools import Checker, Tools
from rag.turn import Turn

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever


FINISHED_AT_START = 300
"""Papers that a stopped run left unfinished and the next start embeds, in half a minute: the shipped catalogue, or a
small file. What is left of more is for `paperchat index`, which nobody waits for to ask a question."""

ALIKE = 0.25
"""Share of a paper's own score from which another is like it: papers of its field have .28 to .62, of others to .23."""


class Assistant:
    """Answers questions from an index of papers. Thread-safe: many turns may run at once.

    `index` may be read by others (`index.all_papers()`); `settings` are those it was made with.
    """

    def __init__(
        self, index: PaperIndex, settings: Settings, *, reader: Reader | None = None, checker: Checker = check
    ) -> None:
        """Takes over `index` and closes it; `reader` and `checker` stand in for the ones that ship.

        Raises MissingKey or MissingExtra before any work is done.
        """
        self.index = index
        self.settings = settings
        self._models: dict[str, LanguageModel] = {}
        self._models_lock = threading.Lock()
        self._slots = Slots(settings.rag.concurrency)
        self._retriever = make_retriever(index, settings.rag.retrieval)
        self._reader = reader or EvidenceModel()
        self._checker = checker
        self.language_model(None)

    @classmethod
    def from_config(
        cls,
        path: str | Path | None = None,
        index_dir: str | Path | None = None,
        on_progress: OnProgress | None = None,
    ) -> "Assistant":
        """The assistant that config.yaml describes; without `path`, ./config.yaml or the defaults.

        `index_dir` overrides the index folder. When there is no index yet, the catalogue that ships with paperchat is
        indexed first (half a minute), telling `on_progress`; if that was stopped halfway, it goes on. Raises
        SettingsError, MissingKey, MissingExtra and the errors of the index, each with its remedy.
        """
        settings = load_settings(path).with_index_folder(index_dir)
        check_model_settings(settings)
        if not PaperIndex.exists(settings.index):
            from index import ingest  # 60 ms, for a first start only

            ingest([catalogue_path()], settings.index, on_progress=on_progress)
        index = PaperIndex.open(settings.index)
        try:
            if 0 < index.count_unfinished() <= FINISHED_AT_START and not index.is_read_only:
                # Another process that is at it needs no second: until it is done, words find these papers.
                with suppress(IndexLocked):
                    index.finish(on_progress)
            return cls(index, settings)
        except BaseException:
            index.close()
            raise

    def __enter__(self) -> "Assistant":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends what is running and lets go of the index and of connections."""
        with self._models_lock:
            for model in self._models.values():
                model.close()
            self._models.clear()
        self._slots.close()
        self.index.close()

    def apply(self, settings: Settings) -> None:
        """Turns that begin from now on go by `settings`; the index stays. Raises what `from_config` raises of them."""
        check_model_settings(settings)
        self._retriever = make_retriever(self.index, settings.rag.retrieval)
        self._models = {}
        self.settings = settings.model_copy(update={"index": self.settings.index})

    # -- which model ------------------------------------------------------------------------------------------------

    @property
    def model_name(self) -> str:
        """The model that answers unless a turn asks for another: `offline`, `openai/gpt-4o-mini`."""
        return self.settings.llm.name

    @property
    def models(self) -> tuple[str, ...]:
        """Names that a turn may ask for: the configured model and the offline answerer."""
        return tuple(dict.fromkeys((self.model_name, "offline")))

    def language_model(self, name: str | None) -> LanguageModel | None:
        """The connection to a model, made once; None for the offline answerer.

        `name` is a short form such as `openai/gpt-4o-mini`; None means the configured model. Raises SettingsError,
        MissingKey, MissingExtra.
        """
        wanted = self.settings.llm
        if name is not None and name != wanted.name:
            other = validate_settings(LLMSettings, expand_llm(name), f"The model {name!r}")
            # Another model of the configured provider is reached as that one is.
            same_provider = other.provider == wanted.provider
            wanted = wanted.model_copy(update={"model": other.model}) if same_provider else other
        if wanted.provider == "offline":
            return None
        with self._models_lock:
            if wanted.name not in self._models:
                self._models[wanted.name] = connect(wanted, self.settings.rag.prices)
            return self._models[wanted.name]

    # -- asking -----------------------------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        history: History = (),
        filters: Filters | None = None,
        model: str | None = None,
        top_k: int | None = None,
    ) -> Answer:
        """The answer to `question`, which may refer to `history`. Raises ModelError only when no answer is possible."""
        for event in self.stream(question, history, filters, model, top_k):
            if isinstance(event, Answer):
                return event
        raise ModelError("The turn was stopped before there was an answer. Ask again.")

    def stream(
        self,
        question: str,
        history: History = (),
        filters: Filters | None = None,
        model: str | None = None,
        top_k: int | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Event]:
        """Steps and text as they come, then the Answer, which is final: citations and verdicts are only there.

        Setting `stop`, and closing or dropping the iterator, end the turn and its request at the model's server; what
        text came until then is answered with. Takes one of `rag.concurrency` slots for as long as the turn works, not
        for as long as it is read, and waits for one if need be.
        """
        ask = Ask.of(question, history, filters, model, top_k)
        yield from self._slots.events(lambda stops: Turn(ask, self._tools(ask.model), stops), stop)

    async def aask(
        self,
        question: str,
        history: History = (),
        filters: Filters | None = None,
        model: str | None = None,
        top_k: int | None = None,
    ) -> Answer:
        """As `ask`, without blocking the event loop."""
        answer: Answer | None = None
        async for event in self.astream(question, history, filters, model, top_k):
            if isinstance(event, Answer):
                answer = event
        if answer is None:
            raise ModelError("The turn was stopped before there was an answer. Ask again.")
        return answer

    async def astream(
        self,
        question: str,
        history: History = (),
        filters: Filters | None = None,
        model: str | None = None,
        top_k: int | None = None,
    ) -> AsyncIterator[Event]:
        """As `stream`, without blocking the event loop; cancelling it stops the turn."""
        events: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        left = threading.Event()

        def deliver(event: Event | BaseException | None) -> None:
            # A loop that was closed meanwhile has nobody left who waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(events.put_nowait, event)

        ask = Ask.of(question, history, filters, model, top_k)
        self._slots.start(lambda stop: Turn(ask, self._tools(ask.model), stop), left, deliver)
        try:
            while (event := await events.get()) is not None:
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            left.set()

    def table(
        self,
        papers: Iterable[str | Paper | Hit | Source],
        questions: Sequence[str],
        model: str | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Cell]:
        """Each question put to each paper alone: cells row by row, as they are filled.

        `papers` are ids, or what has one. Setting `stop`, and closing the iterator, end it; a cell that was not
        finished is left out. Raises PaperIndexError at once for an id that no paper has.
        """
        rows = rows_of(self.index, papers)
        ended = stop or threading.Event()

        def ask(question: str, filters: Filters) -> Answer | None:
            events = self.stream(question, (), filters, model, 1, ended)
            answer = next((event for event in events if isinstance(event, Answer)), None)
            return None if ended.is_set() else answer

        return fill(rows, tuple(questions), ask)

    def show_prompt(
        self, question: str, history: History = (), filters: Filters | None = None, model: str | None = None
    ) -> Preview:
        """What a language model would be sent for this turn, also where none is configured. Sends nothing."""
        return preview(Ask.of(question, history, filters, model), self._tools(model))

    def _tools(self, name: str | None) -> Tools:
        model = self.language_model(name)
        settings = self.settings.model_copy(update={"llm": model.settings}) if model else self.settings
        return Tools(self.index, self._retriever, self._reader, self._checker, model, settings)

    # -- searching --------------------------------------------------------------------------------------------------

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> tuple[Hit, ...]:
        """The `k` papers that fit best, best first."""
        retrieval = self._retriever.retrieve(clean_text(query), max(k, 1), filters or Filters())
        return tuple(
            Hit(
                paper_id=each.paper.id,
                title=each.paper.title,
                url=each.paper.url,
                score=each.score,
                passage=each.passage.text,
                authors=each.paper.authors,
                year=each.paper.year,
                topics=each.paper.subjects,
            )
            for each in retrieval.candidates
        )

    def as_retriever(self, top_k: int | None = None, filters: Filters | None = None) -> "BaseRetriever":
        """The search as a LlamaIndex retriever: any of its query engines and evaluators can be built on it.

        One node a paper, best first: the text is title and abstract, `node_id` the paper's id, the metadata what is
        known of it. `top_k` papers, None means the settings'.
        """
        return self._retriever.as_llamaindex(top_k or self.settings.rag.top_k, filters)

    def similar(self, paper_id: str, k: int = 5) -> tuple[Hit, ...]:
        """Papers like this one, most alike first; none that is far from it, and none when there is no such paper."""
        paper = self.index.paper(paper_id)
        if paper is None:
            return ()
        hits = self.search(f"{paper.title}. {paper.abstract[:500]}", k + 1)
        own = max((hit.score for hit in hits if hit.paper_id == paper_id), default=0.0)
        return tuple(hit for hit in hits if hit.paper_id != paper_id and hit.score >= ALIKE * own)[:k]


def check_model_settings(settings: Settings) -> None:
    """Fails for a missing key or package before papers are indexed for minutes."""
    if settings.llm.provider != "offline":
        connect(settings.llm, settings.rag.prices).close()
