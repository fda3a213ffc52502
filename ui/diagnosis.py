"""What `paperchat doctor` looks at: the settings, the model that answers, the index."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Finding
    from rag.settings import Settings


def diagnose(settings: "Settings") -> "list[Finding]":
    """All findings, good and bad; never raises for a problem that it can describe."""
    from index import Finding, inspect
    from rag.llms import check_model
    from ui.settings import read_ui_settings

    read_ui_settings(settings)
    findings = [Finding("settings", "ok", f"valid; answers come from {settings.llm.name}", "")]
    return findings + check_model(settings.llm) + inspect(settings.index)
