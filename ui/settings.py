"""The `ui` section of config.yaml."""

import ipaddress
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rag import Settings, validate_settings


class UISettings(BaseModel):
    """The page and the server behind it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(7860, ge=0, le=65535)
    title: str = "paperchat"
    theme: Literal["system", "light", "dark"] = "system"
    auth: Path | None = None
    owners: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    upload_megabytes: int = Field(20, ge=1, le=2000)
    upload_files: int = Field(20, ge=1, le=1000)
    requests_per_minute: int = Field(60, ge=1)
    concurrency: int = Field(8, ge=1, le=256)
    queue: int = Field(64, ge=1, le=10000)
    log_requests: bool = False
    log_texts: bool = False
    traces: str = Field("", pattern=r"^(https?://\S+)?$")

    @field_validator("trusted_proxies")
    @classmethod
    def are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            ipaddress.ip_network(each, strict=False)
        return value


def read_ui_settings(settings: Settings) -> UISettings:
    """The checked `ui` section. Raises SettingsError for an unknown key or a value that can't be used."""
    return validate_settings(UISettings, settings.ui, "config.yaml, section ui")
