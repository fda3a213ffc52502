"""The tab of settings, for owners: which model answers, retrieval and refusal, the theme."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import gradio as gr

from index import Finding, PaperchatError
from rag import LLMSettings
from ui.page.ask_tab import MOST_READ, AskTab
from ui.page.parts import QUIET, Changes, client_of, html
from ui.page.rendering import render
from ui.page.settings_desk import SLIDERS, THEMES, SettingsDesk

PROVIDERS = tuple(get_args(LLMSettings.model_fields["provider"].annotation))


@dataclass(frozen=True, slots=True)
class SettingsTab:
    form: gr.HTML
    tried: gr.HTML


def build_settings_tab() -> SettingsTab:
    """Lays the tab out. Call it inside `gr.Tab`."""
    with gr.Column(elem_id="settings-tab"):
        return SettingsTab(html("", "settings"), html("", "tried"))


def wire_settings_tab(
    tab: SettingsTab,
    choose: gr.Tab,
    page: gr.Blocks,
    bridge: gr.HTML,
    desk: SettingsDesk,
    ask: AskTab,
    header: gr.HTML,
    masthead: Callable[[], str],
) -> None:
    """`choose` is the tab itself."""
    model, top_k = ask.options[:2]

    def reason_against(request: gr.Request) -> str:
        return desk.reason_against(request.username or "", client_of(request))

    def form(request: gr.Request, given: Mapping[str, str] | None = None, *, said: str = "", failure: str = "") -> str:
        reason = reason_against(request)
        return render(
            "settings.html",
            reason=reason,
            values={**desk.values(), **(given or {})},
            locked=desk.locked(),
            sliders=SLIDERS,
            themes=THEMES,
            providers=PROVIDERS,
            keys=[] if reason else list(desk.keys()),
            file=desk.file,
            said=said,
            failure=failure,
        )

    def show(request: gr.Request) -> Changes:
        return {tab.form: form(request), tab.tried: ""}

    def try_one(event: gr.EventData, request: gr.Request) -> Changes:
        if reason_against(request):
            return show(request)
        given = given_by(event)
        if event._data.get("provider"):
            chosen = str(event._data["provider"])
            same = chosen == desk.values()["llm.provider"]
            now = desk.values()
            given = now if same else {"llm.provider": chosen, "llm.model": "", "llm.base_url": ""}
        try:
            found: Sequence[Finding] = desk.try_model(given)
        except PaperchatError as error:
            found = [Finding("model", "error", str(error))]
        return {tab.tried: render("tried.html", provider=given.get("llm.provider", ""), findings=found)}

    def save(event: gr.EventData, request: gr.Request) -> Changes:
        if reason_against(request):
            return show(request)
        given = given_by(event)
        try:
            desk.save(given)
        except PaperchatError as error:
            return {tab.form: form(request, given, failure=str(error))}
        return {tab.form: form(request, said="Saved."), header: masthead()} | options()

    def options() -> Changes:
        """The fields on the first tab, whose values were those of the server's start."""
        assistant = desk.assistant
        return {
            model: gr.update(choices=list(assistant.models), value=assistant.model_name),
            top_k: gr.update(value=min(assistant.settings.rag.top_k, MOST_READ)),
        }

    choose.select(show, None, [tab.form, tab.tried], **QUIET)
    bridge.try_model(try_one, None, [tab.form, tab.tried], **QUIET)
    bridge.save_settings(save, None, [tab.form, tab.tried, header, model, top_k], **QUIET)
    page.load(options, None, [model, top_k], **QUIET)


def given_by(event: gr.EventData) -> dict[str, str]:
    """What the form sent, by key."""
    return {key: str(value) for key, value in (event._data or {}).items() if "." in key}
