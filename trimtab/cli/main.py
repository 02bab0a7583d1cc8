"""The command line: finds the command that was asked for, loads that one, and turns its errors into exit
codes.

Exit codes: 0 done; 1 the answer is an error, or findings; 2 wrong usage, settings or a book that was
refused; 3 the program failed; 130 interrupted.
"""

import logging
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Final

from trimtab.cli import interrupting

# What is above is loaded first, because what is below takes a second.
# isort: split
import typer

from trimtab.domain.errors import FilesRefused, InvalidInput, SettingsError, TrimtabError
from trimtab.domain.outside_text import clean
from trimtab.server import late
from trimtab.server.version import VERSION

ANSWERED_ERROR: Final = 1
WRONG_USAGE: Final = 2
FAILED: Final = 3

COMMANDS: Final = {
    "demo": "Run a whole AiPlan session over the demo book.",
    "serve": "Serve the tools over MCP.",
    "call": "Call one tool and print its answer.",
    "session": "List and show trading sessions.",
    "book": "Check and describe books.",
    "factors": "Correlations, performance and offsets of factors.",
    "signals": "Alpha signals: compute, allocate, evaluate and backtest.",
    "framework": "Allocation frameworks: pick, check, build, report and backtest.",
    "replay": "Derive a session's plan again from its record.",
    "approve": "Approve the orders of a session's plan.",
    "approver": "Say who may approve plans.",
    "kill": "Stop all new orders, or allow them again.",
    "records": "Verify, export and upgrade the records.",
    "ref": "Say and verify which ETF stands for what.",
    "paper-oms": "Serve a paper order system, to rehearse with.",
}
"""Every command with its line of help; `trimtab.cli.NAME` (with _ for -) has it as `app`, or as a function of its
name."""

_EPILOG: Final = (
    "Exit codes: 0 done; 1 the answer is an error, or findings; 2 wrong usage, settings or a refused book; "
    "3 the program failed; 130 interrupted."
)
_MOST_LINES: Final = 50


def run(arguments: Sequence[str] | None = None) -> None:
    """Runs a command of the process's arguments, or of these, and ends the process with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        commands = command_line(given)
        interrupting.leave()
        commands(given, prog_name="trimtab")
    except TrimtabError as error:
        _complain(error)
        wrong = isinstance(error, FilesRefused | InvalidInput | SettingsError)
        sys.exit(WRONG_USAGE if wrong else ANSWERED_ERROR)
    except KeyboardInterrupt:
        sys.exit(interrupting.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last resort: one line, not a traceback
        _give_up(error)


def command_line(arguments: Sequence[str]) -> typer.Typer:
    """The commands, of which only the one named in the arguments is loaded: the server must start fast."""
    named = next((word for word in arguments if not word.startswith("-")), None)
    root = typer.Typer(
        name="trimtab",
        help="Steers portfolios: the same tools for an assistant, a desk and a script.",
        epilog=_EPILOG,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    root.callback()(_root)
    for name, line in COMMANDS.items():
        target = _loaded(name) if name == named else None
        if isinstance(target, typer.Typer):
            root.add_typer(target, name=name, help=line)
        elif callable(target):
            root.command(name)(target)
        else:
            root.command(name, help=line)(_not_loaded)
    return root


def _loaded(name: str) -> object:
    in_code = name.replace("-", "_")
    return late.command(f"trimtab.cli.{in_code}", in_code)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"trimtab {VERSION}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Options that need no command."""


def _not_loaded() -> None:
    """Stands for a command in the list of commands; never called."""


def _complain(error: TrimtabError) -> None:
    faults = error.faults if isinstance(error, FilesRefused) else ()
    told = _told_in_message(error)
    found = [str(fault) for fault in faults] or [f"{each.field}: {each.message}" for each in error.problems]
    if told and len(found) == 1:
        found = []
    shown = [clean(line, None) for line in found[:_MOST_LINES]]
    more = [f"and {len(found) - _MOST_LINES} more"] if len(found) > _MOST_LINES else []
    headline = f"{len(error.problems)} mistakes:" if told and found else _placed(error)
    for line in (f"trimtab: {clean(headline, None)}", *(f"  {each}" for each in (*shown, *more))):
        typer.echo(line, err=True)
    typer.echo(error.next_action, err=True)


def _told_in_message(error: TrimtabError) -> bool:
    """Whether the message already has the first of what is wrong."""
    return bool(error.problems) and error.problems[0].message in error.message


def _placed(error: TrimtabError) -> str:
    """The message behind its place, where that is all that is wrong, or an option that was typed wrongly."""
    place = error.field or ""
    alone = [each.message for each in error.problems] == [error.message]
    option = isinstance(error, InvalidInput) and place.startswith("--")
    return f"{place}: {error.message}" if (alone or option) and place not in error.message else error.message


def _give_up(error: Exception) -> None:
    kind = type(error).__name__
    typer.echo(f"trimtab: failed unexpectedly ({kind}). Set TRIMTAB_LOG_LEVEL=DEBUG to see where.", err=True)
    if os.environ.get("TRIMTAB_LOG_LEVEL", "").upper() == "DEBUG":
        logging.getLogger(__name__).error("traceback", exc_info=error)
    sys.exit(FAILED)


if __name__ == "__main__":
    run()
