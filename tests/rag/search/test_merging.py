"""Several searches for one question, as if they were one."""

from pathlib import Path

from index import IndexSettings, PaperIndex
from rag.search import make_retriever, merge_retrievals
from rag.settings import RetrievalSettings

SEARCHES = ("bleeding in the brain", "joint attention of robots", "bleeding in the brain")


def test_papers_come_by_turns_each_once_and_no_score_rises(catalogue_index: Path):
    with PaperIndex.open(IndexSettings(folder=catalogue_index)) as index:
        retriever = make_retriever(index, RetrievalSettings())
        found = [retriever.retrieve(search, 5) for search in SEARCHES]
        merged = merge_retrievals(found, 6)
    ids = [one.paper.id for one in merged.candidates]
    assert ids[:2] == [found[0].candidates[0].paper.id, found[1].candidates[0].paper.id]
    assert len(ids) == len(set(ids)) == 6
    scores = [one.score for one in merged.candidates]
    assert scores == sorted(scores, reverse=True)
    assert merged.query == SEARCHES[0]


def test_one_search_is_as_it_is(catalogue_index: Path):
    with PaperIndex.open(IndexSettings(folder=catalogue_index)) as index:
        one = make_retriever(index, RetrievalSettings()).retrieve(SEARCHES[0], 5)
    assert merge_retrievals([one], 5) is one
