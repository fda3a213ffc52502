"""Setting up the programs that ask: their own file of servers, edited with a backup; and a bundle to open in them."""

import json
import os
import shutil
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import PaperchatError, SettingsError

NAME = "paperchat"
PROGRAM = ("-P", "-m", "ui")
"""Clients start it in a folder of the reader's work: with `-P` a package `ui` that lies there is not taken for ours."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program: where its file is on each system, from `base`, and under which key servers stand in it."""

    title: str
    files: Mapping[str, str]
    key: str = "mcpServers"

    def file(self, home: Path, platform: str = sys.platform, environment: Mapping[str, str] = os.environ) -> Path:
        if platform == "win32":
            return Path(environment.get("APPDATA", str(home / "AppData/Roaming"))) / self.files["win32"]
        return home / self.files["darwin" if platform == "darwin" else "linux"]


CLIENTS = {
    "claude": Client(
        "Claude Desktop",
        {
            "linux": ".config/Claude/claude_desktop_config.json",
            "darwin": "Library/Application Support/Claude/claude_desktop_config.json",
            "win32": "Claude/claude_desktop_config.json",
        },
    ),
    "cursor": Client(
        "Cursor", {"linux": ".cursor/mcp.json", "darwin": ".cursor/mcp.json", "win32": "../../.cursor/mcp.json"}
    ),
    "vscode": Client(
        "VS Code",
        {
            "linux": ".config/Code/User/mcp.json",
            "darwin": "Library/Application Support/Code/User/mcp.json",
            "win32": "Code/User/mcp.json",
        },
        key="servers",
    ),
}


def install(client: Client, file: Path, arguments: Sequence[str]) -> Path | None:
    """Enters paperchat into the client's file, to be started with `arguments`; the rest of the file stays.

    The file as it was is copied beside it first; the copy is returned, None where there was no file. Raises
    SettingsError for a file that is no JSON object, PaperchatError for one that can't be written; neither is changed.
    """
    backup = None
    try:
        text = file.read_text("utf-8") if file.exists() else ""
        settings = read_settings(text, file)
        servers = settings.setdefault(client.key, {})
        if not isinstance(servers, dict):
            raise SettingsError(f"`{client.key}` in {file} is no object. Mend the file, then do the same again.")
        servers[NAME] = {"command": sys.executable, "args": [*PROGRAM, "mcp", "serve", *arguments]}
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            backup = file.with_name(f"{file.name}.{time.strftime('%Y%m%d-%H%M%S')}.bak")
            shutil.copy2(file, backup)
        beside = file.with_name(f"{file.name}.new")
        beside.write_text(json.dumps(settings, ensure_ascii=False, indent=2) + "\n", "utf-8")
        beside.replace(file)
    except OSError as error:
        raise PaperchatError(f"{file} can't be changed ({error.strerror}). Mend its permissions.") from None
    return backup


def read_settings(text: str, file: Path) -> dict[str, Any]:
    try:
        settings = json.loads(text) if text.strip() else {}
    except ValueError:
        settings = None
    if not isinstance(settings, dict):
        raise SettingsError(f"{file} is no JSON object (comments are not understood). Mend it, then do the same again.")
    return settings


def bundle(file: Path, version: str) -> None:
    """Writes a `.mcpb`: a manifest that lets a client start the installed paperchat."""
    manifest = {
        "manifest_version": "0.3",
        "name": NAME,
        "display_name": "paperchat",
        "version": version,
        "description": "Checked, cited answers from a library of research-paper abstracts.",
        "author": {"name": "paperchat"},
        "license": "Apache-2.0",
        "server": {
            "type": "binary",
            "entry_point": "paperchat",
            "mcp_config": {"command": "paperchat", "args": ["mcp", "serve", "--index-dir", "${user_config.library}"]},
        },
        "user_config": {
            "library": {
                "type": "directory",
                "title": "Library",
                "description": "Folder of the library (index) to ask",
                "required": True,
            }
        },
        "tools_generated": True,
        "prompts_generated": True,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("manifest.json", json.dumps(manifest, indent=2))
