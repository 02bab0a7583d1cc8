"""Hypothesis strategies for small books, drawn towards the edges of every rule.

Numbers come from small sets of round ones, so that exact edges happen often. Where the true answer lies on an
allowance itself (an excess of just 1e-9 points, a lot less just 1e-6), float noise decides: nothing is drawn
on purpose within 1e-10 points of it, and `oracle_compare.close_calls` tells of those that arise by chance.
"""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st

from tests.oracle.book_rows import AS_OF, UNKNOWN, NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from trimtab.domain.trading.book import Book, Restriction
from trimtab.domain.trading.policy import Policy

CODES = ("ANZ", "BHP", "CBA", "CSL", "NAB", "RIO", "TLS", "WBC")
SECTORS = ("Financials", "Materials", "Healthcare")
PRICES = (0.05, 0.5, 1.0, 2.5, 7.35, 10.0, 33.33, 100.0, 120.0, 900.0)
LOT_SIZES = (1.0, 1.0, 1.0, 10.0, 100.0)
CURRENCIES = ("AUD", "AUD", "AUD", "AUD", "USD", "GBX")
BASES = ("AUD", "AUD", "AUD", "AUD", "USD")
# AUD to USD and GBP to AUD: in AUD a holding in USD needs the inverse, one in pence the pair over 100.
FX = {("AUD", "USD"): 0.64, ("GBP", "AUD"): 1.9, ("GBP", "USD"): 1.25}
INVESTABLES = (2_500.0, 10_000.0, 100_000.0, 450_000.0, 1_000_000.0)
TARGETS = (0.0, 0.5, 1.0, 2.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.5, 20.0, 25.0, 40.0)
TOLERANCES = (0.0, 0.5, 1.0, 2.0, 5.0)
CASH_TARGETS = (0.0, 1.0, 5.0, 10.0, 12.5, 20.0)
BESIDE_EDGE = (0.0, 0.0, 0.0, 3.7e-10, -3.7e-10, 2.3e-9, -2.3e-9, 0.01, -0.01)
AGES_DAYS = (-1, 0, 4, 5)
PRICE_FAULTS = ((UNKNOWN, 0), (0.0, 0), (-1.0, 0), (None, 6), (None, 30), (UNKNOWN, 30), (0.0, 30))
EX_DAYS = (-3, 0, 1, 8, 14, 15, 30, 31, 60)
RETURNS_1M = (UNKNOWN, -12.0, -8.0, -7.99, -3.0, 0.0, 2.0)
RETURNS_6M = (UNKNOWN, -5.0, 0.0, 8.0)
HELD_DAYS = (0, 30, 319, 320, 321, 355, 364, 365, 366, 367, 800, 3000)
COSTS = (0.0, 0.5, 0.9, 1.0, 1.1, 1.5)
WITHDRAWALS = (5_000.0, 20_000.0, 50_000.0)
NEAR_TOTAL = (0.0, -0.004, 0.004, -0.01, 0.01, -100.0, 1_000.0)
CASHES = (0.0, 0.0, -500.0, -5_000.0, 3_000.0, 60_000.0)


@dataclass(frozen=True)
class Faults:
    """Which valuation faults may be drawn; each makes a portfolio unable to check."""

    prices: bool = True
    models: bool = True
    instruments: bool = True
    currencies: bool = True


NO_FAULTS = Faults(prices=False, models=False, instruments=False, currencies=False)


@st.composite
def instruments(draw: st.DrawFn, code: str, faults: Faults) -> NewInstrument:
    """An instrument; seldom one without a usable price or rate."""
    faulty = faults.prices and draw(st.integers(0, 14)) == 14
    price, age_days = draw(st.sampled_from(PRICE_FAULTS)) if faulty else (None, None)
    ex_days = draw(st.sampled_from((None, *EX_DAYS)))
    no_rate = faults.currencies and draw(st.integers(0, 19)) == 19
    return NewInstrument(
        code,
        price=draw(st.sampled_from(PRICES)) if price is None else price,
        currency="JPY" if no_rate else draw(st.sampled_from(CURRENCIES)),
        sector=draw(st.sampled_from(SECTORS)),
        lot_size=draw(st.sampled_from(LOT_SIZES)),
        price_date=AS_OF - timedelta(days=draw(st.sampled_from(AGES_DAYS)) if age_days is None else age_days),
        ex_date=None if ex_days is None else AS_OF + timedelta(days=ex_days),
        dividend_per_share=UNKNOWN if ex_days is None else draw(st.sampled_from((0.1, 0.25, 2.4))),
        return_6m_pct=draw(st.sampled_from(RETURNS_6M)),
        return_1m_pct=draw(st.sampled_from(RETURNS_1M)),
    )


