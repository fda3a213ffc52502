"""Papers by their words: BM25 over title and abstract, in tantivy."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy

from index.analysis import LONGEST_TERM, PART, STOP_WORDS, WORD, make_analyzer
from index.errors import IndexDamaged, PaperIndexError, is_panic, no_room
from index.library_facets import Passing
from index.paper import Paper
from index.probe import probe_words
from index.seal import Seal, Verdict
from index.spelling import Vocabulary
from index.sqlite_file import storable_only

TITLE_BOOST = 0.1
NAME_BOOST = 0.5
GUESS_BOOST = 0.8
"""Weights beside 1 for the text, title and abstract as one: a title alone is too short for BM25 to weigh well, and a
word found by guessing what was meant counts less than one that was typed. Known-item questions and Cranfield agree on
these to within .01 nDCG of their best; title and abstract as separate fields cost .09 on known-item questions."""

LOOKED_AT = 3
"""Where most papers pass a filter, so many times as many hits are looked at as should be needed for `k` that pass: 300
cost less than a millisecond, a list of 10,000 ids 9. A filter that has to do with the query's words may want more."""

WRITER_MEMORY = 64_000_000


class Words:
    """Full-text search over papers. Safe to search from several threads; one writer at a time.

    What a query finds is scored by BM25 summed over its words: figures above 0, comparable within one query only.
    Title and abstract are matched by English stems, without regard to case. Names with signs in them
    (E-Branchformer, O(n^2), TVQA+) are matched as a whole as well, which puts papers that hold exactly that name first.
    No character of a query has a special meaning.
    """

    def __init__(self, folder: Path) -> None:
        """Opens the folder, or makes it.

        Raises IndexDamaged when it can't be opened, PaperIndexError when it can't be written (a full disk, say).
        """
        self._folder = folder
        self._seal = seal_of_words(folder)
        self._stems = make_analyzer()
        with self._usable():
            if is_new := not folder.exists():
                folder.mkdir(parents=True)
            check_words(folder)
            self._index, self._schema = open_index(folder)
            if is_new:
                self._seal.set()
        self._vocabulary: Vocabulary | None = None

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except PaperIndexError:
            raise
        except (ValueError, OSError) as error:
            raise unusable_words(self._folder, error) from error
        except BaseException as error:
            if is_panic(error):
                raise unusable_words(self._folder, error) from error
            raise

    def reload(self) -> None:
        """Shows what has been committed since, by this process or another."""
        with self._usable():
            self._index.reload()
        self._vocabulary = None

    def count(self) -> int:
        with self._usable():
            return int(self._index.searcher().num_docs)

    def write(self, papers: Iterable[Paper], removed: Iterable[str] = ()) -> None:
        """Adds the papers, in place of earlier ones with their ids, and takes out those with the `removed` ids.

        All of it is there, on disk and in the next search, when this returns.
        """
        with self._writer() as writer:
            for id in removed:
                writer.delete_documents_by_term("id", id)
            for paper in papers:
                writer.delete_documents_by_term("id", paper.id)
                text = f"{paper.title} {paper.abstract}"
                writer.add_document(tantivy.Document(id=paper.id, title=paper.title, text=text, names=spell_out(text)))

    def clear(self) -> None:
        with self._writer() as writer:
            writer.delete_all_documents()

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        """Commits at the end of the block; until then the files are not sealed."""
        with self._usable():
            self._seal.lift()
            with self._index.writer(WRITER_MEMORY, num_threads=1) as writer:
                yield writer
                writer.commit()
        self._seal.set()
        self.reload()

    def search(
        self, query: str, k: int, *, fuzzy: bool = False, paper_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The best `k` papers as (paper id, BM25), best first; nothing when no word occurs.

        `fuzzy`: words that occur nowhere stand for the nearest ones that do, one or two slips away. `paper_ids`
        narrows the search to these papers without changing the scores.
        """
        terms = self._terms(query, fuzzy)
        if not terms or k < 1 or (paper_ids is not None and not paper_ids):
            return []
        Query, Occur = tantivy.Query, tantivy.Occur
        asked = Query.boolean_query([(Occur.Should, term) for term in terms])
        with self._usable():
            searcher = self._index.searcher()
            if paper_ids is None:
                return hits_of(searcher, asked, k)
            looked_at = LOOKED_AT * k * (1 + searcher.num_docs // len(paper_ids))
            if looked_at < len(paper_ids):
                hits = hits_of(searcher, asked, looked_at)
                ids = [id for id, _ in hits]
                passing = paper_ids.among(ids) if isinstance(paper_ids, Passing) else set(paper_ids).intersection(ids)
                found = [hit for hit in hits if hit[0] in passing][:k]
                if len(found) == k or len(hits) < looked_at:
                    return found
            within = Query.const_score_query(Query.term_set_query(self._schema, "id", storable_only(paper_ids)), 0.0)
            return hits_of(searcher, Query.boolean_query([(Occur.Must, asked), (Occur.Must, within)]), k)

    def rarity(self, word: str) -> float | None:
        """How rare a word is: the inverse document frequencies of its parts, as BM25 has them, summed.

        None when no paper has any of them.
        """
        with self._usable():
            searcher = self._index.searcher()
            counts = [searcher.doc_freq("text", stem) for stem in unique(self._stems.analyze(word))]
            total = searcher.num_docs
        parts = [math.log(1 + (total - count + 0.5) / (count + 0.5)) for count in counts if count]
        return sum(parts) if parts else None

    def guess(self, query: str) -> dict[str, list[str]]:
        """What words of the query that occur nowhere may have been meant to be: word -> nearest words that occur."""
        guesses = {}
        for word in unique(PART.findall(query.lower())):
            if word not in STOP_WORDS and not self._occurs(word):
                nearest = self._spelling().nearest(word)
                if nearest and nearest[0] not in STOP_WORDS:
                    guesses[word] = nearest
        return guesses

    def _terms(self, query: str, fuzzy: bool) -> list[Any]:
        words = unique(PART.findall(query.lower()))
        words = [word for word in words if word not in STOP_WORDS] or words
        terms = []
        for stem in unique(self._stems.analyze(" ".join(words))):
            terms += [self._term("text", stem, 1.0), self._term("title", stem, TITLE_BOOST)]
        for name in unique(names(query)):
            if not name.isalnum():
                terms.append(self._term("names", name, NAME_BOOST))
        if fuzzy:
            for nearest in self.guess(query).values():
                stems = unique(self._stems.analyze(" ".join(nearest)))
                terms += [self._term("text", stem, GUESS_BOOST / len(stems)) for stem in stems]
        return terms

    def _term(self, field: str, text: str, boost: float) -> Any:
        query = tantivy.Query.term_query(self._schema, field, text, "freq")
        return tantivy.Query.boost_query(query, boost)

    def _occurs(self, word: str) -> bool:
        stems = self._stems.analyze(word)
        with self._usable():
            searcher = self._index.searcher()
            return any(searcher.doc_freq("text", stem) for stem in stems)

    def _spelling(self) -> Vocabulary:
        if self._vocabulary is None:
            with self._usable():
                counts = self._index.searcher().terms_with_prefix("names", "")
            self._vocabulary = Vocabulary({word: count for word, count in counts if word.isalpha()})
        return self._vocabulary


def hits_of(searcher: Any, query: Any, k: int) -> list[tuple[str, float]]:
    hits = searcher.search(query, limit=k, count=False).hits
    return [(str(searcher.doc(address).get_first("id")), score) for score, address in hits]


def open_index(folder: Path) -> tuple[Any, Any]:
    """tantivy's index in the folder, made when there is none, and its schema."""
    schema = make_schema()
    index = tantivy.Index(schema, path=str(folder))
    index.register_tokenizer("stems", make_analyzer())
    index.register_tokenizer("names", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    index.config_reader(reload_policy="manual")
    index.reload()
    return index, schema


def seal_of_words(folder: Path) -> Seal:
    """Hidden files are locks, and the list of files to clear away."""
    return Seal(folder, is_listed=lambda name: not name.startswith("."), is_summed=lambda name: True)


def check_words(folder: Path, *, thorough: bool = False) -> None:
    """Raises IndexDamaged when the word index can't be searched; `thorough` reads all of its files."""
    try:
        if not folder.is_dir():
            raise IndexDamaged("it is no folder")
        if (verdict := seal_of_words(folder).verdict(thorough=thorough)) is Verdict.DAMAGED:
            raise IndexDamaged(verdict.value)
        if verdict is Verdict.UNKNOWN and (folder / "meta.json").exists():
            probe_words(folder)
    except IndexDamaged as error:
        raise unusable_words(folder, error) from error


def unusable_words(folder: Path, error: BaseException) -> PaperIndexError:
    if no_room(error):
        return PaperIndexError(
            f"The word index {folder} can't be written ({error}). Make room on its disk, and do the same again."
        )
    return IndexDamaged(f"The word index {folder} can't be read ({error}). Run `paperchat doctor --repair`.")


def make_schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", tokenizer_name="stems", index_option="freq")
    builder.add_text_field("text", tokenizer_name="stems", index_option="freq")
    builder.add_text_field("names", tokenizer_name="names", index_option="freq")
    return builder.build()


def names(text: str) -> list[str]:
    """The words of the text in lower case, those held together by signs whole: `the TVQA+ set` -> the, tvqa+, set."""
    return [found for found in WORD.findall(text.lower()) if len(found) <= LONGEST_TERM]


def spell_out(text: str) -> str:
    """What the field of names holds: each name whole, and its parts when it has several."""
    words = []
    for name in names(text):
        words.append(name)
        if not name.isalnum():
            words += PART.findall(name)
    return " ".join(words)


def unique(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(words))
