"""What a caller leaves in for every bucket. Section 1 of `docs/framework-mapping.md`."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Filters:
    """Which products come into question at all; an empty tuple and None leave all in.

    Attributes:
        types: of these types.
        currencies: priced in one of them.
        regions: that lie there, by their own field or by half through what they hold.
        sectors: the same.
        issuers: of one of them.
        include_tags: that bear any of them.
        exclude_tags: that bear none of them.
        exclude_codes: others than these.
        min_adv_value: traded a day, in the product's currency.
        min_aum_value: assets under management of funds, in the product's currency.
        min_history_months: months of history.
        max_expense_ratio_pct: percent a year; of what has none it is 0.
        priced: only those with a price.
    """

    types: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    include_tags: tuple[str, ...] = ()
    exclude_tags: tuple[str, ...] = ()
    exclude_codes: tuple[str, ...] = ()
    min_adv_value: float | None = None
    min_aum_value: float | None = None
    min_history_months: int | None = None
    max_expense_ratio_pct: float | None = None
    priced: bool = False


NO_FILTERS: Final = Filters()
