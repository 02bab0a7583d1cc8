"""Section 1: what a portfolio is worth, or every reason why that can't be said."""

from collections.abc import Iterable, Mapping
from datetime import date

from tests.oracle.oracle_compare import HALF_CENT, more_money
from tests.oracle.oracle_rows import InstrumentRow, PortfolioRow
from tests.oracle.oracle_types import Plan, Unable
from trimtab.domain.trading.policy import Policy

Rates = Mapping[tuple[str, str], float]


def rate(fx: Rates, currency: str, base: str) -> float | None:
    """One unit of `currency` in `base`: equal, the pair, its inverse, pence by the pound; no chains."""
    if currency == base:
        return 1.0
    if (currency, base) in fx:
        return fx[currency, base]
    if (base, currency) in fx:
        return 1.0 / fx[base, currency]
    if currency == "GBX":
        pounds = rate(fx, "GBP", base)
        return None if pounds is None else pounds / 100
    return None


def instrument_reasons(
    code: str, instrument: InstrumentRow | None, *, base: str, fx: Rates, as_of: date, policy: Policy
) -> list[Unable]:
    """Why an instrument can't be valued in the base currency. A missing price can't be stale as well."""
    if instrument is None:
        return [Unable("unknown_instrument", code)]
    reasons = []
    if instrument.price is None or instrument.price <= 0:
        reasons.append(Unable("missing_price", code))
    if instrument.price is not None and instrument.price_date is not None:
        age_days = (as_of - instrument.price_date).days
        if age_days > policy.stale_price_days:
            reasons.append(Unable("stale_price", code))
    if rate(fx, instrument.currency, base) is None:
        reasons.append(Unable("unknown_currency", code))
    return reasons


def unit_value(instrument: InstrumentRow, *, base: str, fx: Rates) -> float:
    """One unit in the portfolio's base currency; only for instruments with a price and a rate."""
    exchange_rate = rate(fx, instrument.currency, base)
    assert instrument.price is not None
    assert exchange_rate is not None
    return instrument.price * exchange_rate


def value_portfolio(
    portfolio: PortfolioRow,
    codes: Iterable[str],
    *,
    instruments: Mapping[str, InstrumentRow],
    fx: Rates,
    as_of: date,
    policy: Policy,
) -> tuple[Plan, dict[str, float]]:
    """The portfolio's plan with its totals or its reasons, and the unit value of each of `codes`.

    The withdrawal is judged wherever everything that is held has a value, be it an old one.
    """
    base = portfolio.base_currency
    reasons: list[Unable] = []
    unit_values: dict[str, float] = {}
    for code in codes:
        instrument = instruments.get(code)
        found = instrument_reasons(code, instrument, base=base, fx=fx, as_of=as_of, policy=policy)
        reasons.extend(found)
        if instrument is not None and all(reason.reason == "stale_price" for reason in found):
            unit_values[code] = unit_value(instrument, base=base, fx=fx)
    if portfolio.model is None:
        reasons.append(Unable("unknown_model"))
    plan = Plan(portfolio.account_number, pending_withdrawal=portfolio.pending_withdrawal)
    if all(code in unit_values for code in portfolio.lots):
        _add_totals(plan, portfolio, unit_values)
        if more_money(-plan.investable, 0.0):
            reasons.append(Unable("withdrawal_over_total", missing_amount=-plan.investable))
    plan.unable = tuple(sorted(reasons))
    return plan, unit_values


def _add_totals(plan: Plan, portfolio: PortfolioRow, unit_values: Mapping[str, float]) -> None:
    holdings = sum(portfolio.units(code) * unit_values[code] for code in portfolio.lots)
    plan.cash_estimated = portfolio.cash is None
    plan.cash = holdings * 0.02 / 0.98 if portfolio.cash is None else portfolio.cash
    plan.total = plan.cash + holdings
    plan.investable = plan.total - portfolio.pending_withdrawal
    plan.full_liquidation = plan.investable <= HALF_CENT
    if plan.full_liquidation:
        plan.weight_base = plan.total if plan.total > HALF_CENT else 0.0
    else:
        plan.weight_base = plan.investable
