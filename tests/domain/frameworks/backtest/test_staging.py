"""The days of a run, and the money that comes and goes on them."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from tests.domain.frameworks.backtest.drawn_prices import closes
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.backtest.plan import Plan
from trimtab.domain.frameworks.backtest.staging import first_days, stage_of

GONE = np.nan
PLAN = Plan({"A": 0.6, "B": 0.4})


def test_it_begins_when_all_assets_have_a_price_and_says_which_came_last():
    stage = stage_of(closes([[GONE, 1], [10, GONE], [10, 20], [11, 20]]), PLAN)
    assert stage.dates.astype(str).tolist() == ["2024-01-03", "2024-01-04"]
    assert stage.waited_for == ("B",)
    assert stage.ended is None


def test_assets_are_in_the_order_of_the_plan_and_others_do_not_matter():
    stage = stage_of(closes([[GONE, 20, 10], [GONE, 21, 11]], assets="CBA"), PLAN)
    assert stage.closes.valued.tolist() == [[10, 20], [11, 21]]
    assert stage.waited_for == ()


def test_a_missing_price_is_the_last_one_for_five_days_and_no_longer():
    five = closes([[10, 20], *[[11, GONE]] * 5, [12, 24]])
    stage = stage_of(five, PLAN)
    assert stage.closes.valued[:, 1].tolist() == [20] * 6 + [24]
    assert (len(stage.dates), stage.ended) == (7, None)
    six = closes([[10, 20], *[[11, GONE]] * 6, [12, 24]])
    short = stage_of(six, PLAN)
    assert len(short.dates) == 6
    assert short.ended is not None
    assert short.ended.code == "prices_missing"
    assert short.ended.message.startswith("The run ends on 2024-01-08: B has no price after 2024-01-01,")


def test_prices_in_which_it_cannot_begin_are_refused():
    for prices, said in (
        (closes([[10, GONE]]), "B has no price at all"),
        (closes([[10, GONE], [GONE, 20]]), "On no day all assets have a price"),
        (closes([[10]], assets="A"), "prices has no column of B"),
        (closes([[10, -1]]), "B has on 2024-01-01 a price that isn't a number"),
    ):
        with pytest.raises(InvalidInput, match=said):
            stage_of(prices, PLAN)


def test_money_moves_on_the_first_day_of_the_run_from_its_date_on():
    flows = {
        date(2023, 6, 1): 1.0, date(2024, 1, 1): 2.0, date(2024, 1, 6): 4.0, date(2024, 1, 8): 8.0,
        date(2024, 2, 1): 16.0,
    }  # fmt: skip
    stage = stage_of(closes([[10, 20]] * 6), Plan({"A": 1.0}, flows=flows))
    # 6 January is a Saturday; February isn't reached.
    assert stage.flows.tolist() == [3, 0, 0, 0, 0, 12]


@pytest.mark.parametrize(
    ("cadence", "months"), [("M", range(1, 13)), ("Q", (1, 4, 7, 10)), ("S", (1, 7)), ("A", (1,)), ("none", ())]
)
def test_periods_begin_on_their_first_trading_day(cadence, months):
    days = pd.bdate_range("2022-12-05", "2023-12-29")
    found = days[first_days(days.to_numpy().astype("datetime64[D]"), cadence)]
    assert found.month.tolist() == list(months)
    assert all(day.day <= 3 for day in found)
