"""Two real processes write to one index, in turns: nobody's papers are lost."""

import json
import subprocess
import sys

import pytest

from index import IndexMismatch, IndexSettings, Paper, PaperIndex

pytestmark = pytest.mark.usefixtures("quick_model")

OTHER = """
import json, os, signal, sys
from pathlib import Path
from bench.hashed import replace_packaged_model
from index import IndexSettings, Paper, PaperIndex

def paper(id):
    return Paper(id, f"Paper {id}", f"The {id} penguin counts fish by its shadow.")

replace_packaged_model()
with PaperIndex.open(IndexSettings(folder=Path(sys.argv[1]))) as index:
    match sys.argv[2]:
        case "add":
            index.add(paper(f"{sys.argv[3]}{n}") for n in range(int(sys.argv[4])))
        case "add and die":
            def die():
                os.kill(os.getpid(), signal.SIGKILL)

            write = index.meaning.vectors.write
            index.meaning.vectors.write = lambda *given: (write(*given), die())
            index.add(paper(f"{sys.argv[3]}{n}") for n in range(int(sys.argv[4])))
        case "rebuild":
            index.rebuild()
        case "lost":
            ids, vectors = index.encodings.all_vectors()
            hits = [index.search_meaning(vector, 1) for vector in vectors]
            lost = [id for id, hit in zip(ids, hits) if not hit or hit[0][0] != id]
            print(json.dumps({"passages": len(ids), "lost": lost, "in Chroma": index.meaning.vectors.count()}))
"""


@pytest.fixture
def bare(settings: IndexSettings) -> IndexSettings:
    return settings.model_copy(update={"token_vectors": False})


def paper(id: str) -> Paper:
    return Paper(id, f"Paper {id}", f"The {id} penguin counts fish by its shadow.")


def elsewhere(settings: IndexSettings, *arguments: object, code: int = 0) -> str:
    """What another process says that does this to the index, and ends with `code`."""
    command = [sys.executable, "-c", OTHER, str(settings.folder), *map(str, arguments)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == code, run.stderr
    return run.stdout


def lost(index: PaperIndex) -> list[str]:
    """The passages that a search for their own vector does not find."""
    ids, vectors = index.encodings.all_vectors()
    assert len(ids) == index.library.count_passages()
    hits = [index.search_meaning(vector, 1) for vector in vectors]
    return [id for id, hit in zip(ids, hits, strict=True) if not hit or hit[0][0] != id]


def test_papers_that_another_process_added_stay_when_this_one_adds_without_searching(bare: IndexSettings) -> None:
    # More than 1,000 each: Chroma writes its graph to disk at every thousandth change. A second index that is open in
    # this process must not have the first one go on from what was read before.
    with PaperIndex.open(bare) as index, PaperIndex.open(bare) as second:
        index.add(paper(f"a{n}") for n in range(10))
        elsewhere(bare, "add", "b", 1100)
        index.add(paper(f"c{n}") for n in range(1000))
        assert (lost(index), lost(second)) == ([], [])
    found = json.loads(elsewhere(bare, "lost"))
    assert found == {"passages": 2110, "lost": [], "in Chroma": 2110}


def test_what_a_killed_process_wrote_unannounced_is_no_obstacle(bare: IndexSettings) -> None:
    with PaperIndex.open(bare) as index:
        index.add(paper(f"a{n}") for n in range(5))
        elsewhere(bare, "add and die", "b", 30, code=-9)
        index.add(paper(f"c{n}") for n in range(5))
        assert (index.count(), index.count_unfinished(), lost(index)) == (40, 0, [])
        assert index.meaning.vectors.count() == 40


def test_a_rebuild_elsewhere_is_seen_by_the_next_search_and_the_next_write(bare: IndexSettings) -> None:
    with PaperIndex.open(bare) as index:
        index.add(paper(f"a{n}") for n in range(5))
        elsewhere(bare, "rebuild")
        assert lost(index) == []
        elsewhere(bare, "rebuild")
        index.add([paper("c")])
        assert lost(index) == []
        assert index.search_words("penguin", 10)
    assert json.loads(elsewhere(bare, "lost")) == {"passages": 6, "lost": [], "in Chroma": 6}


def test_a_rebuild_elsewhere_with_another_embedding_is_told_by_the_next_search(bare: IndexSettings) -> None:
    with PaperIndex.open(bare) as index:
        index.add([paper("a")])
        with PaperIndex.open(bare) as elsewhere:
            elsewhere.library.set_meta("embedding", "openai/text-small")
            elsewhere.library.bump_generation()
        for use in (lambda: index.search_words("penguin", 1), lambda: index.add([paper("b")])):
            with pytest.raises(IndexMismatch, match="openai/text-small"):
                use()
