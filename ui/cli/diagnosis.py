"""What `paperchat doctor` looks at: the settings, the model that answers, the index."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from index import Finding
    from rag import Settings


def diagnose(read_settings: "Callable[[], Settings]") -> "list[Finding]":
    """All findings, good and bad; never raises for a problem that it can describe."""
    from index import Finding, SettingsError, inspect
    from rag.llm import check_model
    from ui.doors import read_users
    from ui.settings import read_ui_settings

    try:
        settings = read_settings()
        read_users(read_ui_settings(settings).auth)
    except SettingsError as error:
        return [Finding("settings", "error", str(error))]
    findings = [Finding("settings", "ok", f"valid; answers come from {settings.llm.name}", "")]
    return findings + check_model(settings.llm) + inspect(settings.index)