@st.composite
def models(draw: st.DrawFn, name: str, codes: tuple[str, ...]) -> NewModel:
    """A model whose lines and cash make 100: what the lines leave is cash, or goes to the last line."""
    tolerance = draw(st.sampled_from(TOLERANCES))
    chosen = [code for code in codes if draw(st.integers(0, 3))]
    left = 100.0 - draw(st.sampled_from(CASH_TARGETS))
    lines: list[tuple[str, float] | tuple[str, float, float]] = []
    for code in chosen:
        target = min(draw(st.sampled_from(TARGETS)), left)
        if code == chosen[-1] and draw(st.booleans()):
            target = left
        left -= target
        own = draw(st.sampled_from((None, None, *TOLERANCES)))
        lines.append((code, target) if own is None else (code, target, own))
    cash = 100.0 - sum(line[1] for line in lines)
    return NewModel(name, target_cash_pct=cash, tolerance_pct=tolerance, lines=tuple(lines))


@st.composite
def weights(draw: st.DrawFn, target: float, tolerance: float) -> float:
    """A holding's actual weight in points: nothing, at the target, at an edge or beside it, or anywhere."""
    kind = draw(st.sampled_from(("none", "target", "edge", "edge", "edge", "far", "far")))
    if kind == "none":
        return 0.0
    if kind == "target":
        return target
    side = draw(st.sampled_from((1, 1, -1)))
    if kind == "edge":
        return max(0.0, target + side * (tolerance + draw(st.sampled_from(BESIDE_EDGE))))
    return max(0.0, target + side * draw(st.sampled_from((0.25, 0.5, 2.5, 5.0, 15.0))))


def value_of_unit(instrument: NewInstrument, base: str) -> float:
    """In the base currency; 1 where there is none."""
    if not instrument.price > 0 or instrument.currency == "JPY":
        return 1.0
    rates = {"AUD": {"AUD": 1.0, "USD": 1 / 0.64, "GBX": 0.019}, "USD": {"AUD": 0.64, "USD": 1.0, "GBX": 0.0125}}
    return instrument.price * rates[base][instrument.currency]


@st.composite
def tax_lots(
    draw: st.DrawFn, account: str, instrument: NewInstrument, *, value: float, unit_value: float
) -> list[NewLot]:
    """One to three lots worth `value`: to the fraction of a unit, or in whole units."""
    units = value / unit_value
    if draw(st.booleans()):
        units = max(1.0, float(round(units)))
    parts = draw(st.sampled_from(((1.0,), (1.0,), (0.5, 0.5), (0.25, 0.25, 0.5))))
    return [
        NewLot(
            account,
            instrument.code,
            units=units * part,
            acquired=AS_OF - timedelta(days=draw(st.sampled_from(HELD_DAYS))),
            cost_base=units * part * unit_value * draw(st.sampled_from(COSTS)),
        )
        for part in parts
    ]


@st.composite
def portfolios(
    draw: st.DrawFn,
    account: str,
    *,
    named: list[NewModel],
    known: list[NewInstrument],
    faults: Faults,
) -> tuple[NewPortfolio, list[NewLot]]:
    """A portfolio of a model, with weights beside the model's bands, and its cash and withdrawal."""
    model = draw(st.sampled_from(named))
    tolerances = {line[0]: line[2] if len(line) == 3 else model.tolerance_pct for line in model.lines}
    targets = {line[0]: line[1] for line in model.lines}
    investable = draw(st.sampled_from(INVESTABLES))
    base = draw(st.sampled_from(BASES))
    by_code = {instrument.code: value_of_unit(instrument, base) for instrument in known}
    lots: list[NewLot] = []
    for instrument in known:
        target = targets.get(instrument.code, 0.0)
        weight = draw(weights(target, tolerances.get(instrument.code, model.tolerance_pct)))
        if weight > 1e-6:
            value = investable * weight / 100
            lots += draw(tax_lots(account, instrument, value=value, unit_value=by_code[instrument.code]))
    if faults.instruments and draw(st.integers(0, 19)) == 19:
        lots.append(NewLot(account, "XXX", units=10.0))
    holdings = sum(lot.units * by_code.get(lot.code, 1.0) for lot in lots)
    cash, withdrawal = draw(cash_and_withdrawal(holdings, investable))
    unknown_model = faults.models and draw(st.integers(0, 14)) == 14
    portfolio = NewPortfolio(
        account,
        model="No such model" if unknown_model else model.name,
        cash=cash,
        pending_withdrawal=withdrawal,
        base_currency=base,
        entity=draw(st.sampled_from(("individual", "trust", "smsf", "company"))),
        tax_country=draw(st.sampled_from(("AU", "AU", "NZ"))),
    )
    return portfolio, lots


