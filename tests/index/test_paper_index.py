"""One folder, found by words and by meaning, read by many and written by one."""

import dataclasses
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import (
    EmbeddingSettings,
    IndexLocked,
    IndexMismatch,
    IndexSettings,
    Paper,
    PaperIndex,
    PaperIndexError,
    inspect,
    make_id,
    split_sentences,
)


@pytest.fixture(scope="module")
def index(small_index: Path) -> Iterator[PaperIndex]:
    with PaperIndex.open(IndexSettings(folder=small_index)) as index:
        yield index


@pytest.fixture(params=["small", "large"])
def any_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test is done once with every library taken for a small one, and once for a large one."""
    if request.param == "large":
        monkeypatch.setattr("index.meaning.EXACT_BELOW", 0)


def nearest(index: PaperIndex, question: str, **options: list[str]) -> list[str]:
    return [id for id, _ in index.search_meaning(index.embedding.embed_query(question), 5, **options)]


# -- reading --------------------------------------------------------------------------------------------------------


def test_papers_come_back_as_they_went_in(index: PaperIndex, papers: list[Paper]) -> None:
    assert index.count() == 12
    assert index.all_papers() == papers
    assert index.paper(papers[3].id) == papers[3]
    assert index.paper("nowhere") is None
    assert list(index.papers([papers[5].id, "nowhere", papers[2].id]).values()) == [papers[5], papers[2]]


def test_a_question_finds_its_paper_by_words_and_by_meaning(index: PaperIndex, papers: list[Paper]) -> None:
    question = "How do patients fare after bleeding in the brain?"
    assert nearest(index, question)[0].startswith(f"{papers[0].id}#")
    assert index.search_words("ICHPro AUC", 3)[0][0] == papers[0].id


@pytest.mark.usefixtures("any_size")
def test_cosines_are_exact_and_fall(index: PaperIndex) -> None:
    vector = index.embedding.embed_query("joint attention")
    hits = index.search_meaning(vector, 5)
    kept = index.encodings.vectors([id for id, _ in hits])
    assert [cosine for _, cosine in hits] == sorted((cosine for _, cosine in hits), reverse=True)
    for id, cosine in hits:
        assert cosine == pytest.approx(float(kept[id] @ vector), abs=1e-5)


@pytest.mark.usefixtures("any_size")
def test_both_searches_can_be_narrowed_to_papers(index: PaperIndex, papers: list[Paper]) -> None:
    some = [papers[7].id, papers[9].id]
    hits = nearest(index, "bleeding in the brain", paper_ids=some)
    assert {id.rpartition("#")[0] for id in hits} == set(some)
    assert {id for id, _ in index.search_words("attention model we", 20, paper_ids=some)} <= set(some)
    assert nearest(index, "bleeding", paper_ids=[]) == []


@pytest.mark.usefixtures("any_size")
def test_more_is_asked_for_than_there_is(index: PaperIndex) -> None:
    vector = index.embedding.embed_query("joint attention")
    assert len(index.search_meaning(vector, 10_000)) == index.library.count_passages()


def test_tokens_point_into_the_abstract_and_those_of_the_title_nowhere(index: PaperIndex, papers: list[Paper]) -> None:
    for id, passages in index.passages([paper.id for paper in papers]).items():
        paper = index.papers([id])[id]
        for passage in passages:
            encoded = index.token_vectors([passage.id])[passage.id]
            title = [span for span in encoded.offsets if span == (-1, -1)]
            body = encoded.offsets[len(title) :]
            assert len(title) > 2
            assert body[0][0] == passage.start
            assert all(passage.start <= start < end <= passage.end for start, end in body)
            assert "".join(paper.abstract[start:end] for start, end in body) == passage.text.replace(" ", "")


def test_kept_tokens_are_as_good_as_fresh_ones(index: PaperIndex, papers: list[Paper]) -> None:
    passage = index.passages([papers[0].id])[papers[0].id][0]
    kept = index.token_vectors([passage.id])[passage.id]
    fresh = index.encode(f"{papers[0].title}. {passage.text}")
    assert kept.tokens.dtype == np.float32
    assert float((kept.tokens * fresh.tokens).sum(axis=1).min()) > 0.9999
    np.testing.assert_allclose(kept.vector, fresh.vector, atol=1e-6)


def test_each_sentence_has_a_vector_without_running_the_model(index: PaperIndex, papers: list[Paper]) -> None:
    found = index.sentence_vectors([paper.id for paper in papers])
    for paper in papers:
        sentences = found[paper.id]
        assert [(one.start, one.end) for one in sentences] == split_sentences(paper.abstract)
        for one in sentences:
            assert np.linalg.norm(one.vector) == pytest.approx(1, abs=1e-5)
    question = index.encode("What AUC does ICHPro reach?").vector
    best = max(found[papers[0].id], key=lambda one: float(one.vector @ question))
    assert "0.9429" in papers[0].abstract[best.start : best.end]
    assert index.sentence_vectors(["nowhere"]) == {}


def test_a_passage_to_which_the_graph_has_no_path_is_found(copied: IndexSettings, papers: list[Paper]) -> None:
    with PaperIndex.open(copied) as index:
        vector = index.encodings.vectors([f"{papers[4].id}#0"])[f"{papers[4].id}#0"]
        index.meaning.vectors.remove([f"{papers[4].id}#0"])
        assert index.search_meaning(vector, 3)[0][0] == f"{papers[4].id}#0"


# -- writing --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("any_size")
def test_only_what_is_new_or_changed_is_embedded(copied: IndexSettings, papers: list[Paper]) -> None:
    changed = dataclasses.replace(papers[0], abstract="Zebrafish larvae swim towards light in the morning.")
    renamed = dataclasses.replace(papers[1], authors=("Ann Lee",), year=1999)
    new = Paper("new", "Penguins", "Penguins warm their eggs on their feet through the winter.")
    stages: list[tuple[int, int, str]] = []
    with PaperIndex.open(copied) as index:
        report = index.add([changed, renamed, *papers[2:], new], lambda *progress: stages.append(progress))
        assert (report.added, report.changed, report.unchanged) == (1, 2, 10)
        assert max(total for _, total, stage in stages if stage == "embedding") == 2
        assert nearest(index, "ICHPro: zebrafish larvae and light")[0] == f"{papers[0].id}#0"
        assert index.search_words("zebrafish", 3)[0][0] == papers[0].id
        assert index.search_words("ICHPro neurosurgeons", 3) != index.search_words("zebrafish", 3)
        assert index.paper(papers[1].id) == renamed
        assert index.meaning.vectors.count() == index.library.count_passages() == index.encodings.count_vectors()


@pytest.mark.usefixtures("any_size")
def test_removed_papers_are_found_no_more(copied: IndexSettings, papers: list[Paper]) -> None:
    with PaperIndex.open(copied) as index:
        assert index.remove([papers[0].id, "nowhere"]) == 1
        assert index.count() == 11
        assert papers[0].id not in {id for id, _ in index.search_words("ICHPro intracerebral hemorrhage", 20)}
        assert not [id for id in nearest(index, "bleeding in the brain") if id.startswith(papers[0].id)]
        assert index.sentence_vectors([papers[0].id]) == {}
        assert index.meaning.vectors.count() == index.library.count_passages() == index.encodings.count_vectors()


def test_a_paper_without_an_id_is_the_one_known_under_its_title(settings: IndexSettings) -> None:
    title, abstract = "Counting Penguins", "Penguins are counted by their shadows."
    known = Paper("2401.00001", title, abstract, year=2024, url="https://arxiv.org/abs/2401.00001")
    bare = Paper(make_id(title), "Counting penguins!", abstract + " It works.")
    with PaperIndex.open(settings) as index:
        index.add([bare])
        assert index.add([known]).merged == 1
        assert index.all_papers() == [replace(known, title=bare.title, abstract=bare.abstract)]
        assert index.add([bare]).unchanged == 1
        assert index.add([known]).unchanged == 1


def test_an_id_that_another_paper_has_is_no_id(settings: IndexSettings) -> None:
    with PaperIndex.open(settings) as index:
        index.add([Paper("a", "One", "First things first."), Paper("a", "Two", "Second thoughts follow.")])
        assert [(paper.id, paper.title) for paper in index.all_papers()] == [("a", "One"), (make_id("Two"), "Two")]
        assert index.search_words("second", 5)[0][0] == make_id("Two")


def test_without_token_vectors_the_rest_works(settings: IndexSettings, papers: list[Paper]) -> None:
    with PaperIndex.open(settings.model_copy(update={"token_vectors": False})) as index:
        index.add(papers[:2])
        assert nearest(index, "bleeding in the brain")[0].startswith(papers[0].id)
        assert index.sentence_vectors([papers[0].id]) == {}
        assert index.encodings.count_tokens() == 0


# -- others at work -------------------------------------------------------------------------------------------------

ADD = """
import sys
from pathlib import Path
from index import IndexSettings, Paper, PaperIndex
with PaperIndex.open(IndexSettings(folder=Path(sys.argv[1]))) as index:
    index.add([Paper("new", "Penguins", "Penguins count fish by their shadows.")])
