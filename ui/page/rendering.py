"""The templates of the page, given what they ask for besides their values."""

from typing import Any

from ui import html
from ui.history import as_bibtex, as_text
from ui.page.chosen_filters import understood
from ui.page.examples import follow_ups


def render(template: str, **values: Any) -> str:
    """The template with `values` filled in; it may call `as_text`, `as_bibtex`, `follow_ups` and `understood`."""
    return html.render(
        template, as_text=as_text, as_bibtex=as_bibtex, follow_ups=follow_ups, understood=understood, **values
    )
