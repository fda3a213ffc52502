"""The templates of the page, given what they ask for besides their values."""

from typing import Any

from ui import html
from ui.history import as_bibtex, as_text
from ui.page.examples import follow_ups


def render(template: str, **values: Any) -> str:
    """The template with `values` filled in; it may call `as_text`, `as_bibtex` and `follow_ups`."""
    return html.render(template, as_text=as_text, as_bibtex=as_bibtex, follow_ups=follow_ups, **values)
