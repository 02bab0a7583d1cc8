"""Frameworks and holdings in files: which argument names one, how it is read, and where answers are written."""

import csv
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, cast, get_args

from trimtab.cli.asking import finite
from trimtab.cli.option_names import refuse
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.outside_text import clean
from trimtab.server import late
from trimtab.workflow.ports.framework_requests import MOST_DOCUMENT, DocumentFormat

CONTENT: Final = "trimtab.cli.framework_content"
STDIN: Final = "-"
UNNAMED: Final = "Framework"
"""What one of a CSV on standard input is called."""
_KINDS: Final[tuple[DocumentFormat, ...]] = get_args(DocumentFormat)
_HOLDING_FIELDS: Final = ("code", "value")
_BOM: Final = "\ufeff"


def names_file(text: str) -> bool:
    """Whether an argument names a file and not an id: it is there, or ends as one, or is `-` for standard input."""
    if text == STDIN or _suffix(text) in _KINDS:
        return True
    try:
        path = Path(text)
        return path.exists() and not path.is_dir()
    except (OSError, ValueError):
        return False


def read_file(name: str, *, field: str) -> str:
    """The text of a file, or of standard input.

    Raises:
        InvalidInput: it can't be read, isn't UTF-8, or is too large.
    """
    try:
        if name == STDIN:
            text = sys.stdin.read(MOST_DOCUMENT + 1)
        else:
            with Path(name).open(encoding="utf-8", newline="") as file:
                text = file.read(MOST_DOCUMENT + 1)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{_shown(name)} isn't UTF-8 text.", field=field, next_action="Save it as UTF-8.") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "this can't be a name"
        raise InvalidInput(
            f"{_shown(name)} can't be read: {why}.", field=field, next_action="Name a file, or - for standard input."
        ) from error
    if len(text) > MOST_DOCUMENT:
        raise InvalidInput(f"{_shown(name)} has more than {MOST_DOCUMENT:,} characters.", field=field)
    return text.removeprefix(_BOM)


def kind_of(name: str, text: str) -> DocumentFormat:
    """What a file is by its ending; without one JSON where it begins with `{`, else CSV."""
    suffix = _suffix(name)
    if suffix in _KINDS:
        return "csv" if suffix == "csv" else "json"
    return "json" if text.lstrip().startswith("{") else "csv"


def scope_of(text: str | None, *, version: int | None = None, field: str = "ID") -> dict[str, object]:
    """What a request says of the framework that an argument names: its id, or all of it.

    One of CSV is called as its file.

    Raises:
        InvalidInput: a file can't be read as a framework: every place.
    """
    if text is None or not names_file(text):
        return {"framework_id": text, "version": version}
    content = read_file(text, field=field)
    called = UNNAMED if text == STDIN else clean(Path(text).stem) or UNNAMED
    document = cast("Callable[..., dict[str, object]]", late.command(CONTENT, "document_of"))
    return {"framework": document(content, kind=kind_of(text, content), called=called), "version": version}


def holdings_in(name: str) -> list[dict[str, object]]:
    """Codes with what is held of each, of a CSV with the columns `code` and `value`; others aren't used.

    Raises:
        InvalidInput: lines that can't be read: all of them.
    """
    rows = csv.reader(io.StringIO(read_file(name, field="holdings"), newline=""), strict=True)
    problems: list[Problem] = []
    found: list[dict[str, object]] = []
    try:
        header = [cell.strip().casefold() for cell in next(rows, [])]
        missing = [each for each in _HOLDING_FIELDS if header.count(each) != 1]
        if missing:
            said = f"The first line must name the columns code and value, each once; look at {' and '.join(missing)}."
            problems.append(Problem("line 1", said, "missing"))
        else:
            found += _holdings(rows, header, line_of=lambda: rows.line_num, problems=problems)
    except csv.Error:
        problems.append(Problem(f"line {rows.line_num}", "A quote isn't closed, or not doubled within a cell."))
    refuse(problems)
    return found


def _holdings(
    rows: Iterator[list[str]], header: Sequence[str], *, line_of: Callable[[], int], problems: list[Problem]
) -> Iterator[dict[str, object]]:
    """Each row that can be read; what is wrong with the others goes to the problems."""
    seen: set[str] = set()
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(header, row, strict=False))
        code, value = (cells.get(each, "").strip() for each in _HOLDING_FIELDS)
        number, place = finite(value), f"line {line_of()}"
        if len(row) != len(header):
            problems.append(Problem(place, f"The row has {len(row)} cells and the header {len(header)}."))
        elif number is None or number < 0:
            problems.append(Problem(f"{place}, value", "Must be money, a number from 0 such as 12500.50."))
        elif not code or code in seen:
            problems.append(Problem(f"{place}, code", "Must be a code, each once with the whole value."))
        else:
            seen.add(code)
            yield {"code": code, "value": number}


def kind_for(out: str | None) -> DocumentFormat:
    """The form of a file that is written, by its ending: JSON where it isn't CSV."""
    return "csv" if out is not None and _suffix(out) == "csv" else "json"


def write_file(name: str, text: str) -> None:
    """Writes a whole file, in the place of one that is there.

    Raises:
        InvalidInput: it can't be written.
    """
    try:
        with Path(name).open("w", encoding="utf-8", newline="") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "this can't be a name"
        message = f"{_shown(name)} can't be written: {why}."
        raise InvalidInput(message, field="--out", next_action="Name a file in a folder that is there.") from error


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].casefold() if "." in name else ""


def _shown(name: str) -> str:
    return "Standard input" if name == STDIN else clean(name)
