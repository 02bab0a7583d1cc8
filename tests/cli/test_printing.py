"""Tables of answers, as a person sees them on a terminal of 80 columns."""

import re
import sys

import pytest

from trimtab.cli.printing import print_lines, print_rows, print_table
from trimtab.workflow.ports.results import Table

_STYLE = re.compile("\x1b\\[[0-9;]*m")


def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output is a terminal of 80 columns from here on."""
    for name, value in {"COLUMNS": "80", "LINES": "25", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed, without colours."""
    return [_STYLE.sub("", line).rstrip() for line in capsys.readouterr().out.splitlines()]


def test_names_break_at_underscores_and_days_and_numbers_stay_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    narrow(monkeypatch)
    columns = (
        "metric",
        "portfolio",
        "bollinger_mean_reversion",
        "macd_rsi_confluence",
        "momentum_rank",
        "equal_weight",
    )
    rows = [("first_day", *["2014-01-30"] * 5), ("average_holding_period", 2.5, -0.125, None, 12.0, 155.0)]
    print_rows("Each", columns, rows=rows, digits=4)
    lines = lines_of(capsys)
    assert max(map(len, lines)) <= 80
    assert [line.split() for line in lines[2:]] == [
        ["bollinger_"],
        ["mean_", "macd_rsi_"],
        ["metric", "portfolio", "reversion", "confluence", "momentum_rank", "equal_weight"],
        ["first_day", *["2014-01-30"] * 5],
        ["average_", "2.5000", "-0.1250", "12.0000", "155.0000"],
        ["holding_"],
        ["period"],
    ]


def test_numbers_that_do_not_fit_make_the_line_longer_and_are_never_cut(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    narrow(monkeypatch)
    numbers = [1_234_567.891 + place for place in range(8)]
    print_rows("", [f"value_{place}" for place in range(8)], rows=[numbers], digits=4)
    assert lines_of(capsys)[-1].split() == [f"1,234,{567 + place}.89" for place in range(8)]


def test_a_file_gets_whole_lines_and_zero_has_no_sign(capsys: pytest.CaptureFixture[str]) -> None:
    found = Table(columns=("name_of_something", "n", "share"), rows=(("x_" * 60, 3, -0.0004), ("y", None, 1.0)))
    print_table("", found)
    lines = lines_of(capsys)
    assert lines[1].split() == ["name_of_something", "n", "share"]
    assert lines[2].split() == ["x_" * 60, "3", "0.00"]
    assert lines[3].split() == ["y", "1.00"]


def test_lines_stand_below_and_nothing_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines([])
    print_lines(["One.", "Two."])
    assert capsys.readouterr().out == "\nOne.\nTwo.\n"
