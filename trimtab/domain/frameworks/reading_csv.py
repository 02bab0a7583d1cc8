"""Buckets read of CSV: with commas, or as spreadsheets write it where decimals have a comma."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from trimtab.domain.frameworks.fields import Document, Fields, Problems
from trimtab.domain.frameworks.framework import Bucket
from trimtab.domain.frameworks.reading import BUCKET_FIELDS, NEEDED_FIELDS, bucket_of
from trimtab.domain.frameworks.reading_json import parsed_object, plain_text

_PLACE: Final = "document"
_COMMA_ADVICE: Final = " Write it with a point, or separate the columns by semicolons: numbers may have commas then."


def read_csv(content: bytes | str) -> tuple[Bucket, ...]:
    """The buckets of a CSV file, with or without a byte order mark, in its order.

    Its header names `path` and `target_weight`, and whichever of `label`, `min_weight`, `max_weight` and `rules` (JSON)
    there are. Where it has semicolons, numbers may have a decimal comma. It is read whole or not at all.

    Raises:
        InvalidInput: with every line that can't be read.
    """
    problems = Problems()
    text = plain_text(content, problems=problems)
    problems.refuse(_PLACE)
    first_line = text.lstrip().partition("\n")[0]
    semicolons = first_line.count(";") > first_line.count(",")
    rows = _rows(text, delimiter=";" if semicolons else ",", problems=problems)
    _, header = next(rows, (1, []))
    names = [name.strip().casefold() for name in header]
    _check_header(names, problems=problems)
    # With a wrong header every row would be wrong too.
    problems.refuse(_PLACE)
    fields = Fields({}, problems, decimal_comma=semicolons, comma_advice=_COMMA_ADVICE)
    buckets = tuple(
        bucket_of(replace(fields, document=document, place=f"line {line}, "))
        for line, document in _documents(rows, names, problems=problems)
    )
    problems.refuse(_PLACE)
    return buckets


def _rows(text: str, *, delimiter: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Rows that aren't blank, with the lines they begin at."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error:
        said = 'A quote isn\'t closed, or not doubled within a quoted cell: write "say ""no"" here".'
        problems.add(f"line {line}", said, code="stray_quote")


def _check_header(names: Sequence[str], *, problems: Problems) -> None:
    allowed = ", ".join(BUCKET_FIELDS)
    missing = [name for name in NEEDED_FIELDS if name not in names]
    if missing and not problems.found:
        said = f"The first line must name the columns {allowed}; {' and '.join(missing)} can't be left out."
        problems.add("line 1", said, code="missing")
    if len(set(names)) < len(names):
        problems.add("line 1", "A column stands twice: keep one of the two.")
    Fields(dict.fromkeys(names), problems, place="line 1, ").only(BUCKET_FIELDS)


def _documents(
    rows: Iterator[tuple[int, list[str]]], names: Sequence[str], *, problems: Problems
) -> Iterator[tuple[int, Document]]:
    """Each row as an object; one of another width than the header is told instead."""
    for line, row in rows:
        if len(row) == len(names):
            cells: dict[str, object] = dict(zip(names, row, strict=True))
            rules = str(cells.pop("rules", "")).strip()
            if rules:
                cells["rules"] = parsed_object(rules, place=f"line {line}, rules", problems=problems)
            yield line, cells
            continue
        said = f"The row has {len(row)} cells and the header {len(names)}: quote cells that have the separator in them"
        problems.add(f"line {line}", f"{said}, and write 0,25 as 0.25 where it is a comma.", code="row_width")
