"""Reads the settings of an environment: default.toml, the environment's own file, then environment variables."""

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.errors import Problem, SettingsError
from config.sections.section import Section
from config.settings import Settings

FOLDER = Path(__file__).parent
OVERRIDE_PREFIX = "DASH__"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the environment that `DASH_ENV` names (default `local`).

    They are read from the folder that `DASH_CONFIG_FOLDER` names (default: this one). Keys of `default.toml` give way
    to those of `<environment>.toml`, and those to variables of the form `DASH__TABLE__KEY`, whose value is TOML
    (`8050`, `["a", "b"]`) or else plain text.

    Raises SettingsError with every problem found, each with its file or variable, key, value and what is allowed.
    """
    environment = environ.get("DASH_ENV") or "local"
    folder = Path(environ.get("DASH_CONFIG_FOLDER") or FOLDER)
    if not (folder / "default.toml").is_file():
        allowed = "there is no default.toml in that folder; it holds one, and one file for each environment"
        raise SettingsError(environment, [Problem("environment variable", "DASH_CONFIG_FOLDER", str(folder), allowed)])
    known = sorted(path.stem for path in folder.glob("*.toml") if path.stem != "default")
    if environment not in known:
        allowed = f"there is no {folder.name}/{environment}.toml; known environments are {', '.join(known)}"
        raise SettingsError(environment, [Problem("environment variable", "DASH_ENV", environment, allowed)])
    return _Reader(environment, environ, folder).settings()


class _Reader:
    """Merges the sources, remembering where each key came from, and collects problems."""

    def __init__(self, environment: str, environ: Mapping[str, str], folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        self.own_file = f"{folder.name}/{environment}.toml"
        self.problems: list[Problem] = []
        self.sources: dict[str, str] = {}
        self.tables: dict[str, dict[str, Any]] = {}
        self._merge_file(folder / "default.toml")
        self._merge_file(folder / f"{environment}.toml")
        self._merge_variables(environ)

    def settings(self) -> Settings:
        sections = {name: self._section(name, model) for name, model in _section_models().items()}
        for name in self.tables.keys() - sections.keys():
            self._add(name, None, f"unknown table; known are {', '.join(sections)}")
        if self.problems:
            raise SettingsError(self.environment, self.problems)
        settings = Settings(environment=self.environment, **sections)  # type: ignore[arg-type]
        for key, allowed in settings.contradictions():
            self._add(key, self._value(key), allowed)
        if self.problems:
            raise SettingsError(self.environment, self.problems)
        return settings

    def _merge_file(self, path: Path) -> None:
        name = f"{self.folder.name}/{path.name}"
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(self.environment, [Problem(name, "(whole file)", None, str(error))]) from None
        for table, keys in tables.items():
            if not isinstance(keys, dict):
                self.problems.append(Problem(name, table, keys, "stands outside of a [table]; move it into one"))
                continue
            self.sources[table] = name
            self.tables.setdefault(table, {})
            for key, value in keys.items():
                self._set(table, key, value, name)

    def _merge_variables(self, environ: Mapping[str, str]) -> None:
        for variable, text in sorted(environ.items()):
            if not variable.startswith(OVERRIDE_PREFIX):
                continue
            source = f"environment variable {variable}"
            match variable.removeprefix(OVERRIDE_PREFIX).lower().split("__"):
                case [table, key] if table in self.tables and key:
                    self._set(table, key, self._parsed(table, key, text), source)
                case [table, key] if table and key:
                    # Else a variable for [local], left in the environment, would turn prod into a local environment.
                    allowed = f"there is no table [{table}] in the files of this environment; a variable adds none"
                    self.problems.append(Problem(source, f"{table}.{key}", text, allowed))
                case _:
                    self.problems.append(Problem(source, variable, text, "the form is DASH__TABLE__KEY"))

    def _set(self, table: str, key: str, value: object, source: str) -> None:
        self.tables.setdefault(table, {})[key] = value
        self.sources.setdefault(table, source)
        self.sources[f"{table}.{key}"] = source

    @staticmethod
    def _parsed(table: str, key: str, text: str) -> object:
        model = _section_models().get(table)
        field = model.model_fields.get(key) if model else None
        if field is not None and _is_text(field.annotation):
            return text
        try:
            return tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            return text

    def _section(self, name: str, model: type[Section]) -> Section | None:
        if name not in self.tables and not Settings.model_fields[name].is_required():
            return None
        values = self.tables.get(name, {})
        try:
            # JSON mode is as strict about types as Python mode, but reads networks and tuples from what TOML has.
            section = model.model_validate_json(json.dumps(values, default=str))
        except ValidationError as error:
            for details in error.errors():
                self._add_invalid(name, details)
            return None
        for key, allowed in section.contradictions():
            self._add(f"{name}.{key}", self._value(f"{name}.{key}"), allowed)
        return section

    def _add_invalid(self, table: str, details: ErrorDetails) -> None:
        field = str(details["loc"][0])
        key = f"{table}.{field}"
        match details["type"]:
            case "missing":
                self.problems.append(Problem(self.own_file, key, None, "is required"))
            case "extra_forbidden":
                known = ", ".join(_section_models()[table].model_fields)
                self._add(key, self._value(key), f"unknown key; known are {known}")
            case "value_error":
                self._add(key, self._value(key), str(details["ctx"]["error"]))
            case _:
                self._add(key, self._value(key), details["msg"])

    def _add(self, key: str, value: object, allowed: str) -> None:
        table = key.partition(".")[0]
        source = self.sources.get(key) or self.sources.get(table) or self.own_file
        self.problems.append(Problem(source, key, value, allowed))

    def _value(self, key: str) -> object:
        table, _, name = key.partition(".")
        return self.tables.get(table, {}).get(name)


def _is_text(annotation: object) -> bool:
    if get_origin(annotation) is Annotated:
        return _is_text(get_args(annotation)[0])
    if isinstance(annotation, UnionType) or get_origin(annotation) is Union:
        return any(_is_text(option) for option in get_args(annotation))
    return annotation is str


def _section_models() -> dict[str, type[Section]]:
    models = {}
    for name, field in Settings.model_fields.items():
        options = get_args(field.annotation) if isinstance(field.annotation, UnionType) else (field.annotation,)
        for option in options:
            if isinstance(option, type) and issubclass(option, Section):
                models[name] = option
    return models
