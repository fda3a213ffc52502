"""Papers, questions and claims of many fields, written for training: the files beside this one, and their reader."""

from train.fields.reading import (
    Claim,
    LibraryQuestion,
    WrittenField,
    WrittenPaper,
    WrittenQuestion,
    WrittenTalk,
    read_fields,
)

__all__ = [
    "Claim",
    "LibraryQuestion",
    "WrittenField",
    "WrittenPaper",
    "WrittenQuestion",
    "WrittenTalk",
    "read_fields",
]
