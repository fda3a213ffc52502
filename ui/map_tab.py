"""The tab with the map of all papers."""

from dataclasses import dataclass

import gradio as gr

from ui.corpus_map import Cartographer
from ui.parts import QUIET
from ui.render import asset, render

WIDTH, HEIGHT, MARGIN = 1000, 470, 20


@dataclass(frozen=True, slots=True)
class MapTab:
    drawing: gr.HTML


def build_map_tab() -> MapTab:
    """Lays the tab out. Call it inside `gr.Tab`."""
    waiting = '<p class="hint">Drawing the map…</p>'
    return MapTab(gr.HTML(waiting, js_on_load=asset("map.js"), apply_default_css=False, elem_id="map"))


def wire_map_tab(tab: MapTab, choose: gr.Tab, cartographer: Cartographer) -> None:
    """`choose` is the tab itself: the map is drawn when it is chosen."""

    def draw() -> str:
        return render("map.html", map=cartographer.map(), width=WIDTH, height=HEIGHT, margin=MARGIN)

    choose.select(draw, None, [tab.drawing], **QUIET)
