"""The house: arrows go down, no circles, and a room is entered by its door."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
HOUSES = ("ui", "rag", "index")
VISITORS = ("bench", "docs", "train", "tests")

LOOK_INSIDE = ("bench.crash", "bench.hashed", "bench.synthetic")
"""They stop the index between its own statements, or fill it past its door, and so must know its parts."""

STORIES = {
    "": (("ui",), ("rag",), ("index",)),
    "ui": (("__main__",), ("cli",), ("page",), ("doors",), ("history",), ("reports",), ("html",), ("settings",)),
    "rag": (
        ("evaluation", "langchain", "llamaindex"),
        ("assistant",),
        ("running", "table", "preview"),
        ("turn",),
        ("finder",),
        ("clock",),
        ("tools",),
        ("answering",),
        ("checking",),
        ("llm",),
        ("reading",),
        ("understanding",),
        ("search",),
        ("text",),
        ("answer", "ask", "errors", "otel", "settings", "spans"),
    ),
}
"""House -> what is in it, from the roof down: an arrow goes to the same story or a lower one."""


def modules(*folders: str) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for file in sorted((PROJECT / folder).rglob("*.py")):
            yield ".".join(file.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"), file


def imports(file: Path, known: set[str]) -> Iterator[str]:
    """The modules of ours that a file imports, wherever in it; a room when it is entered by its door."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are written in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from {name if name in known else node.module or "" for name in names}
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


OURS = dict(modules(*HOUSES))
ROOMS = {name for name, file in OURS.items() if file.name == "__init__.py"}
ARROWS = [
    (module, target)
    for module, file in [*OURS.items(), *modules(*VISITORS)]
    for target in imports(file, set(OURS))
    if target.split(".")[0] in HOUSES
]


def room_of(module: str) -> str:
    while module not in ROOMS:
        module = module.rpartition(".")[0]
    return module


def is_inside(module: str, room: str) -> bool:
    """Whether it is a module of the room, or a test of it: tests mirror the rooms."""
    return f"{module.removeprefix('tests.')}.".startswith(f"{room}.")


def story(module: str, house: str) -> int:
    name = module.removeprefix(f"{house}." if house else "").split(".")[0]
    return next(at for at, names in enumerate(STORIES[house]) if name in names)


def test_there_are_imports_to_look_at() -> None:
    assert len(ARROWS) > 500


def test_a_room_is_entered_by_its_door() -> None:
    past = [
        f"{module} imports {target}"
        for module, target in ARROWS
        if target not in ROOMS and not is_inside(module, room_of(target)) and module not in LOOK_INSIDE
    ]
    assert past == []


@pytest.mark.parametrize("house", STORIES)
def test_no_arrow_goes_up(house: str) -> None:
    up = [
        f"{module} imports {target}"
        for module, target in ARROWS
        if module in OURS
        and module != house
        and target != house
        and f"{module}.".startswith(f"{house}." if house else "")
        and f"{target}.".startswith(f"{house}." if house else "")
        and story(module, house) > story(target, house)
    ]
    assert up == []


def test_nothing_inside_a_house_rings_at_its_own_door() -> None:
    ringing = [
        f"{module} imports {target}" for module, target in ARROWS if module in OURS and is_inside(module, target)
    ]
    assert ringing == []


def test_there_is_no_circle() -> None:
    graph: dict[str, set[str]] = {module: set() for module in OURS}
    for module, target in ARROWS:
        if module in OURS:
            graph[module].add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_every_room_says_in_its_door_what_lives_there() -> None:
    assert [room for room in ROOMS if not ast.get_docstring(ast.parse(OURS[room].read_text("utf-8")))] == []


def test_no_module_is_longer_than_300_lines() -> None:
    long = {module: len(file.read_text("utf-8").splitlines()) for module, file in OURS.items()}
    assert {module: lines for module, lines in long.items() if lines > 300} == {}
