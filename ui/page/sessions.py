"""What Gradio keeps of each browser tab, without what grows.

For links that reopen a tab in the same state, which this page doesn't have, Gradio keeps every component's value, and
each update of a component adds one more component to keep: seen, 4 to 10 MB a question in a long conversation.
"""

from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.state_holder import SessionState, StateHolder

TABS_REMEMBERED = 2000
"""The longest unused go first; such a tab's next question begins a new conversation."""


class Tab(SessionState):
    """Values of `gr.State`, and the components as last updated; nothing for links."""

    def __init__(self, page: gr.Blocks) -> None:
        super().__init__(page)
        self.own = frozenset(self.blocks_config.blocks)
        self.config_values.clear()

    def __setitem__(self, key: int, value: Any) -> None:
        super().__setitem__(key, value)
        self.config_values.clear()
        # An updated component has a number of its own; it is found by the number of the one that it replaces.
        for number in self.blocks_config.blocks.keys() - self.own:
            del self.blocks_config.blocks[number]

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass


class Tabs(StateHolder):
    """The tabs of all browsers."""

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = Tab(self.blocks)
        return super().__getitem__(session_id)


def keep_small(app: FastAPI, page: gr.Blocks) -> None:
    """Lets the `page` mounted last in `app` keep its tabs in `Tabs`."""
    page.state_session_capacity = TABS_REMEMBERED
    tabs = Tabs()  # type: ignore[no-untyped-call]
    tabs.set_blocks(page)
    app.routes[-1].app.state_holder = tabs  # type: ignore[attr-defined]
