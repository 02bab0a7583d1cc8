"""Figures as the views print them: whole money, signed percentages, tenths of a point, days."""

from decimal import Decimal

from trimtab.domain.decimal_text import fixed, rounded


def money(value: float | Decimal) -> str:
    """Whole dollars with thousands: `$500,000`, `-$1,200`."""
    whole = rounded(value, 0)
    return f"{'-' if whole < 0 else ''}${abs(whole):,f}"


def points(value: float) -> str:
    """Percentage points with one decimal, without a sign for %: `8.5`."""
    return fixed(value, 1)


def tenths(value: float) -> int:
    """Percentage points as a whole number of tenths: 8.5 is 85."""
    return int(rounded(value, 1) * 10)


def signed_pct(value: float | None, missing: str = "") -> str:
    """Whole percent with its sign: `+9%`, `-2%`, `0%`."""
    if value is None:
        return missing
    whole = rounded(value, 0)
    return f"{whole:+f}%" if whole else "0%"


def difference_pct(value: float | None, other: float | None) -> str:
    """`value - other`, taken before rounding, as `signed_pct`; empty where one of them is missing."""
    return "" if value is None or other is None else signed_pct(value - other)


def days(value: int | None) -> str:
    """`8d`, or empty."""
    return "" if value is None else f"{value}d"
