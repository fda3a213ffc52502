"""Our retrieval beside plain baselines, on the same papers and questions, in one run.

    python bench/retrieval.py                                      # the shipped catalogue and its questions
    python bench/retrieval.py --collection ~/cranfield             # a folder in SMART or BEIR format
    python bench/retrieval.py --questions my.jsonl --papers my.bib # questions of your own
    python bench/retrieval.py --only paperchat --limit 50          # a quick look

Prints, for each set of questions and each kind in it, recall@1, recall@5, nDCG@10, MRR@10 and milliseconds a question,
then the milliseconds of our own steps. Questions run one after the other, in this process.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from bench.corpora import Asked, Collection, json_lines, read_collection, read_questions
from index import IndexSettings, Paper, PaperIndex, catalogue_path
from index.readers import read_papers as read_rows
from rag import RetrievalSettings
from rag.search import Retriever, make_retriever

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
DEPTH = 10
POOL = 50

System = Callable[[str], tuple[list[str], dict[str, float]]]
"""A question -> ids of papers, best first, and milliseconds by step."""

METRICS = ("recall@1", "recall@5", "nDCG@10", "MRR@10")


def main() -> None:
    arguments = parse()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for number, collection in enumerate(collections(arguments)):
            kept = arguments.index_dir / collection.name if arguments.index_dir else Path(folder) / str(number)
            with PaperIndex.open(IndexSettings(folder=kept)) as index:
                index.add(tqdm(collection.papers, desc=f"index {collection.name}", leave=False))
                for name, system in systems(index, collection.papers, arguments.only).items():
                    results += measure(collection, name, system, arguments.limit)
    print_tables(results)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1), "utf-8")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collection", type=Path, action="append", default=[], metavar="FOLDER",
                        help="a collection in SMART or BEIR format; may be given several times")  # fmt: skip
    parser.add_argument("--questions", type=Path, metavar="FILE", help="a question file as for `paperchat eval`")
    parser.add_argument("--papers", type=Path, metavar="FILE", help="the papers of --questions; default: the catalogue")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="systems whose name begins so")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="at most N questions of each kind")
    parser.add_argument("--index-dir", type=Path, metavar="DIR", help="keep the indexes here, for the next run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures for machines")
    return parser.parse_args()


def collections(arguments: argparse.Namespace) -> list[Collection]:
    """What is asked for; else the catalogue with its questions, and the project's development questions if present."""
    chosen = [read_collection(folder) for folder in arguments.collection]
    if arguments.questions:
        papers = read_papers(arguments.papers or catalogue_path())
        chosen.append(read_questions(arguments.questions.stem, arguments.questions, papers))
    if chosen:
        return chosen
    chosen.append(read_questions("catalogue", ROOT / "data" / "questions.jsonl", read_papers(catalogue_path())))
    development, listing = SHARED / "eval" / "dev.jsonl", SHARED / "corpus" / "joint-attention-listing.txt"
    if development.is_file() and listing.is_file():
        papers = read_papers(listing)
        titles = {f"p{number:03d}": paper.title for number, paper in enumerate(papers, 1)}
        chosen.append(read_questions("development", development, papers, titles))
    fields = SHARED / "eval" / "fields-dev.jsonl"
    for library in sorted({row["library"] for row in json_lines(fields)} if fields.is_file() else ()):
        file = SHARED / "collections" / "fields" / f"{library}.jsonl"
        titles = {row["id"]: row["title"] for row in json_lines(file)}
        chosen.append(read_questions(library, fields, read_papers(file), titles, library))
    return chosen


def read_papers(file: Path) -> list[Paper]:
    return [paper for paper in read_rows(file) if isinstance(paper, Paper)]


def systems(index: PaperIndex, papers: Sequence[Paper], only: Sequence[str]) -> dict[str, System]:
    """Name -> system; LlamaIndex's embeds every paper again, so it is made only when it is asked for."""
    ours = make_retriever(index, RetrievalSettings())
    fused = make_retriever(index, RetrievalSettings(rerank="none"))
    made: dict[str, Callable[[], System]] = {
        "paperchat": lambda: through(ours),
        "paperchat, no rerank": lambda: through(fused),
        "BM25 alone": lambda: timed(lambda question: by_words(index, question)),
        "embedding alone": lambda: timed(lambda question: by_meaning(index, question)),
        "reciprocal ranks": lambda: timed(
            lambda question: ranked(reciprocal_ranks([by_words(index, question), by_meaning(index, question)]))
        ),
        "LlamaIndex quickstart": lambda: timed(quickstart(index, papers)),
    }
    return {name: make() for name, make in made.items() if not only or name.startswith(tuple(only))}


def through(retriever: Retriever) -> System:
    def ask(question: str) -> tuple[list[str], dict[str, float]]:
        started = time.perf_counter()
        found = retriever.retrieve(question, DEPTH)
        total = 1000 * (time.perf_counter() - started)
        return [candidate.paper.id for candidate in found.candidates], {"total": total, **found.timings}

    return ask


