"""Which papers the next question is put to, when it is not all of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Only:
    """The ids of papers, none for all; `name` says what they are where they are several ("the collection Owls")."""

    ids: tuple[str, ...] = ()
    name: str = ""

    def __bool__(self) -> bool:
        return bool(self.ids)
