"""Small things that every part of the page uses."""

from typing import Any

import gradio as gr

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For every event: no spinner over the text being read, and no entry among the API's functions."""


def html(value: str, name: str, **options: Any) -> gr.HTML:
    """A place for rendered HTML with the element id `name`."""
    return gr.HTML(value, js_on_load=None, apply_default_css=False, elem_id=name, **options)


def owner_of(request: gr.Request) -> str:
    """Whose conversations these are: the user's, or without users the browser's."""
    return str(request.username or request.session_hash)
