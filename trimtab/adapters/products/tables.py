"""Reads one table of products into typed columns, with the readers of books."""

from dataclasses import dataclass

import numpy as np

from trimtab.adapters.books.cells import Wanted
from trimtab.adapters.books.convert import Converter, TypedTable
from trimtab.adapters.books.faults import FaultList, Message, quoted
from trimtab.adapters.books.schema import RESERVED_CODE, Kind, Table
from trimtab.adapters.books.sources import FolderSource
from trimtab.adapters.books.structure import check_unique
from trimtab.adapters.market.tables import check_header
from trimtab.domain.columns import TextColumn
from trimtab.domain.factors.reference_checks import wrong_currency
from trimtab.domain.frameworks.products import Products
from trimtab.domain.frameworks.universe import OF_PRODUCTS


@dataclass(frozen=True, slots=True, eq=False)
class TableReader:
    """Reads the tables of one folder; `faults` refuse the products, `warnings` don't."""

    source: FolderSource
    faults: FaultList
    warnings: FaultList

    def read(self, name: str, table: Table) -> TypedTable | None:
        """The table in typed columns, those that are missing aside; None where nothing can be read."""
        numbers = (column_name for column_name, column in table.columns.items() if column.kind is Kind.NUMBER)
        wanted = Wanted(frozenset(table.columns), sparse=frozenset(numbers))
        raw = self.source.table(name, wanted=wanted, faults=self.faults)
        if raw is None:
            return None
        check_header(raw, table, faults=self.faults, warnings=self.warnings)
        typed = TypedTable(raw, {column: column for column in table.columns})
        converter = Converter(typed, self.faults, self.warnings)
        for column_name, column in table.columns.items():
            if column_name in raw.cells:
                converter.convert(column_name, column)
            elif column.optional:
                converter.convert(column_name, column, constant="")
        if typed.has(*table.key):
            check_unique(typed, table.key, faults=self.faults)
        return typed


def check_products(table: TypedTable, *, faults: FaultList) -> None:
    """Adds each code that stands for cash, and each currency that can't be one."""
    if table.has("code"):
        rows = np.flatnonzero(table.text["code"].look_up({RESERVED_CODE: 0}) == 0)
        reserved = f"{RESERVED_CODE} is reserved for cash: give the product another code"
        faults.add_rows(table.raw, "code", rows=rows, message=lambda _: reserved, code="reserved_code")
    if table.has("currency"):
        cells = table.text["currency"]
        wrong = np.array([value != "" and wrong_currency(value) != "" for value in cells.values], dtype=np.bool_)
        own = wrong_currency("").rstrip(".")
        faults.add_rows(
            table.raw,
            "currency",
            rows=np.flatnonzero(wrong[cells.codes]),
            message=lambda row: Message(f"{own}: not {quoted(cells.at(row))}", own),
            code="wrong_value",
        )


def build_products(table: TypedTable) -> Products:
    """The products of a table without faults."""
    text = {name: cells.rows() for name, cells in table.text.items()}
    tags = table.text["tags"]
    by_text = [_tags(value) for value in tags.values]
    number = table.number
    return Products(
        code=text["code"],
        name=text["name"],
        type=text["type"],
        asset_class=text["asset_class"],
        region=text["region"],
        sector=text["sector"],
        sector_group=text["sector_group"],
        sleeve=text["sleeve"],
        issuer=text["issuer"],
        currency=text["currency"],
        exchange=text["exchange"],
        tags=tuple(by_text[code] for code in tags.codes.tolist()),
        adv_value=number["adv_value"],
        expense_ratio_pct=number["expense_ratio_pct"],
        aum_value=number["aum_value"],
        tracking_error_pct=number["tracking_error_pct"],
        history_months=number["history_months"],
        price=number["price"],
        price_date=table.date["price_date"],
        source=(OF_PRODUCTS,) * table.row_count,
    )


def _tags(text: str) -> TextColumn:
    return tuple(dict.fromkeys(tag.strip() for tag in text.split(";") if tag.strip()))
