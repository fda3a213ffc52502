"""What lies in deploy/ fits the program: settings that exist, files that are there, doors that stay shut."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from rag import load_settings
from ui.settings import UISettings, read_ui_settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
UNIT = (DEPLOY / "paperchat.service").read_text("utf-8")
PROGRAM = "/opt/paperchat/bin/paperchat"
EXPOSURE = "20"
"""The most that `systemd-analyze security` may find, of 100; services that nobody has hardened have 96."""


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} +(.*)$", DOCKERFILE, re.MULTILINE)


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return read


def settings_with(environment: dict[str, str], file: Path | None = None) -> UISettings:
    """Raises SettingsError for a setting that does not exist."""
    return read_ui_settings(load_settings(file, environment))


def pairs(text: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(text))


def test_the_image_sets_settings_that_exist() -> None:
    ui = settings_with(pairs(" ".join(instructions("ENV")[1:])))
    assert ui.host == "0.0.0.0"
    assert instructions("EXPOSE") == [str(ui.port)]


def test_the_image_holds_what_is_there_and_does_not_run_as_root() -> None:
    sources = [word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored
    assert sorted(line[1:] for line in ignored if line.startswith("!")) == sorted(sources)
    assert instructions("USER") == ["10001:10001"]


def test_the_last_stage_installs_nothing_that_builds() -> None:
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert "pip" not in last
    (installed,) = re.findall(r"apt-get install -y --no-install-recommends ([^&]*)", last)
    assert installed.split() == ["ca-certificates", "python3"]
    assert "pip uninstall" in DOCKERFILE


def test_compose_and_its_settings_name_what_exists() -> None:
    services = compose()["services"]
    environment = services["paperchat"]["environment"]
    ui = settings_with({name: value for name, value in environment.items() if value}, DEPLOY / "config.yaml")
    index = load_settings(DEPLOY / "config.yaml", {}).index
    assert ui.host == "0.0.0.0"
    assert index.store == "server"
    assert index.server_host in services
    assert str(index.server_port) in services[index.server_host]["entrypoint"]
    assert (DEPLOY / "config.yaml").name in {Path(each.split(":")[0]).name for each in services["paperchat"]["volumes"]}
    assert not [name for name, value in environment.items() if name.endswith("_API_KEY") and value]


def test_what_is_commented_out_can_be_set_as_it_stands(tmp_path: Path) -> None:
    text = (DEPLOY / "config.yaml").read_text("utf-8")
    (tmp_path / "config.yaml").write_text(re.sub(r"^( *)# (\w+: [\[{/])", r"\1\2", text, flags=re.MULTILINE))
    assert settings_with({}, tmp_path / "config.yaml").allowed_hosts == ("papers.example.org",)
    assert load_settings(tmp_path / "config.yaml", {}).llm.provider == "openai-like"


def test_compose_opens_one_port_and_to_this_machine_alone() -> None:
    services = compose()["services"]
    opened = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert opened == {"paperchat": ["127.0.0.1:7860:7860"]}
    assert services["chroma"]["networks"] == ["inside"]
    assert compose()["networks"]["inside"]["internal"] is True
    for name in ("paperchat", "chroma"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]


def test_the_unit_sets_settings_that_exist() -> None:
    set_there = pairs(" ".join(re.findall(r"^Environment=(.*)$", UNIT, re.MULTILINE)))
    assert settings_with(set_there).host == "127.0.0.1"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_unit_and_little_that_it_may_do(tmp_path: Path) -> None:
    assert PROGRAM in UNIT
    unit = tmp_path / "paperchat.service"
    unit.write_text(UNIT.replace(PROGRAM, str(shutil.which("true"))))
    for check in (["verify"], ["security", "--offline=true", f"--threshold={EXPOSURE}"]):
        done = subprocess.run(["systemd-analyze", *check, unit], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
