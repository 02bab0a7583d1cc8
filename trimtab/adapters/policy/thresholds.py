"""Reads the policy's thresholds from a TOML file: the one that ships, or the one that replaces it."""

import json
import math
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from trimtab.domain.errors import Problem, SettingsError
from trimtab.domain.trading.policy import Policy

SHIPPED: Final = Path(__file__).with_name("policy.toml")
_MOST_SHOWN: Final = 60


def load_policy(path: Path | None = None) -> Policy:
    """The policy of this file, or the one that ships; what the file leaves out keeps its default.

    Raises:
        SettingsError: the file can't be read, isn't TOML, or holds what isn't allowed: all of it at once.
    """
    file = path or SHIPPED
    table = _table(file)
    try:
        # As JSON, because there a list may stand for a tuple while types are still strict.
        return Policy.model_validate_json(json.dumps(_plain(table)), strict=True)
    except ValidationError as error:
        raise _refused(file, [_problem(each) for each in error.errors()]) from error


def _table(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise _refused(file, [Problem(file.name, f"The file can't be read: {why}.", "unreadable")]) from error
    except UnicodeDecodeError as error:
        raise _refused(file, [Problem(file.name, "The file isn't UTF-8 text.", "syntax")]) from error
    except tomllib.TOMLDecodeError as error:
        raise _refused(file, [Problem(file.name, f"The file isn't TOML: {error}.", "syntax")]) from error


def _refused(file: Path, problems: list[Problem]) -> SettingsError:
    count = f"{len(problems)} problem" + ("s" if len(problems) != 1 else "")
    return SettingsError(
        f"The policy {file.name} has {count}; the first: {problems[0].field}: {problems[0].message}",
        problems=problems,
        next_action="Correct the named values, or unset TRIMTAB_POLICY to use the policy that ships.",
    )


def _plain(value: object) -> object:
    """TOML as JSON; its dates, infinity and nan become text, which no threshold accepts."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    unheard_of = isinstance(value, float) and not math.isfinite(value)
    return str(value) if unheard_of or not isinstance(value, bool | int | float | str) else value


def _problem(error: ErrorDetails) -> Problem:
    place = error["loc"]
    field = ".".join(str(part) for part in place)
    if error["type"] == "extra_forbidden":
        return Problem(field, _unknown(str(place[-1]), _allowed(place[:-1])), "unknown_name")
    if error["type"] == "missing":
        return Problem(field, "The value is missing.", "missing")
    said = error["msg"].replace("Input should", "The value should")
    return Problem(field, f"{said}; it is {_shown(error['input'])}.", "not_allowed")


def _allowed(table: Iterable[int | str]) -> list[str]:
    """The names that a table of the policy knows."""
    model: type[BaseModel] = Policy
    for name in table:
        inner = model.model_fields[str(name)].annotation
        assert isinstance(inner, type)
        model = inner
    return list(model.model_fields)


def _unknown(name: str, allowed: list[str]) -> str:
    near = get_close_matches(name, allowed, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no such value.{hint} Allowed are: {', '.join(allowed)}."


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "..."
