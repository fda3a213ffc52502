"""HTML from the templates. Jinja escapes every value; addresses that aren't http(s) are dropped."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ui.prose import blocks, marked

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
    made.filters.update(web=web_address, people=people, anchor=anchor, blocks=blocks, marked=marked, took=took)
    return made


def web_address(url: str) -> str:
    """`url` if a browser may follow it (http or https with a host), else nothing."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else ""


def people(authors: tuple[str, ...]) -> str:
    """The first authors, "and others" for the rest."""
    shown = ", ".join(authors[:AUTHORS_SHOWN])
    return f"{shown} and others" if len(authors) > AUTHORS_SHOWN else shown


def anchor(text: str) -> str:
    """`text` as part of an element's id."""
    return re.sub(r"[^\w.-]+", "-", text)


def took(milliseconds: float) -> str:
    """A duration for people: `40 ms`, `1.2 s`."""
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"
