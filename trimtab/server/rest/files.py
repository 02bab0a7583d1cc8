"""Answers that are files: a document or a table, with the name to keep it under."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from trimtab.domain.outside_text import clean
from trimtab.server.rest.telling import NOT_KEPT
from trimtab.workflow.ports.framework_requests import DocumentFormat
from trimtab.workflow.ports.results import Cell, Table

CSV: Final = "text/csv"
_MEDIA: Final[Mapping[DocumentFormat, str]] = {"json": "application/json", "csv": CSV}
_FORMULA: Final = ("=", "+", "-", "@")
"""How a cell begins that a spreadsheet would compute."""


def file_of(content: str, *, name: str, kind: DocumentFormat) -> Response:
    """The content as it is; `name` is without its ending, of letters, digits, `-` and `_`."""
    named = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type=_MEDIA[kind], headers={**NOT_KEPT, **named})


def csv_table(table: Table) -> str:
    """The table as CSV: null is an empty cell, and no text is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def csv_described() -> dict[int | str, dict[str, Any]]:
    """CSV as another form of an answer."""
    return {200: {"content": {CSV: {"schema": {"type": "string"}}}}}


def document_described() -> dict[int | str, dict[str, Any]]:
    """A document, as JSON or CSV."""
    return {200: {"content": {_MEDIA["json"]: {"schema": {"type": "object"}}, CSV: {"schema": {"type": "string"}}}}}


def _cell(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    shown = clean(cell, None)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
