"""Verdicts by instrument, as whoever sums them up reads them.

    Verdicts{sym,action,counts,flags}:
    BHP,proceed,proceed 12
    CBA,partial,proceed 3 defer 2,div:8d/$2.40

Flags close the line and are left away with their comma where there are none.
"""

from collections.abc import Sequence
from typing import Final

from trimtab.domain.trading.overview import InstrumentVerdict
from trimtab.formatters.clean import clean_quoted, flag_field

COLUMNS: Final = "Verdicts{sym,action,counts,flags}:"


def format_verdicts(verdicts: Sequence[InstrumentVerdict]) -> str:
    """The verdicts as text, without a final line break."""
    return "\n".join((COLUMNS, *map(_row, verdicts)))


def _row(verdict: InstrumentVerdict) -> str:
    counts = " ".join(f"{action} {count}" for action, count in verdict.counts)
    return ",".join((clean_quoted(verdict.symbol), verdict.action, counts, *map(flag_field, verdict.flags)))
