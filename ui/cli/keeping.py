"""Answers kept elsewhere: in a file of any kind that conversations go out as, or as notes in Zotero."""

from collections.abc import Sequence
from pathlib import Path

from index import PaperIndexError, SettingsError
from rag import Answer, Assistant
from ui.history import EXPORTS, Turn, as_note, export_conversation

ZOTERO = "zotero"
"""The place that is no file."""


def check_place(place: str) -> None:
    """Raises SettingsError for a name that nothing can be kept under: before a question is asked, which may cost."""
    if place != ZOTERO and kind_of(place) not in EXPORTS:
        kinds = ", ".join(f".{kind}" for kind in EXPORTS)
        raise SettingsError(f"The name must end in one of {kinds}; {ZOTERO} keeps notes in Zotero.")


def keep_answers(assistant: Assistant, answers: Sequence[Answer], place: str) -> str:
    """Keeps them in the file `place`, or in Zotero, and returns where that is.

    Raises PaperIndexError for a file that can't be written, and what `Remote.add_notes` raises.
    """
    turns = [Turn(number, answer) for number, answer in enumerate(answers, 1)]
    if place == ZOTERO:
        from index.remote import Remote  # 60 ms, with its HTTP client

        with Remote(assistant.settings.index.remote) as remote:
            name = remote.add_notes([as_note(turn) for turn in turns])
        return f"the Zotero library of {name}, from where Zotero fetches them when it syncs"
    known = assistant.index.papers({one.paper_id for answer in answers for one in answer.sources})
    try:
        file = Path(place).expanduser()
        file.write_bytes(export_conversation(answers[0].question, turns, kind_of(place), known))
    except OSError as error:
        raise PaperIndexError(f"{place} can't be written ({error.strerror}). Name another file.") from error
    return place


def kind_of(place: str) -> str:
    return Path(place).suffix.removeprefix(".").lower()
