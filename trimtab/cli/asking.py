"""What commands share that ask a desk: how options are read, and how the desk is opened and asked."""

import asyncio
import inspect
import json
import math
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from difflib import get_close_matches
from functools import wraps
from typing import Annotated, Any, Final, Protocol, TypeVar, get_args, get_origin

import typer
from pydantic import BaseModel

from trimtab.cli import interrupting
from trimtab.cli.option_names import OTHERS, in_options, option_of, place, refuse
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.server.callers import local_caller
from trimtab.server.logs import log_to_stderr
from trimtab.server.signals import when_told_to_end
from trimtab.settings import Settings, load_settings
from trimtab.tools.strict import RequestT, check

Answer = TypeVar("Answer")
DeskT = TypeVar("DeskT")
DeskT_co = TypeVar("DeskT_co", covariant=True)
CALLER: Final = local_caller("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")]
Others = Annotated[
    list[str] | None,
    typer.Option("--option", help="NAME=VALUE: any other option of the tool, lists with commas; may be repeated."),
]


class Opened(Protocol[DeskT_co]):
    """A desk with what it holds open."""

    @property
    def desk(self) -> DeskT_co:
        """The desk."""

    async def close(self) -> None:
        """Lets go of what it holds."""


def ask_desk(
    open_desk: Callable[[Settings], Opened[DeskT]],
    ask: Callable[[DeskT], Awaitable[Answer]],
    *,
    read_only: bool | None = None,
    analyst: str | None = "rules",
) -> Answer:
    """What the desk of the settings answers; `read_only` and `analyst` stand over the settings of those names."""
    settings = load_settings(analyst=analyst)
    log_to_stderr(settings.log_level)
    if read_only is not None:
        settings = settings.model_copy(update={"read_only": read_only})

    with interrupting.at_once():
        opened = open_desk(settings)

    async def run() -> Answer:
        with when_told_to_end(interrupting.end_soon):
            try:
                return await ask(opened.desk)
            finally:
                await opened.close()

    # What a strategy of another package prints may not stand in the answer. Over stdio the SDK sees to that.
    with redirect_stdout(sys.stderr):
        return asyncio.run(run())


def add_command(app: typer.Typer, command: Callable[..., None], *, options: type) -> None:
    """Adds a command that takes the fields of a class as options: more than a function may have parameters.

    What is wrong is told by the names of those options.
    """

    @wraps(command)
    def run(**given: Any) -> None:
        try:
            command(**given)
        except InvalidInput as error:
            raise in_options(error, options) from error

    run.__signature__ = inspect.signature(options)  # type: ignore[attr-defined]  # `inspect` documents it
    app.command()(run)


def items(text: str | None) -> list[str] | None:
    """`a, b` as a list; None where nothing was given."""
    return None if text is None else [item.strip() for item in text.split(",")]


def numbers_by_name(text: str, *, option: str, example: str = "SPY=0.6,AGG=0.4") -> dict[str, float]:
    """`SPY=0.6,AGG=0.4` as numbers by name.

    Raises:
        InvalidInput: parts that aren't NAME=NUMBER, or names that are there twice, all of them.
    """
    found: dict[str, float] = {}
    problems: list[Problem] = []
    for part in text.split(","):
        name, _, given = (piece.strip() for piece in part.partition("="))
        number = finite(given)
        if number is None or not name:
            message = f"Must be NAME=NUMBER with commas between, such as {example}."
            problems.append(Problem(place(option, name), message))
        elif name in found:
            problems.append(Problem(place(option, name), "Given twice."))
        else:
            found[name] = number
    refuse(problems)
    return found


def finite(text: str) -> float | None:
    """The number that the text is; None where it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def request_of(model: type[RequestT], others: list[str] | None, **named: object) -> RequestT:
    """The request of a command: its own options, and others that were given as `NAME=VALUE`.

    A value that is a function is read by calling it, so that what is wrong with several is told at once.

    Raises:
        InvalidInput: a text has no `=`, names nothing that the request has or what was given already, or a value isn't
            allowed; all of them.
    """
    problems: list[Problem] = []
    read = {name: _read(value, problems) for name, value in named.items()}
    given = {name: value for name, value in read.items() if value is not None}
    wrong = {name for name, value in named.items() if callable(value) and read[name] is None}
    by_name = _by_name(model, others or (), own=named, problems=problems)
    try:
        request = check(model, **{**by_name, **given})
    except InvalidInput as error:
        refuse([*problems, *(each for each in error.problems if each.field not in wrong)])
        raise
    refuse(problems)
    return request


def _read(value: object, problems: list[Problem]) -> object:
    if not callable(value):
        return value
    try:
        return value()
    except InvalidInput as error:
        problems += error.problems
        return None


def _by_name(
    model: type[BaseModel], texts: Iterable[str], *, own: Mapping[str, object], problems: list[Problem]
) -> dict[str, object]:
    """The options that were given by name; what is wrong with them goes to the problems."""
    found: dict[str, object] = {}
    for text in texts:
        name, _, value = text.partition("=")
        message = _why_not(model, text, found=found, own=own)
        if message:
            problems.append(Problem(place(OTHERS, name), message))
            continue
        takes_list = any(get_origin(part) is tuple for part in _parts(model.model_fields[name].annotation))
        found[name] = _object(value) if value.startswith("{") else items(value) if takes_list else value
        if found[name] is None:
            problems.append(Problem(place(OTHERS, name), "The value isn't valid JSON."))
    return {name: value for name, value in found.items() if value is not None}


def _why_not(model: type[BaseModel], text: str, *, found: Mapping[str, object], own: Mapping[str, object]) -> str:
    """Why an option can't be given by name like this; empty where it can."""
    name, equals, _ = text.partition("=")
    if not equals or name not in model.model_fields:
        typed = {field: option_of(field) if field in own else field for field in model.model_fields}
        others = [field for field in typed if field not in own] or [*typed.values()]
        near = [typed[field] for field in get_close_matches(name, typed, n=1) if name not in typed]
        nearest = f" Nearest: {near[0]}." if near else ""
        return f"Must be NAME=VALUE; the names are {', '.join(others)}.{nearest}"
    if name in found:
        return "Given twice."
    if own.get(name) is not None:
        return f"Given twice: {option_of(name)} is the same."
    return ""


def _object(text: str) -> object:
    """What the JSON says; None where it isn't any."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _parts(annotation: object) -> Iterator[object]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)
