"""The tab with the map of all papers."""

from collections.abc import Iterator
from dataclasses import dataclass

import gradio as gr

from ui.html import asset
from ui.page.corpus_map import Cartographer, CorpusMap
from ui.page.parts import QUIET
from ui.page.rendering import render


@dataclass(frozen=True, slots=True)
class MapTab:
    drawing: gr.HTML


def build_map_tab() -> MapTab:
    """Lays the tab out. Call it inside `gr.Tab`."""
    return MapTab(
        gr.HTML("", js_on_load=asset("map_drawing.js") + asset("map.js"), apply_default_css=False, elem_id="map")
    )


def wire_map_tab(tab: MapTab, choose: gr.Tab, bridge: gr.HTML, cartographer: Cartographer) -> None:
    """`choose` is the tab itself: the map is drawn when it is chosen."""

    def show(drawn: CorpusMap | None) -> str:
        regions = [[each.name, each.x, each.y, each.size] for each in drawn.regions] if drawn else []
        return render("map.html", map=drawn, regions=regions)

    def draw() -> Iterator[str]:
        if not cartographer.is_drawn:
            yield show(None)
        yield show(cartographer.map())

    def draw_anew() -> Iterator[str]:
        yield show(None)
        yield show(cartographer.map(anew=True))

    choose.select(draw, None, [tab.drawing], **QUIET)
    bridge.draw_anew(draw_anew, None, [tab.drawing], **QUIET)
