import pytest

from trimtab.domain.trading.overview import HoldingRow


@pytest.mark.parametrize(("own", "expected"), [(None, 2.0), (0.5, 0.5), (0.0, 0.0)])
def test_a_line_has_its_own_tolerance_or_its_portfolios(own, expected):
    row = HoldingRow("CBA", 8.5, 6.0, 2.5, -4147, tolerance_pct=own)
    assert row.effective_tolerance_pct(2.0) == expected
