"""Columns give way where a terminal is narrow: names at `_`, texts at spaces, numbers and days never."""

import pytest

from trimtab.cli.fitting_columns import NARROW_GAP, WIDE_GAP, Column, fitted

NAMES = Column("strategy", ["bollinger_mean_reversion", "momentum_rank"])
DAYS = Column("day", ["2026-11-20", "2026-11-19"])
WORDS = Column("detail", ["It has no price at all.", ""])


def test_what_fits_stays_as_it_is() -> None:
    assert fitted([NAMES, DAYS], width=24 + 10 + WIDE_GAP) == ([NAMES, DAYS], WIDE_GAP)


def test_names_break_behind_an_underscore_and_days_do_not_break() -> None:
    found, gap = fitted([NAMES, DAYS], width=28)
    assert gap == NARROW_GAP
    assert found[0].cells == ["bollinger_mean_\nreversion", "momentum_rank"]
    assert found[1] == DAYS


def test_paths_break_behind_a_slash_and_ids_do_not_break() -> None:
    path, key = Column("path", ["AssetClass/Equity"]), Column("id", ["pf_0123456789abcdef"])
    found, _ = fitted([path, key], width=10)
    assert [each.cells for each in found] == [["AssetClass/\nEquity"], ["pf_0123456789abcdef"]]


def test_a_text_breaks_at_spaces() -> None:
    found, _ = fitted([DAYS, WORDS], width=24)
    assert found[1].cells == ["It has no\nprice at all.", ""]


def test_a_head_breaks_as_the_cells_do() -> None:
    found, _ = fitted([Column("average_holding_period", ["1.00"])], width=10)
    assert found[0].name == "average_\nholding_\nperiod"


@pytest.mark.parametrize(("width", "widest"), [(30, 15), (1, 10)])
def test_no_column_is_narrower_than_its_longest_piece(width: int, widest: int) -> None:
    found, _ = fitted([NAMES, DAYS], width=width)
    assert max(each.width for each in found) == widest


def test_a_word_longer_than_any_name_breaks_anywhere() -> None:
    assert Column("x", ["y" * 100]).least == 32


def test_there_may_be_no_columns_and_no_rows() -> None:
    assert fitted([], width=80) == ([], WIDE_GAP)
    assert fitted([Column("", [])], width=80)[0] == [Column("", [])]