@st.composite
def cash_and_withdrawal(draw: st.DrawFn, holdings: float, investable: float) -> tuple[float, float]:
    """Cash to make the investable value, mostly, or zero, negative, unknown; a withdrawal up to all."""
    kind = draw(st.sampled_from(("rest", "rest", "rest", "rest", "set", "unknown")))
    if kind == "unknown":
        cash, total = UNKNOWN, holdings + holdings * 0.02 / 0.98
    elif kind == "set":
        cash = draw(st.sampled_from(CASHES))
        total = cash + holdings
    else:
        withdrawal = draw(st.sampled_from((0.0, 0.0, *WITHDRAWALS)))
        return investable + withdrawal - holdings, withdrawal
    if draw(st.integers(0, 2)) < 2:
        return cash, draw(st.sampled_from((0.0, 0.0, *WITHDRAWALS)))
    return cash, max(0.0, total + draw(st.sampled_from(NEAR_TOTAL)))


RULES = ("do_not_buy", "do_not_sell", "hold")


@st.composite
def restrictions(draw: st.DrawFn, codes: tuple[str, ...], accounts: tuple[str, ...]) -> tuple[Restriction, ...]:
    """A few standing rules, and sometimes one that forbids selling anything."""
    found = [
        Restriction(
            code=draw(st.sampled_from(codes)),
            rule=draw(st.sampled_from(RULES)),
            reason="Standing rule",
            account_number=draw(st.sampled_from((None, *accounts))),
            until=draw(st.sampled_from((None, AS_OF, AS_OF - timedelta(days=1), AS_OF + timedelta(days=9)))),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    if draw(st.integers(0, 11)) == 11:
        found += [Restriction(code=code, rule="hold", reason="All held") for code in codes]
    return tuple(found)


@st.composite
def books(draw: st.DrawFn, faults: Faults | None = None) -> Book:
    """One to six portfolios over one to eight instruments and one to three models; a few with faults."""
    faults = draw(st.sampled_from((NO_FAULTS, NO_FAULTS, NO_FAULTS, Faults()))) if faults is None else faults
    codes = CODES[: draw(st.integers(1, len(CODES)))]
    known = [draw(instruments(code, faults)) for code in codes]
    in_models = (*codes, "YYY") if faults.instruments and draw(st.integers(0, 19)) == 19 else codes
    named = [draw(models(f"Model {i}", in_models)) for i in range(draw(st.integers(1, 3)))]
    accounts = tuple(f"ACC{i}" for i in range(draw(st.integers(1, 6))))
    made = [draw(portfolios(account, named=named, known=known, faults=faults)) for account in accounts]
    return make_book(
        instruments=known,
        models=named,
        portfolios=[portfolio for portfolio, _ in made],
        lots=[lot for _, lots in made for lot in lots],
        fx=FX,
        restrictions=draw(restrictions(codes, accounts)),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """The policy's settings at their defaults and beside them."""
    return Policy(
        min_trade_value=draw(st.sampled_from((500.0, 500.0, 0.0, 1_000.0, 2_500.0))),
        min_trade_pct=draw(st.sampled_from((0.1, 0.0, 1.0))),
        minimum_cash_pct=draw(st.sampled_from((0.0, 0.0, 0.0, 1.0, 5.0, 25.0))),
        tier_caps_pct=draw(st.sampled_from(((30.0, 50.0, 80.0), (30.0, 50.0, 80.0), (0.0, 10.0, 100.0)))),
        trade_scope=draw(st.sampled_from(("breached", "breached", "portfolio"))),
        lot_method=draw(st.sampled_from(("min_gain", "fifo", "lifo", "hifo"))),
    )
