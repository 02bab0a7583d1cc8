"""What is held, by holding and leaf."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, TextColumn
from trimtab.domain.frameworks.mapping.assigning import CASH_CODE


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """H holdings, each code once, and cash. Values are money of 0 or more; cash may be below.

    Attributes:
        code: H; `CASH` is cash.
        leaf_value: H x L, money of each holding in each leaf.
        unassigned_value: H, money of each holding that belongs to no leaf.
        cash_value: cash that is no holding.
    """

    code: TextColumn
    leaf_value: FloatColumn
    unassigned_value: FloatColumn
    cash_value: float = 0.0

    @property
    def is_cash(self) -> BoolColumn:
        """H."""
        return np.array([code == CASH_CODE for code in self.code], dtype=np.bool_)

    @property
    def invested(self) -> FloatColumn:
        """H x (L + 1), money by leaf and, last, in none; 0 for cash."""
        whole = np.column_stack((self.leaf_value, self.unassigned_value))
        return np.where(self.is_cash[:, None], 0.0, whole)
