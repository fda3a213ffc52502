"""Small things that every part of the page uses."""

from typing import Any

import gradio as gr

from ui.doors import BROWSER_COOKIE, owner_name

Changes = dict[Any, Any]
"""Component -> its new value, as a handler gives it to Gradio."""

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For every event: no spinner over the text being read, and no entry among the API's functions."""


def html(value: str, name: str, **options: Any) -> gr.HTML:
    """A place for rendered HTML with the element id `name`."""
    return gr.HTML(value, js_on_load=None, apply_default_css=False, elem_id=name, **options)


def owner_of(request: gr.Request) -> str:
    """Whose conversations these are: the user's; without users the browser's."""
    browser = dict(request.cookies).get(BROWSER_COOKIE, "")
    return owner_name(request.username or "", browser) or f"session:{request.session_hash}"


def client_of(request: gr.Request) -> str:
    """Whose requests are counted together: the user's; without users those of one address."""
    return str(request.username or (request.client.host if request.client else "unknown"))


def sent(event: gr.EventData, name: str) -> str:
    """A text that the browser sent along with an event; "" when it did not."""
    return str((event._data or {}).get(name, ""))


def sent_number(event: gr.EventData, name: str) -> int:
    """A whole number that the browser sent along; 0 when it did not."""
    try:
        return int(sent(event, name))
    except ValueError:
        return 0
