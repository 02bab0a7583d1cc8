"""Arguments that can't mean what they say, and errors of the domain under the names that callers know."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.factors.tickers import shown_ticker
from trimtab.workflow.ports.signal_requests import AllocateCapital, BacktestPortfolio, Sized

_TERMS: Final[Mapping[str, str]] = {
    "weights": "strategy_weights",
    "day": "as_of",
    "start": "start_date",
    "end": "end_date",
    "combining": "combination_method",
    "method": "allocation_method",
}
"""The domain's names of arguments, and the requests'."""


@contextmanager
def in_the_requests_terms() -> Iterator[None]:
    """Renames the fields of what the domain refuses."""
    try:
        yield
    except InvalidInput as error:
        problems = [_renamed(problem) for problem in error.problems]
        field = _TERMS.get(error.field or "", error.field)
        message = problems[0].message if len(problems) == 1 else _in_our_terms(error.message, error.field)
        raise InvalidInput(message, field=field, next_action=error.next_action, problems=problems) from error


def refuse_idle(request: BacktestPortfolio) -> None:
    """Refuses arguments that only say something beside `compare`."""
    idle = [] if request.compare else [name for name in ("folds", "n_trials") if name in request.model_fields_set]
    _refuse([Problem(name, f"{name} belongs to compare; ask for compare as well, or leave it out.") for name in idle])


def refuse_idle_limits(request: Sized) -> None:
    """Refuses limits that are above all that could be: 5 was meant for 0.05."""
    most = {
        "max_position_weight": request.gross_limit,
        "max_sector_weight": request.gross_limit,
        "kelly_cap": request.gross_limit,
        "max_turnover": 2.0 * max(1.0, request.gross_limit),
    }
    _refuse(
        [
            Problem(name, f"{name} is {value:g}; above {limit:g} it limits nothing. 5 % is 0.05.")
            for name, limit in most.items()
            if name in request.model_fields_set and (value := getattr(request, name)) is not None and value > limit
        ]
    )


def refuse_unlikely_holdings(request: AllocateCapital, known: frozenset[str]) -> None:
    """Refuses weights of symbols that aren't looked at, and such that are more than anybody holds."""
    held = request.held or {}
    problems = [
        Problem(
            f"held.{shown_ticker(symbol)}",
            f"{shown_ticker(symbol)} isn't among the symbols with prices that are looked at; name it in symbols, or "
            "leave it out.",
        )
        for symbol in held
        if symbol not in known
    ]
    most, gross = 2.0 * max(1.0, request.gross_limit), sum(map(abs, held.values()))
    if gross > most:
        problems.append(Problem("held", f"The weights held are {gross:.0%} of the capital; 5 % is 0.05, 100 % is 1."))
    _refuse(problems)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)


def _renamed(problem: Problem) -> Problem:
    message = _in_our_terms(problem.message, problem.field)
    return replace(problem, field=_TERMS.get(problem.field, problem.field), message=message)


def _in_our_terms(message: str, field: str | None) -> str:
    """The message of a field begins with its name."""
    ours = _TERMS.get(field or "")
    return f"{ours}{message.removeprefix(field or '')}" if ours and message.startswith(f"{field} ") else message
