"""What is said below an answer besides its sources."""

from rag import Answer


def verdicts(answer: Answer) -> list[str]:
    """What a reader must know besides the text, a line each."""
    partly = answer.confidence == "partly answered"
    lines = ["Partly answered: the abstracts may not hold all that was asked."] if partly else []
    lines += [f"! Not supported: {one.text} ({one.reason})" for one in answer.sentences if one.verdict == "unsupported"]
    lines += [f"? {one.text} ({one.reason})" for one in answer.sentences if one.verdict == "not checked"]
    return [*lines, *answer.notices]
