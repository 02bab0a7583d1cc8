"""Yahoo's market is loaded only for who asks for it, and says what to install where that isn't there."""

import subprocess
import sys
from pathlib import Path

import pytest

from trimtab.adapters import market
from trimtab.domain.errors import SettingsError
from trimtab.server import late
from trimtab.settings import Settings


def settings(folder: Path) -> Settings:
    return Settings(home=folder, market="yfinance")


def test_yahoo_is_loaded_on_need(tmp_path):
    late.open_factors(settings(tmp_path))
    assert "trimtab.adapters.market.yahoo" in sys.modules


@pytest.mark.parametrize("missing", ["yfinance", "curl_cffi"])
def test_without_the_extra_it_says_what_to_install(monkeypatch, missing, tmp_path):
    for name in [name for name in sys.modules if name.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "trimtab.adapters.market.yahoo", raising=False)
    monkeypatch.delattr(market, "yahoo", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SettingsError, match=missing) as refused:
        late.open_factors(settings(tmp_path))
    assert "pip install 'trimtab[yfinance]'" in refused.value.next_action
    assert refused.value.field == "market"


def test_a_folder_of_market_data_loads_nothing_of_it():
    code = "import sys, trimtab.server.compose; print(sorted({'yfinance', 'curl_cffi', 'bs4'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
