"""Long tables of a report share the room of a reply."""

from tests.tools.frameworks.long_frameworks import long_report
from tests.tools.frameworks.scripted_frameworks import REPORT
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.frameworks.report_fitting import fitting_report
from trimtab.tools.payload import dump
from trimtab.tools.section_rows import tokens


def test_what_a_reply_holds_is_shown_whole() -> None:
    assert fitting_report(REPORT) is REPORT
    short = long_report(40)
    assert fitting_report(short) is short


def test_no_table_is_cut_to_nothing_and_all_rows_are_counted() -> None:
    whole = long_report(1_000)
    shown = fitting_report(whole)
    most = len(shown.buckets.rows)
    assert MOST_TOKENS * 0.7 <= tokens(dump(shown)) <= MOST_TOKENS
    assert most >= 50
    assert shown.heatmap.rows == whole.heatmap.rows[:most]
    assert len(shown.holdings.rows) == len(shown.trades.rows) == most
    assert shown.basis.notes[1] == (
        f"Tables show their first {most} rows, because a reply holds no more; there are: buckets 1000, heatmap 1000, "
        "holdings 1000, trades 1000."
    )
