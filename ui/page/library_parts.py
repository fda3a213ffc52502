"""The components of the library's tab."""

from dataclasses import dataclass

import gradio as gr


@dataclass(frozen=True, slots=True)
class LibraryTab:
    """`collection` is the id of the one that is open, "" for the whole library."""

    query: gr.Textbox
    topic: gr.Dropdown
    year: gr.Dropdown
    order: gr.Dropdown
    collection: gr.State
    bar: gr.HTML
    listed: gr.HTML
    paper: gr.HTML
    files: gr.File
    report: gr.HTML
    header: gr.HTML

    @property
    def search(self) -> list[gr.components.Component]:
        return [self.query, self.topic, self.year, self.order]
