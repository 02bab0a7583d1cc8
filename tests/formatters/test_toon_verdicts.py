"""Verdicts by instrument as text: a line each, whatever stands in the names."""

from hypothesis import given
from hypothesis import strategies as st

from tests.formatters.fields import split
from tests.formatters.hostile import hostile
from trimtab.domain.trading.overview import InstrumentVerdict
from trimtab.formatters.clean import clean
from trimtab.formatters.toon_verdicts import COLUMNS, format_verdicts

PROMISED = """\
Verdicts{sym,action,counts,flags}:
BHP,proceed,proceed 12
CBA,partial,proceed 3 defer 2,div:8d/$2.40
WBC,review,review 1,dip:-5%,cgt:12d"""


def test_the_promised_text_is_made_from_the_rows() -> None:
    verdicts = (
        InstrumentVerdict("BHP", "proceed", (("proceed", 12),), ()),
        InstrumentVerdict("CBA", "partial", (("proceed", 3), ("defer", 2)), ("div:8d/$2.40",)),
        InstrumentVerdict("WBC", "review", (("review", 1),), ("dip:-5%", "cgt:12d")),
    )
    assert format_verdicts(verdicts) == PROMISED


def test_without_verdicts_there_are_only_the_columns() -> None:
    assert format_verdicts(()) == COLUMNS


@given(st.lists(st.tuples(hostile, st.lists(hostile, max_size=3)), max_size=4))
def test_nothing_in_a_name_or_a_flag_makes_a_line_or_a_field(named: list[tuple[str, list[str]]]) -> None:
    verdicts = [InstrumentVerdict(symbol, "defer", (("defer", 2),), tuple(flags)) for symbol, flags in named]
    first, *lines = format_verdicts(verdicts).split("\n")
    assert first == COLUMNS
    assert [split(line) for line in lines] == [
        [clean(symbol), "defer", "defer 2", *map(clean, flags)] for symbol, flags in named
    ]
