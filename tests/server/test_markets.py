"""What the settings say of prices."""

from pathlib import Path

import pytest

from trimtab.server.markets import quoted_in
from trimtab.settings import load_settings


@pytest.mark.parametrize(("market", "currency"), [({}, ""), ({"TRIMTAB_MARKET": "yfinance"}, "USD")])
def test_prices_from_yahoo_are_in_dollars_and_folders_say_it_themselves(
    tmp_path: Path, market: dict[str, str], currency: str
) -> None:
    assert quoted_in(load_settings({"TRIMTAB_HOME": str(tmp_path), **market}, None)) == currency