def timed(search: Callable[[str], list[str]]) -> System:
    def ask(question: str) -> tuple[list[str], dict[str, float]]:
        started = time.perf_counter()
        found = search(question)
        return found, {"total": 1000 * (time.perf_counter() - started)}

    return ask


def by_words(index: PaperIndex, question: str) -> list[str]:
    return [id for id, _ in index.search_words(question, POOL)]


def by_meaning(index: PaperIndex, question: str) -> list[str]:
    passages = index.search_meaning(index.embedding.embed_query(question), 3 * POOL)
    return list(dict.fromkeys(id.rpartition("#")[0] for id, _ in passages))


def reciprocal_ranks(rankings: Sequence[Sequence[str]], k: int = 60) -> Mapping[str, float]:
    """The sum over rankings of 1 / (k + rank) for each id."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, id in enumerate(ranking, 1):
            scores[id] = scores.get(id, 0.0) + 1 / (k + rank)
    return scores


def ranked(scores: Any) -> list[str]:
    return sorted(scores, key=lambda id: -scores[id])


def quickstart(index: PaperIndex, papers: Sequence[Paper]) -> Callable[[str], list[str]]:
    """What LlamaIndex's tutorial builds, `VectorStoreIndex.from_documents`, with the embedding that ours has."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class SameEmbedding(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return list(map(float, index.embedding.embed_query(query)))

        def _get_text_embedding(self, text: str) -> list[float]:
            return list(map(float, index.embedding.embed_passages([text])[0]))

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    documents = [Document(doc_id=paper.id, text=f"{paper.title}\n\n{paper.abstract}") for paper in papers]
    retriever = VectorStoreIndex.from_documents(documents, embed_model=SameEmbedding()).as_retriever(
        similarity_top_k=3 * DEPTH
    )
    return lambda question: list(dict.fromkeys(str(node.node.ref_doc_id) for node in retriever.retrieve(question)))


def measure(collection: Collection, name: str, system: System, limit: int) -> list[dict[str, Any]]:
    """One row a kind of question."""
    kinds: dict[str, list[Asked]] = {}
    for question in collection.questions:
        kinds.setdefault(question.kind, []).append(question)
    system("warm up")
    rows = []
    for kind, all_questions in kinds.items():
        questions = all_questions[:limit] if limit else all_questions
        figures, times = [], []
        for question in tqdm(questions, desc=f"{collection.name} {kind}: {name}", leave=False):
            found, took = system(question.text)
            figures.append(quality(question.relevant, found))
            times.append(took)
        rows.append(
            {
                "collection": collection.name,
                "kind": kind,
                "questions": len(questions),
                "system": name,
                **dict(zip(METRICS, np.mean(figures, axis=0).round(4).tolist(), strict=True)),
                "ms": {step: quantiles([one.get(step, 0.0) for one in times]) for step in times[0]},
            }
        )
    return rows


def quality(relevant: frozenset[str], found: Sequence[str]) -> tuple[float, ...]:
    """The METRICS of one ranking, with LlamaIndex's own measures; recall@k is of as many papers as fit in k."""
    from llama_index.core.evaluation.retrieval.metrics import MRR, NDCG, Recall

    if not found:
        return (0.0,) * len(METRICS)
    expected, ten = sorted(relevant), list(found[:DEPTH])

    def recall(k: int) -> float:
        share = Recall().compute(expected_ids=expected, retrieved_ids=ten[:k]).score
        return float(share * len(expected) / min(k, len(expected)))

    ndcg = NDCG().compute(expected_ids=expected, retrieved_ids=ten).score
    mrr = MRR().compute(expected_ids=expected, retrieved_ids=ten).score
    return recall(1), recall(5), float(ndcg), float(mrr)


def quantiles(values: Sequence[float]) -> tuple[float, float]:
    middle, high = np.percentile(values, [50, 95])
    return round(float(middle), 2), round(float(high), 2)


def print_tables(rows: Sequence[dict[str, Any]]) -> None:
    for collection, kind in dict.fromkeys((row["collection"], row["kind"]) for row in rows):
        own = [row for row in rows if (row["collection"], row["kind"]) == (collection, kind)]
        print(f"\n{collection}, {kind}: {own[0]['questions']} questions")
        print(f"  {'':24}{''.join(f'{metric:>10}' for metric in METRICS)}{'ms p50':>10}{'ms p95':>10}")
        for row in own:
            figures = "".join(f"{row[metric]:>10.3f}" for metric in METRICS)
            print(f"  {row['system']:24}{figures}{row['ms']['total'][0]:>10.1f}{row['ms']['total'][1]:>10.1f}")
    steps = next((row["ms"] for row in rows if len(row["ms"]) > 1), None)
    if steps:
        print(
            "\nmilliseconds by step (p50, p95) of the first set: "
            + ", ".join(f"{k} {a:g}, {b:g}" for k, (a, b) in steps.items())
        )


if __name__ == "__main__":
    main()
