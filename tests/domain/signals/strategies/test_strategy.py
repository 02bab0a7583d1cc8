"""What every strategy keeps."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.signals.strategies.series_of_prices import PANELS, WAVES, frame
from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals import strategies
from trimtab.domain.signals.strategies import (
    BollingerMeanReversion,
    BollingerParameters,
    MacdRsiConfluence,
    MacdRsiParameters,
    MomentumParameters,
    MomentumRank,
    SignalPanel,
    Strategy,
    blocks,
)

NONE = np.nan
SHIPPED: list[Strategy] = [BollingerMeanReversion(), MacdRsiConfluence(), MomentumRank()]
BOLLINGER = BollingerMeanReversion(BollingerParameters(window_days=4))
CONFLUENCE = MacdRsiConfluence(MacdRsiParameters(rsi_days=2, fast_days=2, slow_days=3, signal_days=2))
MOMENTUM = MomentumRank(MomentumParameters(lookback_days=5, skip_days=1, min_symbols=2))
SHORT: list[Strategy] = [BOLLINGER, CONFLUENCE, MOMENTUM]
EACH_ALONE: list[Strategy] = [BOLLINGER, CONFLUENCE]


def name_of(strategy: Strategy) -> str:
    return strategy.name


def frames(panel: SignalPanel) -> dict[str, pd.DataFrame]:
    return {"alpha": panel.alpha, "confidence": panel.confidence, **panel.indicators}


def same(left: SignalPanel, right: SignalPanel) -> None:
    for name, found in frames(left).items():
        np.testing.assert_array_equal(found, frames(right)[name], err_msg=name)


def until(panel: SignalPanel, day: int) -> SignalPanel:
    indicators = {name: found[: day + 1] for name, found in panel.indicators.items()}
    return SignalPanel(
        panel.strategy, panel.alpha[: day + 1], panel.confidence[: day + 1], 5, False, indicators=indicators
    )


@pytest.mark.parametrize("strategy", SHORT, ids=name_of)
@given(prices=PANELS, later=PANELS, day=st.integers(0, 39))
def test_nothing_later_changes_a_signal(strategy, *, prices: FloatColumn, later: FloatColumn, day: int) -> None:
    panel = strategy.signals(frame(prices))
    other = np.where(np.arange(40)[:, None] > day, later, prices)
    same(until(panel, day), until(strategy.signals(frame(other)), day))
    same(until(panel, day), strategy.signals(frame(prices[: day + 1])))


@pytest.mark.parametrize("strategy", [*SHORT, BollingerMeanReversion(), MacdRsiConfluence()])
def test_signals_do_not_depend_on_how_rows_are_parted_nor_on_how_prices_lie_in_memory(strategy, monkeypatch) -> None:
    drawn = np.random.default_rng(4)
    prices = np.where(drawn.random((200, 6)) < 0.01, NONE, 100 + drawn.normal(0, 1, (200, 6)).cumsum(axis=0))
    whole = strategy.signals(frame(prices))
    monkeypatch.setattr(blocks, "BLOCK_VALUES", 7)
    monkeypatch.setattr(blocks, "OFTEN", 2)
    given_by_row = frame(prices).iloc[:, :0].assign(**dict(zip("ABCDEF", prices.T, strict=True)))
    for other in (frame(prices), given_by_row):
        same(whole, strategy.signals(other))


@pytest.mark.parametrize("strategy", SHORT, ids=name_of)
@given(prices=PANELS)
def test_without_enough_prices_in_a_row_there_is_no_signal(strategy, *, prices: FloatColumn) -> None:
    alpha = strategy.signals(frame(prices)).alpha
    enough = frame(prices).rolling(strategy.history_days).count() == strategy.history_days
    assert not (alpha.notna() & ~enough).any(axis=None)


@pytest.mark.parametrize("strategy", SHORT, ids=name_of)
@given(prices=PANELS)
def test_the_unit_of_a_price_does_not_matter(strategy, *, prices: FloatColumn) -> None:
    panel, other = strategy.signals(frame(prices)), strategy.signals(frame(prices * 1024))
    assert panel.alpha.equals(other.alpha)
    assert panel.confidence.equals(other.confidence)


@pytest.mark.parametrize("strategy", EACH_ALONE, ids=name_of)
@given(prices=PANELS)
def test_other_symbols_do_not_matter_where_none_are_ranked(strategy, *, prices: FloatColumn) -> None:
    together = strategy.signals(frame(prices)).alpha["B"].to_numpy()
    alone = strategy.signals(frame(prices[:, 1])).alpha["A"].to_numpy()
    np.testing.assert_allclose(together, alone, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("strategy", SHORT, ids=name_of)
def test_what_is_no_price_is_refused(strategy) -> None:
    with pytest.raises(InvalidInput, match="A has on 2024-01-03 a price that isn't"):
        strategy.signals(frame([1.0, NONE, 0.0]))


@pytest.mark.parametrize("strategy", SHORT, ids=name_of)
def test_the_least_and_the_most_of_prices_give_finite_signals(strategy) -> None:
    extreme = [1e-15, 1e15, 1e15, 1e-15, 1e-15] * 8
    panel = strategy.signals(frame(np.column_stack([extreme, extreme[::-1], [1e-15, 1.1e-15] * 20])))
    assert panel.alpha.iloc[-1].notna().all()
    assert not any(np.isinf(found).any(axis=None) for found in frames(panel).values())


@pytest.mark.parametrize("strategy", SHIPPED, ids=name_of)
def test_signals_have_the_labels_of_the_prices(strategy) -> None:
    for prices in (frame(WAVES), frame(WAVES)[:0], frame(WAVES)[[]]):
        panel = strategy.signals(prices)
        assert panel.strategy == strategy.name
        assert panel.horizon_days == strategy.parameters.horizon_days
        for found in frames(panel).values():
            assert found.index.equals(prices.index)
            assert found.columns.equals(prices.columns)


@pytest.mark.parametrize("strategy", SHIPPED, ids=name_of)
def test_a_readme_tells_the_idea_the_formula_every_parameter_and_when_it_fails(strategy) -> None:
    for part in ("**Idea.**", "**Formula.**", "**Parameters.**", "**When it fails.**", "confidence"):
        assert part in strategy.readme
    for name, value in strategy.parameters.by_name.items():
        assert f"`{name}` {value:g}" in " ".join(strategy.readme.split())


def test_names_differ_and_the_package_offers_what_it_says():
    assert len({strategy.name for strategy in SHIPPED}) == 3
    assert strategies.__all__ == sorted(strategies.__all__)
    assert all(hasattr(strategies, name) for name in strategies.__all__)
