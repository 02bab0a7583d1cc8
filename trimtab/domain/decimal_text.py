"""Numbers as decimal text: rounded half to even as the decimals they print as, and never minus zero."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

_EXACT: Final = Context(prec=400)
"""Holds every float in full, whatever the caller's own context is."""

_NOISE: Final = Decimal("1e-9")


def rounded(value: float | Decimal, places: int) -> Decimal:
    """Rounds to `places` decimals, half to even.

    A float is taken as the decimal that it stands for: 0.35 is 35 hundredths, not the binary number just
    below it, and what is left of a subtraction under a billionth (8.05 - 6 is 2.0500000000000007) is noise.

    Raises:
        ValueError: The value is NaN or infinite; a missing number is None and isn't rounded at all.
    """
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise ValueError(f"{value} can't be shown; give a finite number, or None where there is none")
    settled = exact.quantize(_NOISE, ROUND_HALF_EVEN, _EXACT)
    result = settled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, _EXACT)
    return abs(result) if result.is_zero() else result


def fixed(value: float | Decimal, places: int) -> str:
    """The number with exactly `places` decimals: `fixed(-0.04, 1)` is "0.0".

    Raises:
        ValueError: The value is NaN or infinite.
    """
    return f"{rounded(value, places):f}"
