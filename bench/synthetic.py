"""A large synthetic book, seeded: drift, withdrawals, foreign currency, dividends, tax lots near their threshold."""

from datetime import date

import numpy as np

from trimtab.domain.columns import DateColumn, FloatColumn, IntColumn
from trimtab.domain.trading.book import Book, Instruments, Lots, Models, Portfolios
from trimtab.domain.trading.tax import TaxRule, TaxRules

AS_OF = date(2026, 11, 20)
INSTRUMENTS, MODELS, LINES = 400, 50, 20
USD_IN_AUD = 1.5

TAX_RULES = TaxRules(
    (
        TaxRule(
            country="AU", entity="individual", benefit="discount", source="bench", holding_months=12, discount_pct=50
        ),
    )
)


def make_book(portfolios: int, *, tolerance_pct: float = 1.0, seed: int = 1) -> Book:
    """A book of `portfolios` with 20 lines each.

    A third has surplus cash, a third a withdrawal that its triggered sells mostly don't pay, a third has drifted.
    About a fifth of the lines leave their band of 1.5 points.
    """
    random = np.random.default_rng(seed)
    instruments = _instruments(random)
    models = _models(random, instruments.code, tolerance_pct=tolerance_pct)
    rate = np.where(np.array(instruments.currency) == "USD", USD_IN_AUD, 1.0)
    unit_value = instruments.price * rate
    model = random.integers(0, MODELS, portfolios)
    lines = models.line_instrument.reshape(MODELS, LINES)[model].ravel()
    weight = models.line_target_pct.reshape(MODELS, LINES)[model] / 100
    total = np.round(random.uniform(2e5, 3e6, portfolios), 2)
    kind = np.arange(portfolios) % 3
    cash_weight = np.choose(kind, [0.22, 0.02, 0.10])
    spread = np.where(kind == 1, 0.05, 0.3)[:, None]
    drifted = weight * random.normal(1, spread, weight.shape).clip(0.2, 2)
    held = drifted * ((1 - cash_weight) / drifted.sum(axis=1))[:, None] * total[:, None]
    units = np.floor(held.ravel() / unit_value[lines])
    withdrawal = np.where(kind == 1, np.round(total * random.uniform(0.04, 0.12, portfolios), 2), 0.0)
    return Book(
        name=f"synthetic-{portfolios}",
        as_of=AS_OF,
        digest=f"synthetic-{portfolios}-{seed}",
        instruments=instruments,
        models=models,
        portfolios=_portfolios(model, cash=np.round(total * cash_weight, 2), withdrawal=withdrawal),
        lots=_lots(random, lines, units=units, value=units * unit_value[lines]),
        fx={("USD", "AUD"): USD_IN_AUD},
        restrictions=(),
    )


def _dates(random: np.random.Generator, low: int, high: int, *, count: int) -> DateColumn:
    return np.datetime64(AS_OF, "D") + random.integers(low, high, count).astype("timedelta64[D]")


def _instruments(random: np.random.Generator) -> Instruments:
    codes = tuple(f"I{number:04d}" for number in range(INSTRUMENTS))
    return Instruments(
        code=codes,
        exchange=("ASX",) * INSTRUMENTS,
        name=codes,
        sector=tuple(f"Sector {number % 11}" for number in range(INSTRUMENTS)),
        industry=("",) * INSTRUMENTS,
        type=("Stock",) * INSTRUMENTS,
        currency=tuple("USD" if number % 3 == 0 else "AUD" for number in range(INSTRUMENTS)),
        tags=((),) * INSTRUMENTS,
        price=np.round(random.uniform(1, 200, INSTRUMENTS), 2),
        price_date=np.full(INSTRUMENTS, np.datetime64(AS_OF, "D")),
        lot_size=np.ones(INSTRUMENTS),
        adv_value=np.full(INSTRUMENTS, 1e9),
        ex_date=_dates(random, -60, 60, count=INSTRUMENTS),
        dividend_per_share=np.round(random.uniform(0, 2, INSTRUMENTS), 2),
        return_12m_pct=random.normal(8, 10, INSTRUMENTS),
        return_6m_pct=random.normal(4, 8, INSTRUMENTS),
        return_1m_pct=random.normal(0, 6, INSTRUMENTS),
        instrument_key=("",) * INSTRUMENTS,
    )


def _models(random: np.random.Generator, codes: tuple[str, ...], *, tolerance_pct: float) -> Models:
    lines = np.concatenate([np.sort(random.choice(INSTRUMENTS, LINES, replace=False)) for _ in range(MODELS)])
    return Models(
        name=tuple(f"Model {number:02d}" for number in range(MODELS)),
        target_cash_pct=np.full(MODELS, 10.0),
        tolerance_pct=np.full(MODELS, tolerance_pct),
        line_model=np.repeat(np.arange(MODELS), LINES),
        line_instrument=lines,
        line_code=tuple(codes[line] for line in lines),
        line_target_pct=(random.dirichlet(np.full(LINES, 8.0), MODELS) * 90).ravel(),
        line_tolerance_pct=np.full(MODELS * LINES, tolerance_pct),
    )


def _portfolios(model: IntColumn, *, cash: FloatColumn, withdrawal: FloatColumn) -> Portfolios:
    count = len(model)
    return Portfolios(
        account_number=tuple(f"A{number:07d}" for number in range(count)),
        client_name=("Client",) * count,
        entity=("individual",) * count,
        model_name=tuple(f"Model {number:02d}" for number in model),
        model=model,
        base_currency=("AUD",) * count,
        tax_country=("AU",) * count,
        cash=cash,
        pending_withdrawal=withdrawal,
    )


def _lots(random: np.random.Generator, lines: IntColumn, *, units: FloatColumn, value: FloatColumn) -> Lots:
    count = len(lines)
    return Lots(
        portfolio=np.repeat(np.arange(count // LINES), LINES),
        instrument=lines,
        code=(),
        units=units,
        acquired=_dates(random, -900, -1, count=count),
        cost_base=np.round(value * random.uniform(0.5, 1.4, count), 2),
    )
