"""The tab with the map of all papers."""

from dataclasses import dataclass

import gradio as gr

from ui.html import asset
from ui.page.corpus_map import Cartographer
from ui.page.parts import QUIET
from ui.page.rendering import render


@dataclass(frozen=True, slots=True)
class MapTab:
    drawing: gr.HTML


def build_map_tab() -> MapTab:
    """Lays the tab out. Call it inside `gr.Tab`."""
    return MapTab(gr.HTML("", js_on_load=asset("map.js"), apply_default_css=False, elem_id="map"))


def wire_map_tab(tab: MapTab, choose: gr.Tab, cartographer: Cartographer) -> None:
    """`choose` is the tab itself: the map is drawn when it is chosen."""

    def draw() -> str:
        return render("map.html", map=cartographer.map())

    choose.select(draw, None, [tab.drawing], **QUIET)
