"""What a batch of rows came to, written to the library."""

from collections.abc import Callable, Sequence

from index.duplicates import Batch
from index.library import Library
from index.paper import Paper, Passage


def write_batch(library: Library, batch: Batch, run: int, split: Callable[[Paper], Sequence[Passage]]) -> None:
    """Within a transaction of the library. What has not changed is only noted as read in this run."""
    origins = library.origins
    touched = [id for id in batch.papers if id not in batch.unchanged]
    origins.mark_read([one.number for id in batch.unchanged for one in batch.records[id] if one.run == run], run)
    # Before papers are removed, which takes along the records that are still theirs.
    for id in touched:
        origins.write(batch.papers[id], batch.records[id])
    for id in batch.gone:
        library.remove(id)
    for id in touched:
        paper, old = batch.papers[id], batch.before.get(id)
        if old is None or (old.title, old.abstract) != (paper.title, paper.abstract):
            library.record(paper, split(paper))
        elif old != paper:
            library.update_details(paper)
        origins.set_keys(id, [one.record for one in batch.records[id]])
    origins.set_links(batch.links_before, batch.links)
