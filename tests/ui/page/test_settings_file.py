"""config.yaml as the page writes it."""

import stat
from pathlib import Path
from typing import Any

import pytest

from index import SettingsError
from rag import Settings, load_settings
from ui.page.settings_file import write_settings

SHIPPED = Path(__file__).parents[3] / "config.yaml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "config.yaml"
    made.write_text(SHIPPED.read_text("utf-8"), "utf-8")
    return made


def write(file: Path, changes: dict[str, Any], folder: Path | None = None) -> None:
    write_settings(file, changes, lambda settings: None, folder)


def test_one_line_changes_and_every_other_stays_as_it_is(file: Path) -> None:
    write(file, {"rag.refuse_below": 0.35})
    before, after = SHIPPED.read_text("utf-8").splitlines(), file.read_text("utf-8").splitlines()
    differing = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [new.split("#")[0].strip() for _, new in differing] == ["refuse_below: 0.35"]
    assert "# chance that the abstracts hold the answer" in differing[0][1]
    assert load_settings(file).rag.refuse_below == 0.35


def test_a_model_in_one_word_becomes_what_is_chosen(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("# ours\nllm: openai/gpt-4o-mini  # the cheap one\nrag: {top_k: 5}\n")
    write(file, {"llm.model": "gpt-4o", "rag.retrieval.candidates": 60})
    settings = load_settings(file)
    assert (settings.llm.name, settings.rag.top_k, settings.rag.retrieval.candidates) == ("openai/gpt-4o", 5, 60)
    assert file.read_text().startswith("# ours\n")


def test_a_file_that_is_made_leaves_the_library_where_it_is(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.yaml"
    file.parent.mkdir()
    write(file, {"rag.top_k": 12}, tmp_path / "papers")
    settings = load_settings(file)
    assert (settings.index.folder, settings.rag.top_k) == (tmp_path / "papers", 12)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"rag.top_k": 0}, "greater than"), ({"ui.theme": "pink"}, "theme"), ({"llm.provider": "nobody"}, "provider")],
)
def test_what_cannot_be_used_is_refused_and_nothing_written(file: Path, changes: dict, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as raised:
        write(file, changes)
    assert file.read_text("utf-8") == SHIPPED.read_text("utf-8")
    assert ".new" not in str(raised.value)
    assert list(file.parent.iterdir()) == [file]


def test_what_does_not_work_is_not_written_either(file: Path) -> None:
    def refuse(settings: Settings) -> None:
        raise SettingsError(f"No {settings.rag.top_k}.")

    with pytest.raises(SettingsError, match=r"No 9\."):
        write_settings(file, {"rag.top_k": 9}, refuse)
    assert file.read_text("utf-8") == SHIPPED.read_text("utf-8")


def test_the_files_permissions_stay_and_a_link_is_followed(file: Path, tmp_path: Path) -> None:
    file.chmod(0o600)
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    write(link, {"rag.top_k": 9})
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_settings(file).rag.top_k == 9


def test_a_file_that_is_no_yaml_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("rag: {top_k: [")
    with pytest.raises(SettingsError, match="not valid YAML") as raised:
        write(file, {"rag.top_k": 9})
    assert "\n" not in str(raised.value)
