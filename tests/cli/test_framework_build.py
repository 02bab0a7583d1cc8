"""`trimtab framework map` and `build`, and the lists: what is asked of the desk."""

import json

import pytest

from tests.cli.framework_desk import PORTFOLIO, PORTFOLIOS, PROFILES, WORKFLOWS, opened
from tests.cli.running import ran
from tests.tools.frameworks.scripted_frameworks import BUILT, MAPPED
from trimtab.tools.payload import dump
from trimtab.workflow.ports.framework_requests import BuildPortfolio, MappingFilters, MapProducts, Override


def test_products_are_mapped(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    desk = opened(monkeypatch)
    filters = ("--filter", "types=ETF, Fund", "--filter", "min_adv_value=1e6", "--filter", "priced=true")
    assert "SPY" in ran(capsys, "framework", "map", "balanced", "--per-bucket", "2", *filters).out
    assert json.loads(ran(capsys, "framework", "map", "balanced", "--version", "1", "--json").out) == dump(MAPPED)
    assert desk.asked == [
        MapProducts(
            framework_id="balanced",
            per_bucket=2,
            filters=MappingFilters(types=("ETF", "Fund"), min_adv_value=1e6, priced=True),
        ),
        MapProducts(framework_id="balanced", version=1),
    ]


def test_a_portfolio_is_built(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    desk = opened(monkeypatch)
    overrides = ("--override", "AssetClass/Equity=SPY:0.25", "--override", "AssetClass/Bonds=AGG")
    asked = ("framework", "build", "balanced", "--per-bucket", "2", "--weighting", "score", *overrides)
    assert "Accepted as fp_1" in ran(capsys, *asked, "--cash", "1e6", "--accept").out
    assert json.loads(ran(capsys, "framework", "build", "balanced", "--account", "A1", "--json").out) == dump(BUILT)
    assert desk.asked == [
        BuildPortfolio(
            framework_id="balanced",
            cash=1e6,
            products_per_bucket=2,
            weighting="score",
            overrides=(
                Override(path="AssetClass/Equity", code="SPY", weight=0.25),
                Override(path="AssetClass/Bonds", code="AGG"),
            ),
            accept=True,
        ),
        BuildPortfolio(framework_id="balanced", account_number="A1"),
    ]


def test_what_came_of_them_is_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    opened(monkeypatch)
    for name, shown, whole in (
        ("portfolios", PORTFOLIO, PORTFOLIOS),
        ("profiles", "conservative", PROFILES),
        ("workflows", "wf_1", WORKFLOWS),
    ):
        assert shown in ran(capsys, "framework", name).out
        assert json.loads(ran(capsys, "framework", name, "--json").out) == dump(whole)
