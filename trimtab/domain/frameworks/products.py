"""What buckets can be filled with: products in columns, and what funds hold."""

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from trimtab.domain.columns import DateColumn, FloatColumn, IntColumn, TextColumn


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """N products, sorted by `code`, each code once. Text that isn't known is empty, numbers are NaN, dates NaT.

    Attributes:
        code: what it is traded as.
        name: for people.
        type: `ETF`, `Fund`, `Stock` or `Bond`.
        asset_class: such as `Equity`, `Bonds`, `Alternatives`, `Cash`.
        region: such as `US`, `International`, `Emerging`, `Global`.
        sector: such as `Health Care`; `Diversified` for broad funds.
        sector_group: such as `Defensive`.
        sleeve: such as `Core`, `Satellite`, `Hedge`.
        issuer: who brings it out.
        currency: of the price.
        exchange: where it is traded; without one it can't be ordered.
        tags: words by which rules pick.
        adv_value: money traded a day, in `currency`.
        expense_ratio_pct: percent a year.
        aum_value: assets under management, in `currency`.
        tracking_error_pct: percent a year against its index.
        history_months: months of history.
        price: newest price, in `currency`.
        price_date: its day.
        source: where the row comes from: `products`, `book` or `factors`.
    """

    code: TextColumn
    name: TextColumn
    type: TextColumn
    asset_class: TextColumn
    region: TextColumn
    sector: TextColumn
    sector_group: TextColumn
    sleeve: TextColumn
    issuer: TextColumn
    currency: TextColumn
    exchange: TextColumn
    tags: tuple[tuple[str, ...], ...]
    adv_value: FloatColumn
    expense_ratio_pct: FloatColumn
    aum_value: FloatColumn
    tracking_error_pct: FloatColumn
    history_months: FloatColumn
    price: FloatColumn
    price_date: DateColumn
    source: TextColumn

    def __len__(self) -> int:
        return len(self.code)

    def only(self, rows: IntColumn) -> "Products":
        """The products in these rows, ascending."""
        chosen = rows.tolist()
        columns = ((each.name, getattr(self, each.name)) for each in fields(self))
        taken: dict[str, Any] = {
            name: tuple(column[row] for row in chosen) if isinstance(column, tuple) else column[rows]
            for name, column in columns
        }
        return replace(self, **taken)


@dataclass(frozen=True, slots=True, eq=False)
class LookThrough:
    """What of funds lies where: K shares, sorted by (product, dimension, key).

    Attributes:
        product: K rows of the products.
        dimension: K of `AssetClass`, `Region`, `Sector`, `Sleeve`.
        key: K names within the dimension, such as `US`.
        share: K fractions of the product; those of a product and dimension sum to at most 1, and what lacks is unknown.
    """

    product: IntColumn
    dimension: TextColumn
    key: TextColumn
    share: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class Universe:
    """All products with what funds hold; `digest` is SHA-256 of everything in it.

    `known` keeps what was made of it once, for who asks again.
    """

    products: Products
    look_through: LookThrough
    digest: str
    known: dict[object, object] = field(default_factory=dict)

    def only(self, rows: IntColumn) -> "Universe":
        """The products in these rows, ascending, with what they hold; it still has the digest of the whole."""
        place = np.full(len(self.products), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        lies = self.look_through
        kept = np.flatnonzero(place[lies.product] >= 0)
        chosen = kept.tolist()
        held = LookThrough(
            product=place[lies.product[kept]],
            dimension=tuple(lies.dimension[at] for at in chosen),
            key=tuple(lies.key[at] for at in chosen),
            share=lies.share[kept],
        )
        return Universe(self.products.only(rows), held, self.digest)
