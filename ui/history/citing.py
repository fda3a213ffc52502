"""In which answers a paper was cited."""

from dataclasses import dataclass

from ui.history.history import History


@dataclass(frozen=True, slots=True)
class CitingTurn:
    """A turn of a conversation whose answer cites the paper."""

    conversation: str
    number: int
    question: str


def citing_turns(history: History, owner: str, paper_id: str, most: int = 20) -> list[CitingTurn]:
    """The owner's answers that cite the paper, latest conversation first."""
    query = """
        SELECT conversation, number, json_extract(answer, '$.question') FROM turns
        JOIN conversations ON conversations.id = turns.conversation
        WHERE owner = ? AND EXISTS (
            SELECT 1 FROM json_each(answer, '$.sources')
            WHERE json_extract(value, '$.paper_id') = ? AND json_extract(value, '$.cited')
        )
        ORDER BY updated DESC, number DESC LIMIT ?
    """
    with history.connect() as connection:
        return [CitingTurn(*row) for row in connection.execute(query, (owner, paper_id, most))]
