"""Which library was used last, so that a command that uses another one can say so."""

import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_state_path


def last_library() -> Path | None:
    """The index folder that the last command used; None when that is unknown."""
    with suppress(OSError, ValueError):
        return Path(state_file().read_text("utf-8")) if state_file().is_file() else None
    return None


def remember_library(folder: Path) -> None:
    """Keeps `folder` for `last_library`, where a file can be kept."""
    with suppress(OSError, ValueError):
        state_file().parent.mkdir(parents=True, exist_ok=True)
        state_file().write_text(str(folder), "utf-8")


def state_file() -> Path:
    return user_state_path("paperchat", appauthor=False) / "last-library"


def who_chose(config: Path | None, index_dir: Path | None) -> str:
    """Why the index is looked for where it is."""
    if index_dir is not None:
        return "as --index-dir says"
    if os.environ.get("PAPERCHAT_INDEX__FOLDER"):
        return "as PAPERCHAT_INDEX__FOLDER says"
    file = Path(config or os.environ.get("PAPERCHAT_CONFIG") or "config.yaml")
    if file.is_file():
        return f"as {file.absolute()} says"
    return f"as there is no config.yaml in {Path.cwd()}"