"""

HOLD = """
import sys
from pathlib import Path
from index.lock import FolderLock
with FolderLock(Path(sys.argv[1])).hold():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer_elsewhere(copied: IndexSettings) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of the `copied` index."""
    command = [sys.executable, "-c", HOLD, str(copied.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.mark.usefixtures("any_size")
def test_what_another_process_adds_is_found_by_the_next_search(copied: IndexSettings) -> None:
    with PaperIndex.open(copied) as index:
        assert not index.search_words("penguins", 3)
        subprocess.run([sys.executable, "-c", ADD, str(copied.folder)], check=True)
        assert index.search_words("penguins", 3)[0][0] == "new"
        assert nearest(index, "How do birds count?")[0] == "new#0"


@pytest.mark.usefixtures("any_size")
def test_while_another_process_writes_one_can_read_but_not_write(
    copied: IndexSettings,
    small_index: Path,
    writer_elsewhere: subprocess.Popen[str],
    papers: list[Paper],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.lock.LOCK_PATIENCE", 0.1)
    with PaperIndex.open(IndexSettings(folder=small_index)) as undisturbed, PaperIndex.open(copied) as index:
        vector = index.embedding.embed_query("bleeding in the brain")
        for among in (None, [papers[0].id, papers[4].id]):
            found, expected = (one.search_meaning(vector, 6, paper_ids=among) for one in (index, undisturbed))
            assert [id for id, _ in found] == [id for id, _ in expected]
            np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], atol=1e-5)
        with pytest.raises(IndexLocked, match=f"being written by process {writer_elsewhere.pid}"):
            index.add(papers)
        assert [finding.severity for finding in inspect(copied)] == ["warning"]


def test_the_lock_of_a_killed_process_is_no_obstacle(
    copied: IndexSettings, writer_elsewhere: subprocess.Popen[str], papers: list[Paper]
) -> None:
    writer_elsewhere.kill()
    writer_elsewhere.wait()
    with PaperIndex.open(copied) as index:
        assert index.add(papers).unchanged == 12


@pytest.mark.usefixtures("any_size")
def test_threads_search_while_one_adds(copied: IndexSettings) -> None:
    new = [Paper(f"n{n}", f"Penguin Number {n}", f"The {n}th penguin counts fish by its shadow.") for n in range(20)]
    done = threading.Event()

    with PaperIndex.open(copied) as index, ThreadPoolExecutor() as threads:
        vector = index.embedding.embed_query("joint attention")

        def search() -> int:
            searches = 0
            while not done.is_set():
                assert index.search_meaning(vector, 5)
                assert index.search_words("attention", 5)
                assert index.sentence_vectors([paper.id for paper in index.all_papers()[:3]])
                searches += 1
            return searches

        searching = [threads.submit(search) for _ in range(3)]
        index.add(new)
        done.set()
        assert all(one.result() > 0 for one in searching)
        assert len(index.search_words("penguin", 50)) == 20


# -- opening --------------------------------------------------------------------------------------------------------


def test_another_embedding_is_refused_with_both_names_and_the_remedy(small_index: Path) -> None:
    other = IndexSettings(folder=small_index, embedding=EmbeddingSettings(provider="openai", model="text-small"))
    with pytest.raises(IndexMismatch) as refusal:
        PaperIndex.open(other)
    for part in ("packaged/all-MiniLM-L6-v2-int8", "openai/text-small", "Run `paperchat index --rebuild`"):
        assert part in str(refusal.value)


def test_a_newer_layout_is_refused(copied: IndexSettings) -> None:
    assert copied.folder
    with sqlite3.connect(copied.folder / "library.sqlite") as library:
        library.execute("PRAGMA user_version = 99")
    library.close()
    with pytest.raises(IndexMismatch, match=r"has layout 99.* Upgrade paperchat"):
        PaperIndex.open(copied)


def test_a_folder_that_cannot_be_made_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PaperIndexError, match=r"Set `index\.folder`"):
        PaperIndex.open(IndexSettings(folder=tmp_path / "file" / "index"))


def test_a_full_disk_is_an_error_that_advises_to_delete_nothing(settings: IndexSettings) -> None:
    papers = [Paper(f"p{n}", f"Paper {n}", f"Owls see {n} mice at night. " * 500) for n in range(20)]
    with PaperIndex.open(settings) as index:
        index.library._data.connection.execute("PRAGMA max_page_count = 20")
        with pytest.raises(PaperIndexError, match="full") as raised:
            index.add(papers)
        assert "delete" not in str(raised.value)
        index.library._data.connection.execute("PRAGMA max_page_count = 100000")
        assert index.add(papers[:1]).added == 1
        assert index.count() == 1


def test_a_restore_that_was_killed_is_done_before_papers_are_added(copied: IndexSettings) -> None:
    with PaperIndex.open(copied) as index:
        index.library.start_over()
    with PaperIndex.open(copied) as index:
        index.add([Paper("n", "Penguins", "The penguin counts fish by its shadow.")])
        assert index.words.count() == index.count() == 13


def test_closing_twice_is_harmless_and_the_folder_can_be_opened_again(copied: IndexSettings) -> None:
    for _ in range(3):
        index = PaperIndex.open(copied)
        assert index.search_words("attention", 1)
        index.close()
        index.close()
