"""What was read lately is not read again, unless it was cleared or there is no room."""

from collections.abc import Sequence

from index.paper_content import Recent


class Shelf:
    """Reads `a` as `A` and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def read(self, ids: Sequence[str]) -> dict[str, str]:
        self.asked.append(list(ids))
        return {id: id.upper() for id in ids if id != "unknown"}


def test_only_what_is_not_there_is_read_and_the_order_is_kept() -> None:
    shelf, recent = Shelf(), Recent[str](3)
    assert recent.get(["b", "a"], shelf.read) == {"b": "B", "a": "A"}
    assert list(recent.get(["c", "a"], shelf.read).items()) == [("c", "C"), ("a", "A")]
    assert recent.get(["a", "b"], shelf.read) == {"a": "A", "b": "B"}
    assert shelf.asked == [["b", "a"], ["c"]]


def test_the_one_that_was_not_asked_for_longest_makes_room() -> None:
    shelf, recent = Shelf(), Recent[str](2)
    for id in ("a", "b", "a", "c", "a", "b"):
        recent.get([id], shelf.read)
    assert shelf.asked == [["a"], ["b"], ["c"], ["b"]]


def test_unknown_ids_are_left_out() -> None:
    assert Recent[str](2).get(["unknown", "a"], Shelf().read) == {"a": "A"}


def test_more_than_there_is_room_for_comes_back_whole() -> None:
    assert Recent[str](1).get(["a", "b", "c"], Shelf().read) == {"a": "A", "b": "B", "c": "C"}


def test_what_was_read_before_a_clearing_is_not_kept() -> None:
    recent = Recent[str](2)

    def read_while_it_changes(ids: Sequence[str]) -> dict[str, str]:
        recent.clear()
        return dict.fromkeys(ids, "old")

    recent.get(["a"], read_while_it_changes)
    assert recent.get(["a"], lambda ids: dict.fromkeys(ids, "new")) == {"a": "new"}
