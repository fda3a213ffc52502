"""What the settings of the page work with: who may change them, what they are, how they are changed."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index import Finding, SettingsError
from rag import LLMSettings, Settings, overridden, validate_settings
from rag.llm import key_statuses, try_provider
from ui.page.settings_file import write_settings
from ui.settings import UISettings, read_ui_settings

if TYPE_CHECKING:
    from rag import Assistant

THEMES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class Slider:
    """A setting that is a number. `does` is told to the reader."""

    key: str
    label: str
    does: str
    low: float
    high: float
    step: float


SLIDERS = (
    Slider("rag.top_k", "Abstracts to read", "More finds what is spread over papers; fewer are read sooner.", 1, 50, 1),
    Slider(
        "rag.model_papers",
        "Abstracts a language model reads",
        "More for broad questions; each costs tokens.",
        1,
        50,
        1,
    ),
    Slider(
        "rag.retrieval.candidates",
        "Passages looked at",
        "Taken from the search by words, and as many from that by meaning, before the best are chosen.",
        5,
        200,
        1,
    ),
    Slider(
        "rag.refuse_below",
        "Refuse below",
        "The chance that the abstracts hold the answer, below which a question is refused. Higher: fewer answers, "
        "and fewer that miss the question.",
        0.05,
        0.95,
        0.01,
    ),
    Slider(
        "rag.support_threshold",
        "Supported from",
        "How far a passage must carry a sentence for it not to be marked. Higher: more wavy lines.",
        0.05,
        0.95,
        0.01,
    ),
)


class SettingsDesk:
    """The settings of the server, while it runs and in its file. Thread-safe."""

    def __init__(self, assistant: "Assistant", ui: UISettings, file: Path | None, *, has_users: bool) -> None:
        """`file` is where changes are written; without one nothing can be changed."""
        self.assistant = assistant
        self.file = file
        self.ui = ui
        self.theme = ui.theme
        self._has_users = has_users
        self._writing = threading.Lock()

    def reason_against(self, user: str, client: str) -> str:
        """Why somebody may not change settings, "" when he may.

        Without users it is who sits at this machine; behind another server everybody seems to, so that nobody may.
        """
        if self.file is None:
            return "This server was started without a settings file."
        if self._has_users:
            return "" if user in self.ui.owners else "Only owners may change settings: those that ui.owners names."
        if self.ui.allowed_hosts or client not in ("127.0.0.1", "::1"):
            return (
                "Settings are changed at the machine that the server runs on, or by owners: see ui.auth and ui.owners."
            )
        return ""

    def values(self) -> dict[str, Any]:
        """Key -> what holds now."""
        rag = self.assistant.settings.rag
        llm = self.assistant.settings.llm
        return {
            "llm.provider": llm.provider,
            "llm.model": llm.model,
            "llm.base_url": without_password(llm.base_url),
            "rag.top_k": rag.top_k,
            "rag.model_papers": rag.model_papers,
            "rag.retrieval.candidates": rag.retrieval.candidates,
            "rag.refuse_below": rag.refuse_below,
            "rag.support_threshold": rag.support_threshold,
            "ui.theme": self.theme,
        }

    def locked(self) -> frozenset[str]:
        """Keys that the environment holds: what is written to the file has no effect on them."""
        held = overridden()
        return frozenset(key for key in self.values() if any(key == one or key.startswith(f"{one}.") for one in held))

    def try_model(self, given: Mapping[str, str]) -> list[Finding]:
        """Package, key, server and model of what the form says. Raises SettingsError for what can't be meant."""
        return try_provider(self._as_llm(given))

    def keys(self) -> Iterator[tuple[str, str]]:
        """(provider, what is to be said of its key)."""
        for one in key_statuses():
            if not one.variable:
                yield one.provider, "takes no key from here"
            elif one.is_set:
                yield one.provider, f"{one.variable} is set"
            else:
                yield one.provider, f"{one.variable} is not set" + ("" if one.is_needed else ", and need not be")

    def save(self, given: Mapping[str, str]) -> None:
        """Writes what differs from what holds now, and lets it hold. Raises SettingsError, MissingKey, MissingExtra."""
        with self._writing:
            if self.file is None:
                raise SettingsError("This server was started without a settings file. Start it with --config FILE.")
            self._as_llm(given)
            now, locked = self.values(), self.locked()
            wanted = {key: read_value(given[key], old) for key, old in now.items() if key in given}
            changes = {key: value for key, value in wanted.items() if value != now[key] and key not in locked}
            if any(key.startswith("llm.") for key in changes):
                changes |= {key: wanted[key] for key in ("llm.provider", "llm.model", "llm.base_url") if key in wanted}
            if not changes:
                return

            def use(settings: Settings) -> None:
                self.assistant.apply(settings)
                self.theme = read_ui_settings(settings).theme

            write_settings(self.file, changes, use, Path(self.assistant.index.folder))

    def _as_llm(self, given: Mapping[str, str]) -> LLMSettings:
        held = self.assistant.settings.llm
        given = {**self.values(), **given}
        address = given["llm.base_url"]
        if address != without_password(address):
            raise SettingsError("The address holds a password. Keys and passwords belong in the environment.")
        if address == without_password(held.base_url):
            address = held.base_url
        provider = given["llm.provider"]
        values = {"provider": provider, "model": given["llm.model"].strip(), "base_url": address.strip()}
        if provider == held.provider:
            values = held.model_dump() | values
        return validate_settings(LLMSettings, values, "The model")


def read_value(text: str, old: Any) -> Any:
    """As the kind of value that `old` is. Raises SettingsError."""
    try:
        if isinstance(old, int):
            return int(text)
        return round(float(text), 4) if isinstance(old, float) else text.strip()
    except ValueError:
        raise SettingsError(f"{text[:40]!r} is no number. Use the slider.") from None


def without_password(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return address.replace(f"{parts.netloc.rpartition('@')[0]}@", "", 1) if "@" in parts.netloc else address
