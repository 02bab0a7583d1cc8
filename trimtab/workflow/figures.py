"""How numbers leave the workflow: money in cents, percentages to 4 decimals, half to even, never minus zero."""

from decimal import Decimal

from trimtab.domain.decimal_text import rounded


def money(value: float) -> float:
    """Rounded to cents."""
    return float(rounded(value, 2))


def points(value: float) -> float:
    """A percentage rounded to 4 decimals."""
    return float(rounded(value, 4))


def quantity(units: float) -> str:
    """Units as plain decimal text, without needless zeros: `120`, `0.5`."""
    text = f"{rounded(units, 6).normalize():f}"
    return str(Decimal(text)) if "E" in text else text
