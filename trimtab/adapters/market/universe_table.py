"""What a table says of the market's instruments."""

from collections.abc import Callable

import numpy as np

from trimtab.adapters.books.convert import TypedTable
from trimtab.adapters.books.faults import FaultList, Message, quoted
from trimtab.adapters.books.structure import check_unique
from trimtab.adapters.market.schema import TABLES, UNIVERSE
from trimtab.domain.factors.reference import (
    ASSET_CLASSES,
    CATEGORIES,
    OTHER_NAMES,
    AssetClass,
    Category,
    asset_class_named,
    category_named,
)
from trimtab.domain.factors.universe import Entry


def check_universe(table: TypedTable, *, faults: FaultList) -> None:
    """Turns other names into ours, and adds every unknown name and every entry that stands twice."""
    _settle(table, "category", named=category_named, known=CATEGORIES, faults=faults)
    _settle(table, "asset_class", named=asset_class_named, known=ASSET_CLASSES, faults=faults)
    key = TABLES[UNIVERSE].key
    if table.has(*key):
        check_unique(table, key, faults=faults)


def build_entries(table: TypedTable) -> tuple[Entry, ...]:
    """The entries of a table without faults, by category and ticker."""
    text = {name: cells.rows() for name, cells in table.text.items()}
    entries = [
        Entry(
            category=_category(text["category"][row]),
            ticker=text["ticker"][row],
            asset_class=_asset_class(text["asset_class"][row]),
            name=text["name"][row],
            industry=text["industry"][row],
            subindustry=text["subindustry"][row],
            sector_group=text["sector_group"][row],
            aum_value=None if np.isnan(aum) else aum,
            currency=text["currency"][row],
        )
        for row, aum in enumerate(table.number["aum_value"].tolist())
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.category, entry.ticker)))


def _settle(
    table: TypedTable,
    column: str,
    *,
    named: Callable[[str], str | None],
    known: tuple[str, ...],
    faults: FaultList,
) -> None:
    if not table.has(column):
        return
    cells = table.text[column]
    wrong = np.array([value != "" and named(value) is None for value in cells.values], dtype=np.bool_)
    others = [other for other, ours in OTHER_NAMES.items() if ours in known]
    allowed = f"must be one of {', '.join(known)} (or {', '.join(others)})"
    faults.add_rows(
        table.raw,
        column,
        rows=np.flatnonzero(wrong[cells.codes]),
        message=lambda row: Message(f"{allowed}, not {quoted(cells.at(row))}", allowed),
        code=f"unknown_{column}",
    )
    table.text[column] = cells.map(lambda value: named(value) or value)


def _category(text: str) -> Category:
    return next(known for known in CATEGORIES if known == text)


def _asset_class(text: str) -> AssetClass:
    return next(known for known in ASSET_CLASSES if known == text)
