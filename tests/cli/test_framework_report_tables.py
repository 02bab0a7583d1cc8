"""What a person reads of a report: the summary, the buckets with their bars, the trades."""

import pytest

from tests.tools.frameworks.scripted_frameworks import REPORT
from trimtab.cli.framework_report_tables import bar, print_report
from trimtab.workflow.ports.results import Table


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed, with one space for several."""
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("of_band", "shown"),
    [
        (0.0, "[.....|.....]"),
        (0.6, "[.....|###..]"),
        (-0.6, "[..###|.....]"),
        (1.0, "[.....|#####]"),
        (-1.0, "[#####|.....]"),
        (1.001, "[.....|####>]"),
        (-7, "[<####|.....]"),
        (None, ""),
    ],
)
def test_a_bar_ends_at_the_edges_of_the_band(of_band: float | None, shown: str) -> None:
    assert bar(of_band) == shown


def test_a_report_says_what_is_wrong_and_what_would_bring_it_back(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(REPORT)
    lines = lines_of(capsys)
    for line in (
        "Two halves, version 2, fp_1, account FP-1: 1,000,000.00 USD.",
        "Rebalancing is due: AssetClass/Equity is out of its band. 6.00 % is in the wrong place; 1 out of band.",
        "Checked quarterly: last rebalance not known, next check 2027-01-01. Volatility 12.35 % a year.",
        "AssetClass/Equity 66.00 60.00 6.00 [.....|####>] 55.00 65.00 over 95.00",
        "AssetClass/Bonds 34.00 40.00 -6.00 [<####|.....] 35.00 45.00 under",
        "AssetClass/Equity SPY sell 66.00 60.00 -60,000.00 30.00",
        "Turnover 6.00 %, costs 60.00.",
        "Nothing is ordered.",
    ):
        assert line in lines


def test_a_quiet_report_says_so_and_no_edge_is_below_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    quiet = {"rebalance_needed": False, "reason": "none", "volatility": None, "next_check": None}
    cash = ("Cash", "Cash", 1, 0.02, 0.0, 0.02, None, "within", -0.05, None, 0.0, 0.0)
    found = REPORT.model_copy(
        update={
            "summary": REPORT.summary.model_copy(update=quiet),
            "buckets": Table(columns=REPORT.buckets.columns, rows=(cash,)),
            "trades": Table(columns=REPORT.trades.columns, rows=()),
        }
    )
    print_report(found)
    lines = lines_of(capsys)
    assert lines[1].startswith("Nothing has to be done.")
    assert lines[2].endswith("next check at no date. Volatility not known.")
    assert "Cash 2.00 0.00 2.00 0.00 within 0.00" in lines
    assert "No trades." in lines
