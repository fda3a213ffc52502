"""Files in, an index out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.errors import ReadError
from index.files import index_folder
from index.origin import Record
from index.paper_index import PaperIndex
from index.remote import Remote
from index.report import IngestReport
from index.selection import Selection
from index.settings import IndexSettings
from index.source import Source
from index.writing import Gone, OnProgress

REMOTE = "remote"
"""Folder in the index folder: what is kept of services between runs."""
NAMED = 3
"""Of several paths without papers, as many are named in the error."""


def ingest(
    paths: Sequence[Path | str],
    settings: IndexSettings,
    *,
    rebuild: bool = False,
    selection: Selection = Selection(),  # noqa: B008 (frozen)
    prune: bool = False,
    dry_run: bool = False,
    most: int | None = None,
    on_progress: OnProgress | None = None,
) -> IngestReport:
    """Brings the papers of these files, folders, patterns, addresses (`arxiv:…`) or `-` into the index of
    `settings.folder`.

    Papers that are there unchanged are skipped, changed ones replaced. What can't be used is named in the report's
    `problems`; the rest goes in, but for what `selection` leaves out; of an address at most `most` papers are taken.
    `rebuild` first makes the index anew from the papers that it holds: after a change of embedding or of
    `chunk_tokens`; `paths` may then be empty. `prune` removes papers that have left their source: their file is gone
    from a folder of `paths`, or their record from a file that was read; not those that another source holds. `dry_run`
    says what would come of it and writes nothing.
    Raises ReadError when there is nothing to read at `paths`, IndexLocked when another process is writing, and what
    `PaperIndex.open` raises.
    """
    folder = index_folder(settings)
    with Remote(settings.remote, None if dry_run else folder / REMOTE) as remote:
        source = Source(paths, selection, leave_out=folder, remote=remote, most=most)
        papers = iter(source)
        first = next(papers, None)
        if first is None and not rebuild and source.named_unread:
            raise nothing_to_read(source)
        records = chain([first] if first else [], papers)
        gone = source.gone if prune else None
        report = IngestReport()
        if dry_run:
            return replace(try_out(records, gone, settings), **outcome(source))
        # An index is not made for nothing.
        if first or rebuild or (prune and PaperIndex.exists(settings)):
            with PaperIndex.open(settings, rebuild=rebuild) as index:
                if rebuild:
                    index.rebuild(on_progress)
                if first or prune:
                    report = index.add(records, on_progress and with_total(on_progress, source), gone=gone)
        remote.commit(all_taken=selection.takes_all)
    return replace(report, **outcome(source))


def try_out(records: Iterator[Record], gone: Gone | None, settings: IndexSettings) -> IngestReport:
    with TemporaryDirectory() as folder:
        if not PaperIndex.exists(settings):
            settings = settings.model_copy(update={"folder": Path(folder), "store": "embedded"})
        with PaperIndex.open(settings) as index:
            return index.add(records, gone=gone, dry_run=True)


def outcome(source: Source) -> dict[str, Any]:
    return {"refused": source.refused, "left_out": source.left_out, "problems": tuple(source.problems)}


def nothing_to_read(source: Source) -> ReadError:
    messages = [error.reason for error in source.named_unread]
    more = f" And {len(messages) - NAMED} more." if len(messages) > NAMED else ""
    return ReadError(" ".join(messages[:NAMED]) + more, source.named_unread[0].remedy)


def with_total(tell: OnProgress, source: Source) -> OnProgress:
    """While papers are read their number is not known; how many bytes are read lets it be guessed."""

    def advance(done: int, total: int, stage: str) -> None:
        if stage == "reading" and not total and 0 < (share := source.share_read) < 1:
            total = max(done + 1, round(done / share))
        tell(done, total, stage)

    return advance
