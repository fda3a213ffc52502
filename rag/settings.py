"""The `llm` and `rag` sections of config.yaml, and the whole of it."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from index import IndexSettings, SettingsError

ENVIRONMENT_PREFIX = "PAPERCHAT_"
Model = TypeVar("Model", bound=BaseModel)

NOT_SETTINGS = {"API_KEY", "CONFIG", "OPEN", "USERS"}
"""Variables with our prefix that are no settings: the key of an openai-like server; where config.yaml is; whether to
open a browser; who may enter the page."""


class LLMSettings(BaseModel):
    """Which language model answers. `offline` quotes the abstracts and needs no model."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    provider: Literal[
        "offline", "openai", "openai-like", "anthropic", "google", "azure", "ollama", "bedrock", "recorded"
    ] = "offline"
    model: str = ""
    base_url: str = ""
    temperature: float = Field(0.0, ge=0, le=2)
    max_tokens: int = Field(600, ge=16)
    context_window: int = Field(8192, ge=512)
    connect_timeout: float = Field(5.0, gt=0)
    first_token_timeout: float = Field(30.0, gt=0)
    total_timeout: float = Field(120.0, gt=0)
    retries: int = Field(2, ge=0, le=10)
    citations: Literal["auto", "markers"] = "auto"
    options: dict[str, Any] = {}
    folder: Path | None = None
    source: str = ""
    record: bool = False

    @model_validator(mode="before")
    @classmethod
    def expand_short_form(cls, value: Any) -> Any:
        return expand_llm(value)

    @property
    def name(self) -> str:
        """How the model is called on the page: `openai/gpt-4o-mini`, or `offline`."""
        if self.provider == "recorded":
            return f"recorded/{self.source}" if self.source else "recorded"
        return f"{self.provider}/{self.model}" if self.model else self.provider


def expand_llm(value: Any) -> Any:
    """`openai/gpt-4o-mini` is short for provider and model; a base_url alone means `openai-like`."""
    if isinstance(value, str):
        provider, _, model = value.partition("/")
        return {"provider": provider, "model": model}
    if isinstance(value, dict) and value.get("base_url") and not value.get("provider"):
        return {**value, "provider": "openai-like"}
    return value


class Price(BaseModel):
    """US dollars per million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class RetrievalSettings(BaseModel):
    """How passages are found."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    rerank: str = "late-interaction"
    rerank_options: dict[str, Any] = {}
    candidates: int = Field(50, ge=5, le=1000)


Verify = Literal["auto", "packaged", "model", "off"]
"""Who checks what a language model wrote: the packaged check, and a model what that does not surely clear (auto); the
packaged check alone; a model all that is no quote; nobody."""


class RagSettings(BaseModel):
    """From question to answer."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    top_k: int = Field(8, ge=1, le=50)
    model_papers: int = Field(12, ge=1, le=50)
    retrieval: RetrievalSettings = RetrievalSettings()
    refuse_below: float = Field(0.5, ge=0, le=1)
    support_threshold: float = Field(0.5, ge=0, le=1)
    verify: Verify = "auto"
    evidence_tokens: int = Field(4500, ge=200)
    offline_fallback: bool = True
    concurrency: int = Field(8, ge=1, le=256)
    prices: dict[str, Price] = {}

    @field_validator("verify", mode="before")
    @classmethod
    def read_off(cls, value: Any) -> Any:
        """YAML reads a bare `off` as false."""
        return "off" if value is False else value


class Settings(BaseModel):
    """config.yaml as a whole. `ui` is read by the `ui` package; here it is only carried along."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    llm: LLMSettings = LLMSettings()
    index: IndexSettings = IndexSettings()
    rag: RagSettings = RagSettings()
    ui: dict[str, Any] = {}

    def with_index_folder(self, folder: str | Path | None) -> "Settings":
        """The same settings with the index in `folder`; unchanged when it is None."""
        if folder is None:
            return self
        return self.model_copy(update={"index": self.index.model_copy(update={"folder": expand_user(Path(folder))})})

    @field_validator("llm", "index", "rag", "ui", mode="before")
    @classmethod
    def empty_section_is_default(cls, value: Any) -> Any:
        return {} if value is None else value


