"""What a look at the index, the settings or a model server found."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, and what to do about it (empty when all is well)."""

    name: str
    severity: Severity
    message: str
    remedy: str = ""
