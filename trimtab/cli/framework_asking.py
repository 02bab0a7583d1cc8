"""How commands ask about frameworks: their options read, the desk opened, and mistakes told as they were typed."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import wraps
from typing import Annotated, Any, Final

import typer

from trimtab.cli.asking import Answer, add_command, ask_desk, finite
from trimtab.cli.option_names import place, refuse
from trimtab.cli.watching import watched
from trimtab.domain.errors import InvalidInput, Problem, TrimtabError
from trimtab.server import late
from trimtab.workflow.ports import desk as told
from trimtab.workflow.ports.framework_requests import MappingFilters
from trimtab.workflow.ports.frameworks import FrameworkDesk

Version = Annotated[int | None, typer.Option(help="An older version; else the newest.")]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        help="NAME=VALUE, which products come into question, such as types=ETF,Fund or min_adv_value=1e6; may be "
        "repeated.",
    ),
]

_COMMANDS: Final[Mapping[str, str]] = {
    "list_frameworks": "`trimtab framework list`",
    "generate_framework": "`trimtab framework generate`",
    "save_framework": "`trimtab framework save`",
    "validate_framework": "`trimtab framework validate`",
    "map_products": "`trimtab framework map`",
    "build_portfolio": "`trimtab framework build`",
    "get_allocation_report": "`trimtab framework report`",
    "backtest_framework": "`trimtab framework backtest`",
}
"""Commands by the tools that they stand for, as what to do next names those."""
_TOOL: Final = re.compile(rf"\b(?:Call )?({'|'.join(_COMMANDS)})\b")
_LISTS: Final = frozenset({"types", "currencies", "regions", "sectors", "issuers"}) | {
    name for name in MappingFilters.model_fields if name.endswith(("_tags", "_codes"))
}
_NO_NAMES: Final[Mapping[str, str]] = {}


def ask_frameworks(ask: Callable[[FrameworkDesk], Awaitable[Answer]], *, analyst: str | None = "rules") -> Answer:
    """What the desk of the settings answers; only who generates needs another analyst than the rules."""
    return ask_desk(late.open_frameworks, ask, analyst=analyst)


def ask_watching(
    ask: Callable[[FrameworkDesk, told.Progress], Awaitable[Answer]], *, analyst: str | None = "rules"
) -> Answer:
    """The same, with a bar on standard error meanwhile, where that is a terminal."""
    return ask_frameworks(watched(ask, first="Reading products and prices..."), analyst=analyst)


def add(
    app: typer.Typer,
    command: Callable[..., None],
    *,
    options: type,
    name: str | None = None,
    named: Mapping[str, str] = _NO_NAMES,
) -> None:
    """Adds a command that takes the fields of a class; mistakes are told by these, and by `named` arguments."""

    @wraps(command)
    def run(**given: Any) -> None:
        try:
            command(**given)
        except InvalidInput as error:
            raise _as_typed(error, named) from error
        except TrimtabError as error:
            error.next_action = in_commands(error.next_action).replace("expected_version", "--expected-version")
            raise

    if name is not None:
        run.__name__ = name
    add_command(app, run, options=options)


def in_commands(text: str) -> str:
    """What to do next, with commands where it names tools."""
    text = text.replace("(list_frameworks gives it)", "(`trimtab framework export ID` gives it)")
    return _TOOL.sub(lambda found: f"{'Run ' if found[0].startswith('Call ') else ''}{_COMMANDS[found[1]]}", text)


def _as_typed(error: InvalidInput, named: Mapping[str, str]) -> InvalidInput:
    """The error with places as they are outside the objects of a request: `run.start_date` is `start_date`."""
    problems = [Problem(_outside(each.field, named), _words(each.message, named), each.code) for each in error.problems]
    message = error.message
    if error.field is not None and message.startswith(f"{error.field}: "):
        message = f"{_outside(error.field, named)}{message.removeprefix(error.field)}"
    return InvalidInput(
        _words(message, named),
        field=None if error.field is None else _outside(error.field, named),
        next_action=in_commands(_words(error.next_action, named)),
        problems=problems,
    )


def _outside(field: str, named: Mapping[str, str]) -> str:
    head, _, rest = field.partition(".")
    if head in {"run", "requirements"} and rest:
        return rest
    return f"--filter {rest}" if head == "filters" and rest else named.get(field, field)


def _words(text: str, named: Mapping[str, str]) -> str:
    for before, after in named.items():
        text = re.sub(rf"(?<![\w-]){before}\b", after, text)
    return re.sub(r"\brun\.(?=[a-z])", "", text)


def several(texts: Sequence[str] | None) -> list[str] | None:
    """Values that were repeated or have commas between, as a list; None where nothing was given."""
    return [item.strip() for text in texts for item in text.split(",")] if texts else None


def filters_of(texts: Sequence[str] | None) -> dict[str, object] | None:
    """`types=ETF,Fund` and the like as filters by name.

    Raises:
        InvalidInput: texts of another form, names that aren't filters, or that are there twice: all of them.
    """
    found: dict[str, object] = {}
    problems: list[Problem] = []
    for text in texts or ():
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or name not in MappingFilters.model_fields:
            names = ", ".join(MappingFilters.model_fields)
            problems.append(Problem(place("--filter", name), f"Must be NAME=VALUE; the names are {names}."))
        elif name in found:
            problems.append(Problem(place("--filter", name), "Given twice; lists have commas between."))
        else:
            found[name] = [item.strip() for item in value.split(",")] if name in _LISTS else value
    refuse(problems)
    return found or None


def overrides_of(texts: Sequence[str] | None) -> list[dict[str, object]] | None:
    """`AssetClass/Equity=SPY`, or `=SPY:0.25` with a weight that is locked.

    Raises:
        InvalidInput: texts of another form: all of them.
    """
    form = "Must be PATH=CODE or PATH=CODE:WEIGHT, such as AssetClass/Equity=SPY:0.25; the weight is a fraction."
    found: list[dict[str, object]] = []
    problems: list[Problem] = []
    for text in texts or ():
        path, _, wanted = (part.strip() for part in text.rpartition("="))
        code, colon, weight = (part.strip() for part in wanted.partition(":"))
        number = finite(weight)
        if not path or not code or (colon and number is None):
            problems.append(Problem(place("--override", path), form))
        else:
            found.append({"path": path, "code": code, "weight": number})
    refuse(problems)
    return found or None


def flows_of(texts: Sequence[str] | None) -> list[dict[str, object]] | None:
    """`2024-01-02=50000` as money put in on a day; below 0 it is taken out.

    Raises:
        InvalidInput: texts of another form: all of them.
    """
    found: list[dict[str, object]] = []
    problems: list[Problem] = []
    for text in texts or ():
        day, _, given = (part.strip() for part in text.partition("="))
        amount = finite(given)
        if not day or amount is None:
            problems.append(
                Problem(place("--flow", day), "Must be DATE=AMOUNT, such as 2024-01-02=50000; below 0 it is taken out.")
            )
        else:
            found.append({"date": day, "amount": amount})
    refuse(problems)
    return found or None


def products_of(texts: Sequence[str] | None) -> dict[str, str] | None:
    """`AssetClass/Equity=SPY` as products by bucket.

    Raises:
        InvalidInput: texts of another form, or buckets that are there twice: all of them.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for text in texts or ():
        path, _, code = (part.strip() for part in text.rpartition("="))
        if not path or not code or path in found:
            problems.append(
                Problem(place("--product", path), "Must be PATH=CODE, such as AssetClass/Equity=SPY, once.")
            )
        else:
            found[path] = code
    refuse(problems)
    return found or None
