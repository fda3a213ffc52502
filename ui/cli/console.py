"""What the commands share: their common options, opening the assistant, progress, safe output."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

from ui.cli.last_library import last_library, remember_library, who_chose

if TYPE_CHECKING:
    from rag import Assistant, Settings

NEW = "new"
"""What a library holds that is yet to be made."""


def command_examples(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--config and --index-dir, which every command takes."""
    command = click.option(
        "--config", type=click.Path(path_type=Path), help="Settings file; ./config.yaml if there is one."
    )(command)
    return click.option("--index-dir", type=click.Path(path_type=Path), help="Folder of the index.")(command)


def read_settings(config: Path | None, index_dir: Path | None) -> "Settings":
    from rag import load_settings  # 450 ms

    return load_settings(config).with_index_folder(index_dir)


@contextmanager
def open_assistant(config: Path | None, index_dir: Path | None) -> "Iterator[Assistant]":
    """The assistant; the user is told of a first start, which indexes the shipped catalogue, and of another library."""
    from index import PaperIndex  # 80 ms
    from rag import Assistant  # 450 ms

    settings = read_settings(config, index_dir)
    is_first = not PaperIndex.exists(settings.index)
    with progress_bar("Indexing" if is_first else "Going on with indexing") as advance:

        def tell(done: int, total: int, stage: str) -> None:
            nonlocal is_first
            if is_first:
                announce_library(settings, NEW, config, index_dir)
                click.echo(
                    "First start: indexing the 238 abstracts that ship with paperchat (half a minute).", err=True
                )
                is_first = False
            advance(done, total, stage)

        with Assistant.from_config(config, index_dir=index_dir, on_progress=tell) as assistant:
            announce_library(settings, count_of(assistant.index.count(), "paper"), config, index_dir)
            yield assistant


def announce_library(settings: "Settings", holds: str, config: Path | None, index_dir: Path | None) -> None:
    """Says on stderr which library is used, if it is not the one used last, or NEW; `holds` says what is in it.

    Another folder may have another config.yaml and with it another library: nobody should wonder where papers are.
    """
    from index import index_folder  # 80 ms

    folder, last = index_folder(settings.index).absolute(), last_library()
    if folder == last and holds != NEW:
        return
    line = f"Library: {folder}{f' ({holds})' if holds else ''}, {who_chose(config, index_dir)}"
    if last not in (None, folder):
        line += f"; last time it was {last}"
    click.echo(printable(line), err=True)
    remember_library(folder)


def read_years(year: str | None) -> tuple[int | None, int | None]:
    """First and last year of "2023", "2020-2022", "2021-" or "-2020", None where open. Raises click.BadParameter."""
    if not year:
        return None, None
    first, dash, last = year.partition("-")
    if not re.fullmatch(r"[0-9]{0,4}", first) or not re.fullmatch(r"[0-9]{0,4}", last) or not first + last:
        raise click.BadParameter(f"{year!r} is not a year or a range such as 2020-2022.", param_hint="--year")
    low, high = (int(part) if part else None for part in (first, last))
    return low, high if dash else low


def count_of(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """A callback (done, total, stage) that draws a bar with rate and time left on stderr, where that is a terminal.

    Nothing is drawn before the first call.
    """
    bars: dict[str, Any] = {}

    def advance(done: int, total: int, stage: str) -> None:
        if stage not in bars:
            close()
            bars[stage] = tqdm(
                total=total,
                desc=f"{label} ({stage})" if stage else label,
                unit=" papers",
                file=sys.stderr,
                disable=None,
                leave=False,
            )
        bar = bars[stage]
        bar.total = total
        bar.update(done - bar.n)
        if 0 < total <= done:
            bar.close()

    def close() -> None:
        for bar in bars.values():
            bar.close()

    try:
        yield advance
    finally:
        close()


def print_json(value: Any) -> None:
    """Readable in any language; what a terminal would act on instead of showing is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo("".join(c if c == "\n" or c.isprintable() else json.dumps(c)[1:-1] for c in text))


def printable(text: str) -> str:
    """`text` without control characters: a title must not move the cursor or colour the terminal."""
    return "".join(c if c in "\n\t" or c.isprintable() else " " * c.isspace() for c in text)
