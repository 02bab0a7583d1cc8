import numpy as np
import pytest

from trimtab.domain.columns import FloatColumn
from trimtab.domain.trading.decisions import (
    Decided,
    Decisions,
    Offered,
    Verdict,
    apply_decisions,
    curing_percent,
    tradable_percent,
)
from trimtab.domain.trading.trades import Reason


def offer(
    *,
    units: float = 2_500,
    lot_size: float = 1,
    planned: float = 2_500,
    edge: float = 500,
    far_edge: float = 4_500,
    minimum: float = 500,
    for_cash: bool = False,
) -> Offered:
    """8.5 against 6.0 +/- 2.0 of 100,000 at $1 a unit, if nothing else is said."""

    def column(number: float) -> FloatColumn:
        return np.array([float(number)])

    return Offered(
        units=column(units),
        unit_value=column(1),
        lot_size=column(lot_size),
        planned_amount=column(planned),
        edge_amount=column(edge),
        far_edge_amount=column(far_edge),
        minimum_value=column(minimum),
        for_cash=np.array([for_cash]),
    )


def decide(offered: Offered, verdict: Verdict, percent: float = 0.0) -> tuple[float, Reason]:
    found: Decided = apply_decisions(offered, Decisions(np.array([verdict], dtype=np.int8), np.array([percent])))
    return float(found.units[0]), Reason(int(found.reason[0]))


@pytest.mark.parametrize(
    ("verdict", "units", "reason"),
    [
        (Verdict.PROCEED, 2_500, Reason.NONE),
        (Verdict.DEFER, 0, Reason.DEFERRED),
        (Verdict.REVIEW, 0, Reason.UNDER_REVIEW),
    ],
)
def test_a_verdict_lets_all_or_nothing_through(verdict: Verdict, units: float, reason: Reason) -> None:
    assert decide(offer(), verdict) == (units, reason)
    assert verdict.action == verdict.name.lower()


def test_without_decisions_everything_proceeds():
    everything = Decisions.proceed_all(2)
    assert (everything.verdict.tolist(), everything.proceed_pct.tolist()) == ([0, 0], [100, 100])


@pytest.mark.parametrize(
    ("offered", "percent", "units", "reason"),
    [
        (offer(), 50, 1_250, Reason.NONE),
        (offer(lot_size=100), 50, 1_200, Reason.NONE),
        # 20 % are 500, which ends the breach; one lot of 300 doesn't, two do.
        (offer(units=2_400, lot_size=300), 20, 600, Reason.NONE),
        # 19 % are 475: that wouldn't end it anyway; 300 is under the minimum.
        (offer(units=2_400, lot_size=300), 19, 0, Reason.BELOW_MINIMUM),
        (offer(units=2_400, lot_size=300, minimum=300), 19, 300, Reason.NONE),
        # Nothing to end inside the band.
        (offer(edge=0, minimum=0), 20, 500, Reason.NONE),
        # 480 of 2,400 in lots of 1,200: a lot would end it, but is more than is planned of 1,000.
        (offer(units=1_000, lot_size=1_200), 20, 0, Reason.UNDER_ONE_LOT),
        # The lot that would end the breach would leave the band on the other side.
        (offer(units=5_000, planned=5_000, lot_size=5_000, for_cash=True), 20, 0, Reason.UNDER_ONE_LOT),
        (offer(units=5_000, planned=5_000, lot_size=4_500, for_cash=True), 20, 4_500, Reason.NONE),
        (offer(), 19, 0, Reason.BELOW_MINIMUM),
        (offer(for_cash=True), 19, 475, Reason.NONE),
        (offer(units=0, planned=0, edge=0), 50, 0, Reason.NONE),
    ],
)
def test_a_partial_is_in_whole_lots_and_ends_the_breach_where_its_percent_would(offered, percent, units, reason):
    assert decide(offered, Verdict.PARTIAL, percent) == (units, reason)


@pytest.mark.parametrize(
    ("offered", "cash_need", "percent"),
    [
        (offer(), 0.0, 20),  # (2.5 - 2.0) / 2.5
        (offer(edge=501), 0.0, 25),
        (offer(edge=500 + 1e-9), 0.0, 20),
        (offer(edge=0), 0.0, 0),
        (offer(edge=0), 0.42, 45),
        (offer(), 0.1, 20),
        (offer(edge=2_400), 0.0, 100),  # 96 becomes 100
        (offer(edge=2_375), 0.0, 95),
        (offer(edge=2_500), 0.0, 100),
        (offer(planned=0, edge=0), 0.0, 0),
        (offer(), 1.0, 100),
    ],
)
def test_the_curing_percent_ends_the_breach_and_pays_the_cash_in_steps_of_5(offered, cash_need, percent):
    assert curing_percent(offered, np.array([cash_need])).tolist() == [percent]


@pytest.mark.parametrize(
    ("offered", "curing", "percent"),
    [
        (offer(), 20.0, 20),
        (offer(minimum=700), 20.0, 30),  # 28 % of 2,500 trade
        (offer(minimum=2_450), 20.0, 100),  # 98 %
        (offer(minimum=700), 0.0, 0),
        (offer(minimum=700, for_cash=True), 20.0, 20),
        (offer(units=0, minimum=0), 20.0, 20),
    ],
)
def test_a_cure_that_would_be_too_small_to_trade_is_raised(offered: Offered, curing: float, percent: float) -> None:
    assert tradable_percent(offered, np.array([curing])).tolist() == [percent]