def load_settings(path: str | Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads config.yaml and lays the environment over it (`PAPERCHAT_RAG__TOP_K=8`).

    Without `path`: the file that PAPERCHAT_CONFIG names, else ./config.yaml if there is one, else the defaults.
    Relative folders are taken from the file's own folder.
    Raises SettingsError, naming the key and the nearest known one.
    """
    named = path or environment.get(ENVIRONMENT_PREFIX + "CONFIG")
    file = settings_file(path, environment)
    values: dict[str, Any] = {}
    if file.is_file():
        values = read_yaml(file)
    elif named:
        raise SettingsError(f"There is no settings file {file}. Give --config an existing file, or leave it out.")
    overrides = environment_settings(environment)
    for keys, value in overrides:
        lay_over(values, keys, value)
    origins = [str(file)] * file.is_file() + [f"{ENVIRONMENT_PREFIX}… variables"] * bool(overrides)
    settings = validate_settings(Settings, values, " and ".join(origins))
    beside = file.parent if file.is_file() else Path()
    folder = settings.index.folder
    if folder is None and file.is_file():
        folder = Path(".paperchat")
    if folder is not None:
        settings = settings.with_index_folder(beside / expand_user(folder))
    if settings.llm.folder is not None:
        exchanges = beside / expand_user(settings.llm.folder, "llm.folder")
        settings = settings.model_copy(update={"llm": settings.llm.model_copy(update={"folder": exchanges})})
    return settings


def settings_file(path: str | Path | None = None, environment: Mapping[str, str] = os.environ) -> Path:
    """The file that `load_settings` reads, whether it is there or not."""
    return Path(path or environment.get(ENVIRONMENT_PREFIX + "CONFIG") or "config.yaml")


def overridden(environment: Mapping[str, str] = os.environ) -> frozenset[str]:
    """The settings that the environment holds, whatever the file says: `rag.top_k`, or `llm` for all of that."""
    return frozenset(".".join(keys) for keys, _ in environment_settings(environment))


def expand_user(folder: Path, key: str = "index.folder") -> Path:
    """`folder` with `~` as the home directory. Raises SettingsError for one that can't be a folder's name."""
    try:
        if "\0" in str(folder):
            raise ValueError("it holds a NUL")
        return folder.expanduser()
    except (RuntimeError, ValueError) as error:
        raise SettingsError(f"{key}: {folder!r} can't be used ({error}). Name another folder.") from None


def read_yaml(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise SettingsError(f"{file} can't be read ({error.strerror}). Mend its permissions.") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8 text ({error.reason}). Save it as UTF-8.") from None
    try:
        values = parse_yaml(text) or {}
    except ValueError as error:
        raise SettingsError(f"{file} is not valid YAML: {error}") from None
    if not isinstance(values, dict):
        raise SettingsError(f"{file} must hold sections such as `llm:` and `index:`, not a {type(values).__name__}.")
    return values


def parse_yaml(text: str) -> Any:
    """The value that `text` stands for. Raises ValueError, on one line, for whatever is none."""
    try:
        return yaml.load(text, Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise ValueError(one_line(str(error))) from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


class Loader(yaml.SafeLoader):
    """PyYAML's own, but a number or date that is none (`2020-13-45`, one of 5,000 digits) is an error with its place.

    There PyYAML lets through whatever its converters raise: ValueError, KeyError, AttributeError and more.
    """

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (yaml.YAMLError, RecursionError):
            raise
        except Exception:  # noqa: BLE001
            kind = node.tag.rpartition(":")[2]
            problem = f"this is no {kind} that can be read; put quotes around it if it is text"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from None


def environment_settings(environment: Mapping[str, str]) -> list[tuple[list[str], Any]]:
    """The settings among the environment variables, as (path of keys, value); shorter paths first."""
    found = []
    for name, text in sorted(environment.items(), key=lambda item: len(item[0])):
        key = name.removeprefix(ENVIRONMENT_PREFIX)
        if key == name or key in NOT_SETTINGS:
            continue
        try:
            found.append((key.lower().split("__"), parse_yaml(text)))
        except ValueError:
            # The message would show the value.
            raise SettingsError(
                f"The value of {name} is not valid YAML. Put quotes around it, or close its brackets."
            ) from None
    return found


def one_line(text: str) -> str:
    return " ".join(text.split())


def lay_over(values: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        inner = values.get(key)
        if key == "llm" and isinstance(inner, str):
            inner = expand_llm(inner)
        values[key] = dict(inner) if isinstance(inner, dict) else {}
        values = values[key]
    values[keys[-1]] = value


def validate_settings(model: type[Model], values: dict[str, Any], origin: str) -> Model:
    """`values` as a `model`, or a SettingsError with one line a problem."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems = [describe_problem(problem, model) for problem in error.errors()]
    raise SettingsError(one_line(f"{origin}: " + "; ".join(problems)))


def describe_problem(problem: Any, model: type[BaseModel]) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] != "extra_forbidden":
        return f"{place}: {problem['msg']}"
    for part in problem["loc"][:-1]:
        # A part is a field of the model so far, or a key of a dictionary of models, as in `rag.prices`.
        annotation = model.model_fields[part].annotation if part in model.model_fields else None
        candidates = (annotation, *get_args(annotation))
        model = next((one for one in candidates if isinstance(one, type) and issubclass(one, BaseModel)), model)
    known = list(model.model_fields)
    near = get_close_matches(str(problem["loc"][-1]), known, n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}"
    return f"unknown setting `{place}` ({hint})"
