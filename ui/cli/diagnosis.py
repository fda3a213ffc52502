"""What `paperchat doctor` looks at: the settings, the model that answers, the index."""

from collections.abc import Callable

from index import Finding, SettingsError, inspect
from rag import Settings
from rag.llm import check_model
from ui.doors import read_users
from ui.settings import read_ui_settings


def diagnose(read_settings: Callable[[], Settings]) -> list[Finding]:
    """All findings, good and bad; never raises for a problem that it can describe."""
    try:
        settings = read_settings()
        read_users(read_ui_settings(settings).auth)
    except SettingsError as error:
        return [Finding("settings", "error", str(error))]
    findings = [Finding("settings", "ok", f"valid; answers come from {settings.llm.name}", "")]
    return findings + check_model(settings.llm) + inspect(settings.index)
