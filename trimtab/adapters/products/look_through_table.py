"""What a table says of what funds hold."""

from typing import Final

import numpy as np

from trimtab.adapters.books.convert import TypedTable
from trimtab.adapters.books.faults import FaultList, Message, quoted
from trimtab.adapters.products.schema import PRODUCTS
from trimtab.domain.columns import TextColumn
from trimtab.domain.frameworks.products import LookThrough

SHARE_ALLOWANCE: Final = 1e-9
"""Shares of a product and dimension may sum to this much more than 1: float noise."""


def check_shares(table: TypedTable, *, faults: FaultList) -> None:
    """Adds each product and dimension whose shares sum to more than the product, at the last row of it.

    A share that is none has its own fault, and isn't summed.
    """
    if not table.has("code", "dimension", "share"):
        return
    code, dimension, share = table.text["code"], table.text["dimension"], table.number["share"]
    pairs, group = np.unique(code.codes * (len(dimension.values) + 1) + dimension.codes, return_inverse=True)
    total = np.bincount(group, weights=np.where((share >= 0) & (share <= 1), share, 0.0), minlength=len(pairs))
    last = np.zeros(len(pairs), dtype=np.int64)
    np.maximum.at(last, group, np.arange(len(group)))

    def message(row: int) -> Message:
        sums = f"sum to {total[group[row]]:.10g}: they may sum to 1 at most, what lacks is unknown"
        named = f"shares of {quoted(code.at(row))} by {quoted(dimension.at(row))}"
        return Message(f"{named} {sums}", f"shares of a product and dimension {sums}")

    wrong = np.sort(last[total > 1 + SHARE_ALLOWANCE])
    faults.add_rows(table.raw, "share", rows=wrong, message=message, code="share_sum")


def warn_of_unknown(table: TypedTable, products: TypedTable, *, warnings: FaultList) -> None:
    """Warns of each share of something that isn't among the products; what can't be read isn't looked for."""
    if not (table.has("code") and products.has("code") and products.raw.complete):
        return
    cells = table.text["code"]
    known = set(products.text["code"].values)
    wrong = np.array([value != "" and value not in known for value in cells.values], dtype=np.bool_)
    unknown = f"isn't in {PRODUCTS}, so the row isn't used: give it a row there"
    warnings.add_rows(
        table.raw,
        "code",
        rows=np.flatnonzero(wrong[cells.codes]),
        message=lambda row: Message(f"{quoted(cells.at(row))} {unknown}", unknown),
        code="unknown_code",
    )


def build_look_through(table: TypedTable | None, codes: TextColumn) -> LookThrough:
    """The shares of a table without faults, of the products with these codes; nothing where there is no table."""
    if table is None:
        return LookThrough(np.zeros(0, dtype=np.int64), (), (), np.zeros(0))
    product = table.text["code"].look_up({code: row for row, code in enumerate(codes)})
    known = np.flatnonzero(product >= 0)
    return LookThrough(
        product=product[known],
        dimension=table.text["dimension"].take(known).rows(),
        key=table.text["key"].take(known).rows(),
        share=table.number["share"][known],
    )
