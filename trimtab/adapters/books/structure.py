"""Checks across rows and tables: keys, references, models that add up, dates after the book's day."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trimtab.adapters.books.cells import RawTable
from trimtab.adapters.books.convert import TypedTable
from trimtab.adapters.books.faults import FaultList, Message, quoted
from trimtab.adapters.books.schema import PENCE, RESERVED_CODE, TABLES
from trimtab.adapters.books.tables import BookTables
from trimtab.domain.columns import EDGE_PCT, BoolColumn, FloatColumn, IntColumn
from trimtab.domain.trading.instrument_keys import instrument_key

MODEL_SUM_ALLOWANCE_PCT = 0.01


def check_structure(book: BookTables, *, faults: FaultList, warnings: FaultList) -> None:
    """Adds every fault between the rows of tables; tables and columns that could not be read are left out."""
    for number, (name, table) in enumerate(TABLES.items(), start=1):
        faults.start_table(number)
        warnings.start_table(number)
        typed = book.tables.get(name)
        if typed is None:
            continue
        if table.key and typed.has(*table.key):
            check_unique(typed, table.key, faults=faults)
        _check_table(name, typed, book=book, faults=faults, warnings=warnings)


def _check_table(name: str, table: TypedTable, *, book: BookTables, faults: FaultList, warnings: FaultList) -> None:
    if name == "instruments":
        _check_not_reserved(table, faults)
        _check_not_after(table, "price_date", book=book, faults=faults)
        _check_instrument_keys(table, faults)
    elif name == "models":
        _check_sums(table, book.tables.get("model_lines"), faults=faults)
    elif name == "model_lines":
        _check_not_reserved(table, faults)
        _check_known(table, "model", book=book, target="models", faults=faults)
        _warn_of_wide_bands(table, book.tables.get("models"), warnings=warnings)
    elif name == "lots":
        _check_known(table, "account_number", book=book, target="portfolios", faults=faults)
        _check_not_after(table, "acquired", book=book, faults=warnings)
    elif name == "fx":
        _warn_of_unused_rates(table, warnings)
    elif name == "restrictions":
        _check_known(table, "account_number", book=book, target="portfolios", faults=faults)
        _check_known(table, "code", book=book, target="instruments", faults=faults)


def check_unique(table: TypedTable, key: Sequence[str], *, faults: FaultList) -> None:
    """Refuses rows that have the key of an earlier one; the key's columns are text."""
    columns = [table.text[name] for name in key]
    frame = pd.DataFrame({name: cells.codes for name, cells in zip(key, columns, strict=True)})
    again = np.flatnonzero(frame.duplicated().to_numpy())
    if not len(again):
        return
    first = frame.drop_duplicates().reset_index().set_index(list(key))["index"]

    def message(row: int) -> Message:
        place = tuple(int(cells.codes[row]) for cells in columns)
        earlier = int(first[place if len(place) > 1 else place[0]])
        name = ", ".join(quoted(cells.at(row)) for cells in columns)
        twice = f"stands twice: first {_row_name(table.raw, earlier)}"
        return Message(f"{name} {twice}", twice)

    faults.add_rows(table.raw, table.source[key[-1]], rows=again, message=message, code="duplicate_id")


def _row_name(raw: RawTable, row: int) -> str:
    return f"in row {row}, counted from 0" if raw.lines is None else f"on line {raw.lines[row]}"


def _check_known(table: TypedTable, column: str, *, book: BookTables, target: str, faults: FaultList) -> None:
    """Refuses names that the target table doesn't have; an empty name is another check's."""
    key = TABLES[target].key[0]
    known = book.tables.get(target)
    if known is None or not known.raw.complete or not known.has(key) or not table.has(column):
        return
    cells = table.text[column]
    names = set(known.text[key].values)
    unheard_of = f"isn't in the book's {target}"
    unknown = np.array([value != "" and value not in names for value in cells.values], dtype=np.bool_)
    faults.add_rows(
        table.raw,
        table.source[column],
        rows=np.flatnonzero(unknown[cells.codes]),
        message=lambda row: Message(f"{quoted(cells.at(row))} {unheard_of}", unheard_of),
        code=f"unknown_{column}",
    )


def _check_not_reserved(table: TypedTable, faults: FaultList) -> None:
    if table.has("code"):
        rows = np.flatnonzero(table.text["code"].look_up({RESERVED_CODE: 0}) == 0)
        text = f"{RESERVED_CODE} is reserved for the cash line: give the instrument another code"
        faults.add_rows(table.raw, table.source["code"], rows=rows, message=lambda _: text, code="reserved_code")


