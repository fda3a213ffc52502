"""HTML from the templates. Jinja escapes every value; addresses that aren't http(s) are dropped."""

import time
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ui.html.links import web_address
from ui.html.prose import blocks, folded, marked, parts_of

HERE = Path(__file__).parent
AUTHORS_SHOWN = 3


def render(template: str, **values: Any) -> str:
    """The file `templates/<template>` with `values` filled in."""
    return environment().get_template(template).render(**values)


def asset(name: str) -> str:
    """The text of `assets/<name>`."""
    return (HERE / "assets" / name).read_text("utf-8")


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        web=web_address,
        people=people,
        took=took,
        day=day,
        blocks=blocks,
        parts_of=parts_of,
        folded=folded,
        marked=marked,
    )
    return made


def people(authors: tuple[str, ...]) -> str:
    """The first authors, "and others" for the rest."""
    shown = ", ".join(authors[:AUTHORS_SHOWN])
    return f"{shown} and others" if len(authors) > AUTHORS_SHOWN else shown


def took(milliseconds: float) -> str:
    """A duration for people: `40 ms`, `1.2 s`."""
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def day(seconds: float) -> str:
    """A moment as `2026-11-25 14:03`, in the server's time."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
