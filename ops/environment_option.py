"""`--env` after a verb as well as before it: `./dashctl deploy --env prod` is `./dashctl --env prod deploy`."""

import copy
import os
from collections.abc import Iterator
from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption


class VerbsOfAnEnvironment(TyperGroup):
    """A group whose own option `--env` each of its verbs takes too, those of groups in it as well."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - those of TyperGroup, passed on
        super().__init__(**attributes)
        own = next(option for option in self.params if option.name == "env" and isinstance(option, TyperOption))
        for verb in _verbs(self):
            option = copy.copy(own)
            option.expose_value = False
            option.callback = _choose
            verb.params.append(option)


def choose_environment(name: str | None) -> None:
    """Have the settings of this environment loaded; of the one that DASH_ENV names where it is None."""
    if name:
        os.environ["DASH_ENV"] = name


def _choose(_context: object, _option: object, name: str | None) -> str | None:
    choose_environment(name)
    return name


def _verbs(group: TyperGroup) -> Iterator[TyperCommand]:
    for command in group.commands.values():
        if isinstance(command, TyperGroup):
            yield from _verbs(command)
        elif isinstance(command, TyperCommand):
            yield command
