"""The Gradio page and its parts."""

from ui.page.building import address_of, is_open_to_all, listen, serve

__all__ = [
    "address_of",
    "is_open_to_all",
    "listen",
    "serve",
]
