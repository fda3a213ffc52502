"""What became of the rows that were read."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from index.readers import Problem


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the rows that were read: each of them is in one of the counts.

    A row is `merged` when an earlier row of the run was the same paper, or when it is new and another origin has given
    that paper before; `merged_by` says by what they were known for one: "doi", "arxiv_id", "pmid" or "title". It is
    `refused` when no paper could be made of it. `removed` papers have left all their sources (`prune`), `left_out`
    rows were good but not asked for; they are in none of the counts. `problems`
    names refused rows, files that can't be read, and what did not go in as it stood.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    merged: int = 0
    refused: int = 0
    problems: tuple[Problem, ...] = ()
    merged_by: Mapping[str, int] = field(default_factory=dict)
    removed: int = 0
    left_out: int = 0

    @property
    def rows(self) -> int:
        """Rows read."""
        return self.added + self.changed + self.unchanged + self.merged + self.refused


def add_up(one: IngestReport, other: IngestReport) -> IngestReport:
    return IngestReport(
        one.added + other.added,
        one.changed + other.changed,
        one.unchanged + other.unchanged,
        one.merged + other.merged,
        one.refused + other.refused,
        one.problems + other.problems,
        dict(Counter(one.merged_by) + Counter(other.merged_by)),
        one.removed + other.removed,
        one.left_out + other.left_out,
    )
