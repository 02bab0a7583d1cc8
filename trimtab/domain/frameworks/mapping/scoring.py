"""How good products are, whatever bucket they are for. Section 2 of `docs/framework-mapping.md`."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, DateColumn, FloatColumn
from trimtab.domain.frameworks.mapping.indexing import Index
from trimtab.domain.frameworks.mapping.mapped import Parts

WEIGHTS: Final = Parts(liquidity=0.25, cost=0.20, fit=0.20, history=0.15, tracking=0.10, data_health=0.10)
"""How much each part counts; they sum to 1."""
FULL_MONTHS: Final = 120
PLACES: Final = 9
"""Of a score: what differs by less is equal, and stands by code."""
FIELDS: Final = (
    "currency", "exchange", "issuer", "adv_value", "history_months", "price", "price_date", "expense_ratio_pct",
    "aum_value", "tracking_error_pct",
)  # fmt: skip
"""What should be known of a product; the last three of funds alone."""

_OF_FUNDS: Final = FIELDS[-3:]
_ILLIQUID_LOG: Final = 4.0
_LIQUID_LOGS: Final = 5.0
_DEAR_PCT: Final = 1.0
_LOOSE_PCT: Final = 2.0
_FRESH_DAYS: Final = 7.0
_FADING_DAYS: Final = 90.0


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """N products; parts from 0 to 1.

    Attributes:
        liquidity: by what is traded a day.
        cost: by what they cost a year.
        history: by its months.
        tracking: by how they follow their index.
        data_health: by how well they are known.
        age_days: of their prices, at least 0; NaN where the day isn't known.
        missing_months: that lack to a full history.
        missing: N x `FIELDS`, what isn't known.
    """

    liquidity: FloatColumn
    cost: FloatColumn
    history: FloatColumn
    tracking: FloatColumn
    data_health: FloatColumn
    age_days: FloatColumn
    missing_months: FloatColumn
    missing: BoolColumn

    @property
    def without_fit(self) -> FloatColumn:
        """N, what all parts but the fit add to the score."""
        total: FloatColumn = (
            WEIGHTS.liquidity * self.liquidity
            + WEIGHTS.cost * self.cost
            + WEIGHTS.history * self.history
            + WEIGHTS.tracking * self.tracking
            + WEIGHTS.data_health * self.data_health
        )
        return total

    def parts(self, row: int, *, fit: float) -> Parts:
        """Those of one product in a bucket."""
        return Parts(
            liquidity=float(self.liquidity[row]),
            cost=float(self.cost[row]),
            fit=fit,
            history=float(self.history[row]),
            tracking=float(self.tracking[row]),
            data_health=float(self.data_health[row]),
        )

    def missing_fields(self, row: int) -> tuple[str, ...]:
        """Names of what isn't known of a product."""
        return tuple(FIELDS[at] for at in np.flatnonzero(self.missing[row]))


def standing_of(index: Index, *, as_of: date) -> Standing:
    """Scores all products on a day."""
    products, without = index.products, index.unlike_funds
    months = np.clip(np.nan_to_num(products.history_months), 0.0, FULL_MONTHS)
    age_days = _age_days(products.price_date, as_of)
    missing = _missing(index)
    counted = np.where(without, len(FIELDS) - len(_OF_FUNDS), len(FIELDS))
    known = 1.0 - missing.sum(axis=1) / counted
    history = months / FULL_MONTHS
    fresh = _known_part(1.0 - (age_days - _FRESH_DAYS) / _FADING_DAYS)
    return Standing(
        liquidity=_liquidity(products.adv_value),
        cost=_low(products.expense_ratio_pct, without, most=_DEAR_PCT),
        history=history,
        tracking=_low(products.tracking_error_pct, without, most=_LOOSE_PCT),
        data_health=(fresh + history + known) / 3.0,
        age_days=age_days,
        missing_months=np.ceil(FULL_MONTHS - months),
        missing=missing,
    )


def _known_part(values: FloatColumn) -> FloatColumn:
    return np.clip(np.nan_to_num(values), 0.0, 1.0)


def _liquidity(adv_value: FloatColumn) -> FloatColumn:
    # Below 1 the logarithm would be far below 0, and isn't there for 0.
    logs = np.log10(np.maximum(adv_value, 1.0))
    return _known_part((logs - _ILLIQUID_LOG) / _LIQUID_LOGS)


def _low(values: FloatColumn, without: BoolColumn, *, most: float) -> FloatColumn:
    """1 for 0 and for what has none, 0 from `most` on."""
    return _known_part(1.0 - np.where(without & np.isnan(values), 0.0, values) / most)


def _age_days(price_date: DateColumn, as_of: date) -> FloatColumn:
    days = (np.datetime64(as_of, "D") - price_date.astype("datetime64[D]")).astype(np.float64)
    return np.where(np.isnat(price_date), np.nan, np.maximum(days, 0.0))


def _missing(index: Index) -> BoolColumn:
    found = np.empty((len(index.products), len(FIELDS)), dtype=np.bool_)
    for at, field in enumerate(FIELDS):
        column = getattr(index.products, field)
        if isinstance(column, tuple):
            found[:, at] = [not text for text in column]
        else:
            found[:, at] = np.isnat(column) if column.dtype.kind == "M" else np.isnan(column)
        if field in _OF_FUNDS:
            found[:, at] &= ~index.unlike_funds
    return found
