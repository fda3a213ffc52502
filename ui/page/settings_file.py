"""config.yaml, changed in place: comments, order and everything that isn't changed stay."""

import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from index import SettingsError
from rag import Settings, load_settings
from ui.settings import read_ui_settings

HEAD = "# Written by the settings of the page; the project's config.yaml names every setting.\n"


def write_settings(
    file: Path, changes: Mapping[str, Any], use: Callable[[Settings], None], folder: Path | None = None
) -> None:
    """Writes `changes` ("rag.top_k": 12) to the file; one that isn't there yet is made, for the library in `folder`.

    `use` is handed the settings as they will be read, and may refuse them: then, and when they can't be read, the file
    stays as it was. Raises SettingsError, and what `use` raises.
    """
    # A new config.yaml would bring a new folder with it: the library must stay where it is.
    known: dict[str, Any] = {} if file.is_file() or folder is None else {"index.folder": str(folder.absolute())}
    target = file.resolve()
    beside = target.with_name(f"{target.name}.new")
    try:
        text = changed(target.read_text("utf-8") if file.is_file() else HEAD, known | dict(changes))
        mode = target.stat().st_mode & 0o777 if file.is_file() else 0o644
        beside.touch(mode=mode)
        beside.write_text(text, "utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(
            f"{file} can't be written ({reason}). Mend its permissions, or change it by hand."
        ) from None
    try:
        settings = load_settings(beside)
        read_ui_settings(settings)
        use(settings)
        os.replace(beside, target)
    except SettingsError as error:
        raise SettingsError(str(error).replace(str(beside), str(file))) from None
    finally:
        beside.unlink(missing_ok=True)


def changed(text: str, changes: Mapping[str, Any]) -> str:
    """The YAML text with those values. Raises SettingsError when it is none."""
    from ruamel.yaml import YAML  # 30 ms
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.representer import RoundTripRepresenter

    class Representer(RoundTripRepresenter):
        """Writes `null` as it was, not as nothing."""

    Representer.add_representer(type(None), lambda own, _: own.represent_scalar("tag:yaml.org,2002:null", "null"))
    yaml = YAML()
    yaml.Representer = Representer
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        content = yaml.load(text)
    except YAMLError as error:
        raise SettingsError(f"The settings file is not valid YAML: {' '.join(str(error).split())}") from None
    is_new = content is None
    content = CommentedMap() if is_new else content
    for key, value in changes.items():
        *sections, name = key.split(".")
        place = content
        for section in sections:
            inner = place.get(section)
            if not isinstance(inner, dict):
                # `llm: openai/gpt-4o-mini` says provider and model in one word.
                provider, _, model = inner.partition("/") if isinstance(inner, str) else ("", "", "")
                place[section] = inner = CommentedMap({"provider": provider, "model": model} if provider else {})
            place = inner
        place[name] = value
    stream = io.StringIO()
    yaml.dump(content, stream)
    return (text if is_new else "") + stream.getvalue()
