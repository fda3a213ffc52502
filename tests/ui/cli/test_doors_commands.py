"""`paperchat token`, and `paperchat mcp` where it sets clients up."""

import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ui.cli.commands import cli
from ui.doors import CLIENTS, Store

PROJECT = Path(__file__).parents[3]


def test_a_token_is_made_shown_once_kept_hashed_listed_and_revoked(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli, ["token", *arguments, "--index-dir", str(tmp_path)])
        assert result.exit_code == 0, result.output
        return result.stdout

    secret = run("new", "ada", "--write").strip()
    assert secret.startswith("pc_")
    store = Store(tmp_path)
    token = store.find_token(secret)
    assert token is not None
    assert (token.name, token.scopes) == ("ada", {"read", "write"})
    for file in tmp_path.glob("doors.sqlite3*"):
        assert secret[3:].encode() not in file.read_bytes()
    assert token.id in run("list")
    assert secret not in run("list")
    run("revoke", token.id)
    assert store.find_token(secret) is None
    assert CliRunner().invoke(cli, ["token", "revoke", "x", "--index-dir", str(tmp_path)]).exit_code == 1


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "client" / "mcp.json"


def install(file: Path, client: str, *more: str) -> Any:
    return CliRunner().invoke(cli, ["mcp", "install", client, "--file", str(file), *more])


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_is_set_up_and_its_other_servers_stay(tmp_path: Path, file: Path, client: str) -> None:
    assert install(file, client, "--index-dir", str(tmp_path)).exit_code == 0
    key = CLIENTS[client].key
    (name, entry) = next(iter(json.loads(file.read_text())[key].items()))
    assert name == "paperchat"
    assert entry["args"] == ["-P", "-m", "ui", "mcp", "serve", "--index-dir", str(tmp_path)]
    before = {"theme": "dark", key: {"other": {"command": "x"}}}
    file.write_text(json.dumps(before))
    assert install(file, client, "--allow-add").exit_code == 0
    after = json.loads(file.read_text())
    assert after["theme"] == "dark"
    assert set(after[key]) == {"other", "paperchat"}
    (backup,) = file.parent.glob("*.bak")
    assert json.loads(backup.read_text()) == before


@pytest.mark.parametrize("content", ["{", "[]", '{"mcpServers": 1}'])
def test_a_file_that_cannot_be_read_is_left_alone(file: Path, content: str) -> None:
    file.parent.mkdir()
    file.write_text(content)
    assert install(file, "cursor").exit_code != 0
    assert file.read_text() == content
    assert list(file.parent.iterdir()) == [file]


def test_each_client_has_its_place_on_each_system() -> None:
    home = Path("/home/ada")
    for client in CLIENTS.values():
        places = {client.file(home, system, {}) for system in ("linux", "darwin", "win32")}
        assert all(str(place).startswith("/home/ada/") for place in places)


def test_the_bundle_starts_the_installed_program_over_a_chosen_library(tmp_path: Path) -> None:
    file = tmp_path / "paperchat.mcpb"
    assert CliRunner().invoke(cli, ["mcp", "bundle", str(file)]).exit_code == 0
    with zipfile.ZipFile(file) as packed:
        manifest = json.loads(packed.read("manifest.json"))
    assert manifest["server"]["mcp_config"]["args"][:2] == ["mcp", "serve"]
    assert manifest["user_config"]["library"]["required"]


def test_what_a_client_starts_is_ours_whatever_lies_in_its_folder(tmp_path: Path, file: Path) -> None:
    assert install(file, "vscode", "--index-dir", str(tmp_path)).exit_code == 0
    entry = json.loads(file.read_text())["servers"]["paperchat"]
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "__main__.py").write_text("print('another program')")
    (tmp_path / "ui" / "__init__.py").touch()
    path = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [entry["command"], *entry["args"], "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Serve the program that started this one" in done.stdout