def _check_not_after(table: TypedTable, column: str, *, book: BookTables, faults: FaultList) -> None:
    if book.as_of is None or not table.has(column):
        return
    days = table.date[column]
    faults.add_rows(
        table.raw,
        table.source[column],
        rows=np.flatnonzero(days > np.datetime64(book.as_of, "D")),
        message=lambda row: f"{days[row]} is after the book's day, {book.as_of}",
        code="after_as_of",
    )


def _check_instrument_keys(table: TypedTable, faults: FaultList) -> None:
    """Refuses a key of the book that is another instrument's too: its own, or the one it has by the rule.

    Orders go by these keys, so two instruments with one key would be bought and sold for each other.
    """
    if not table.has("exchange", "code", "instrument_key") or not any(table.text["instrument_key"].values):
        return
    own, exchange, code = (table.text[name].rows() for name in ("instrument_key", "exchange", "code"))
    given = [row for row, key in enumerate(own) if key]
    first = {instrument_key(exchange[row], code[row]): row for row, key in enumerate(own) if not key}
    again = [row for row in given if first.setdefault(own[row], row) != row]

    def message(row: int) -> Message:
        twice = f"is the key of another instrument too: {_row_name(table.raw, first[own[row]])}"
        return Message(f"{quoted(own[row])} {twice}", twice)

    faults.add_rows(table.raw, table.source["instrument_key"], rows=again, message=message, code="duplicate_id")


def _check_sums(models: TypedTable, lines: TypedTable | None, *, faults: FaultList) -> None:
    """Cash and lines must be 100; a model with a faulty line is left out, it has its own fault."""
    if lines is None or not lines.raw.complete or not lines.has("model", "target_pct"):
        return
    if not models.has("model", "target_cash_pct"):
        return
    names = models.text["model"]
    total = models.number["target_cash_pct"] + _line_sums(models, lines)

    def message(row: int) -> Message:
        sums = f"add up to {total[row]:.4f}, and must be 100"
        return Message(f"cash and lines of {quoted(names.at(row))} {sums}", f"cash and lines {sums}")

    wrong = np.abs(total - 100) > MODEL_SUM_ALLOWANCE_PCT + EDGE_PCT
    faults.add_rows(
        models.raw,
        models.source["target_cash_pct"],
        rows=np.flatnonzero(wrong),
        message=message,
        code="model_sum",
    )


def _line_sums(models: TypedTable, lines: TypedTable) -> FloatColumn:
    model = _model_rows(models, lines)
    known = model >= 0
    count = models.row_count
    sums = np.bincount(model[known], weights=lines.number["target_pct"][known], minlength=count)
    return sums.astype(np.float64)


def _model_rows(models: TypedTable, lines: TypedTable) -> IntColumn:
    """The model's row of every line, -1 unknown."""
    first = {name: row for row, name in reversed(list(enumerate(models.text["model"].rows())))}
    return lines.text["model"].look_up(first)


def _warn_of_wide_bands(lines: TypedTable, models: TypedTable | None, *, warnings: FaultList) -> None:
    if (
        models is None
        or not models.has("model", "tolerance_pct")
        or not lines.has("model", "target_pct", "tolerance_pct")
    ):
        return
    default = np.append(models.number["tolerance_pct"], np.nan)[_model_rows(models, lines)]
    own, target = lines.number["tolerance_pct"], lines.number["target_pct"]
    tolerance = np.where(np.isnan(own), default, own)
    wide = (target > 0) & (tolerance >= target)
    warnings.add_rows(
        lines.raw,
        lines.source["tolerance_pct"],
        rows=np.flatnonzero(wide),
        message=lambda row: (
            f"the tolerance {tolerance[row]:g} is not under the target {target[row]:g}:"
            " that line is never bought (inside_wide_band)"
        ),
        code="inside_wide_band",
    )


def _warn_of_unused_rates(fx: TypedTable, warnings: FaultList) -> None:
    if not fx.has("from_currency", "to_currency", "rate"):
        return
    origin, target = fx.text["from_currency"], fx.text["to_currency"]
    pence: BoolColumn = (origin.look_up({PENCE: 0}) == 0) | (target.look_up({PENCE: 0}) == 0)
    number = {name: row for row, name in enumerate(dict.fromkeys(origin.values + target.values))}
    same = origin.look_up(number) == target.look_up(number)
    for rows, message in (
        (pence, f"isn't used: {PENCE} is GBP / 100, give the rate of GBP"),
        (same & ~pence, "isn't used: a currency in itself is 1"),
    ):
        _warn(fx, rows, message=message, warnings=warnings)


def _warn(fx: TypedTable, rows: BoolColumn, *, message: str, warnings: FaultList) -> None:
    warnings.add_rows(
        fx.raw, fx.source["rate"], rows=np.flatnonzero(rows), message=lambda _: message, code="unused_rate"
    )
