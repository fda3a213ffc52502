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
class Tried:
    """What was found of a provider; `is_one_of_all`: of one in the list of all."""

    provider: str
    findings: Sequence[Finding]
    is_one_of_all: bool


def build_settings_tab() -> gr.HTML:
    """Lays the tab out. Call it inside `gr.Tab`."""
    return html("", "settings")


def wire_settings_tab(
    tab: gr.HTML,
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

    def form(
        request: gr.Request,
        given: Mapping[str, str] | None = None,
        *,
        tried: Tried | None = None,
        said: str = "",
        failure: str = "",
    ) -> str:
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
            tried=tried,
            said=said,
            failure=failure,
        )

    def try_one(event: gr.EventData, request: gr.Request) -> str:
        if reason_against(request):
            return form(request)
        given = given_by(event)
        asked, wanted = given, str(event._data.get("provider", ""))
        if wanted and wanted != given.get("llm.provider"):
            asked = {"llm.provider": wanted, "llm.model": "", "llm.base_url": ""}
        try:
            found: Sequence[Finding] = desk.try_model(asked)
        except PaperchatError as error:
            found = [Finding("model", "error", str(error))]
        return form(request, given, tried=Tried(wanted or asked.get("llm.provider", ""), found, bool(wanted)))

    def save(event: gr.EventData, request: gr.Request) -> Changes:
        if reason_against(request):
            return {tab: form(request)}
        given = given_by(event)
        try:
            desk.save(given)
        except PaperchatError as error:
            return {tab: form(request, given, failure=str(error))}
        return {tab: form(request, said="Saved."), header: masthead()} | options()

    def options() -> Changes:
        """The fields on the first tab, whose values were those of the server's start."""
        assistant = desk.assistant
        return {
            model: gr.update(choices=list(assistant.models), value=assistant.model_name),
            top_k: gr.update(value=min(assistant.settings.rag.top_k, MOST_READ)),
        }

    def show(request: gr.Request) -> str:
        return form(request)

    choose.select(show, None, [tab], **QUIET)
    bridge.try_model(try_one, None, [tab], **QUIET)
    bridge.save_settings(save, None, [tab, header, model, top_k], **QUIET)
    page.load(options, None, [model, top_k], **QUIET)


def given_by(event: gr.EventData) -> dict[str, str]:
    """What the form sent, by key."""
    return {key: str(value) for key, value in (event._data or {}).items() if "." in key}
