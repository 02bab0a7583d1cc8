"""The orders of a plan: what a person approves, named by its hash, and what may stand against it."""

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, cast

import numpy as np
from pydantic import BaseModel

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.buy_plan import progress_pct
from trimtab.domain.trading.cash import cash_after
from trimtab.domain.trading.checks import Finding, account_of, symbol_of
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.instrument_keys import instrument_key
from trimtab.domain.trading.limits import (
    NO_SYMBOL,
    PERCENT,
    KnownSum,
    LimitValue,
    accounts_already_traded,
    accounts_not_allowed,
    book_turnover,
    daily_value,
    largest_order,
    not_allowed,
    orders_sum,
    other_currencies,
    over_limits,
    session_turnover,
    unknown_money,
)
from trimtab.domain.trading.orders import OrderColumns, PlannedSide, order_columns, whole_lot_findings
from trimtab.domain.trading.valuation import reporting_currency
from trimtab.workflow.figures import in_cents, money, points, points_column
from trimtab.workflow.plan_document import canonical
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.records import Exposure, OrderRow, OrderSide
from trimtab.workflow.ports.results import Cell, ExecutionMode, LimitCheck, OrderTotals, Table
from trimtab.workflow.state import Decision
from trimtab.workflow.trades import trade_id

ORDER_COLUMNS: Final = (
    "client_order_id",
    "account_number",
    "code",
    "exchange",
    "side",
    "quantity",
    "price",
    "limit_price",
    "currency",
    "value",
    "base_currency",
    "share_of_daily_value_pct",
)
FIRST_ATTEMPT: Final = "first"
SIDE_NAMES: Final[dict[int, OrderSide]] = {-1: "sell", 1: "buy"}


@dataclass(frozen=True, slots=True, eq=False)
class OrderPlan:
    """The orders of a plan in one session and mode.

    `hard` stops them whatever other orders there are; what depends on those is in `limit_checks`.
    """

    plan: SessionPlan
    session_id: str
    execution_mode: ExecutionMode
    plan_hash: str
    columns: OrderColumns
    money: KnownSum
    turnover: LimitValue
    totals: OrderTotals
    hard: tuple[Finding, ...]
    soft: tuple[Finding, ...]


def order_plan(
    plan: SessionPlan, *, session_id: str, execution_mode: ExecutionMode, live_accounts: tuple[str, ...] = ()
) -> OrderPlan:
    """The orders of a plan, kept with it. `live_accounts` may trade live; in another mode they don't matter."""
    accounts = tuple(sorted(set(live_accounts))) if execution_mode == "live" else ()
    key = (order_plan, session_id, execution_mode, accounts)
    if key not in plan.known:
        plan.known[key] = _order_plan(plan, session_id, execution_mode=execution_mode, accounts=accounts)
    return cast("OrderPlan", plan.known[key])


def _order_plan(
    plan: SessionPlan, session_id: str, *, execution_mode: ExecutionMode, accounts: tuple[str, ...]
) -> OrderPlan:
    columns = order_columns(plan.facts, *_planned(plan))
    sells, buys = orders_sum(columns)
    turnover = session_turnover(plan.facts, sells + buys, total=plan.proposal.drift.total)
    allowed = frozenset(accounts) if execution_mode == "live" else None
    return OrderPlan(
        plan=plan,
        session_id=session_id,
        execution_mode=execution_mode,
        plan_hash=_plan_hash(plan, columns, of=(session_id, execution_mode, accounts)),
        columns=columns,
        money=sells + buys,
        turnover=turnover,
        totals=_totals(plan, columns, values=(sells.value, buys.value, turnover.value)),
        hard=(*plan.hard_failures, *_own_failures(plan, columns, live_accounts=allowed), *over_limits(turnover)),
        soft=plan.soft_warnings,
    )


def _own_failures(
    plan: SessionPlan, columns: OrderColumns, *, live_accounts: frozenset[str] | None
) -> Iterator[Finding]:
    """What stops the orders whatever others there are; `live_accounts` only in live mode."""
    yield from _under_review(plan)
    yield from whole_lot_findings(plan.facts, columns)
    yield from unknown_money(plan.facts, columns)
    yield from not_allowed(plan.facts, columns)
    if live_accounts is not None:
        yield from accounts_not_allowed(plan.facts, columns, allowed=live_accounts)
    if not len(columns.line):
        yield Finding(rule="nothing_to_send", symbol=NO_SYMBOL, message="the plan has no orders")


def limit_checks(
    orders: OrderPlan, *, of_day: Exposure, of_book: Exposure
) -> tuple[tuple[LimitCheck, ...], tuple[Finding, ...]]:
    """Every limit against the plan, and what stops it beside `hard`: orders of the day, and over the same book."""
    facts, columns = orders.plan.facts, orders.columns
    over = any(finding.rule == "max_order_value" for finding in orders.hard)
    day = daily_value(facts, orders.money, of_day=of_day.value)
    book = book_turnover(facts, orders.money, of_book=of_book.value)
    limits = (largest_order(facts, columns, over=over), orders.turnover, day, book)
    findings = (
        *other_currencies(facts, of_day.value, of_book.value),
        *accounts_already_traded(facts, columns, session_of=of_book.accounts, session_id=orders.session_id),
        *over_limits(day, book),
    )
    return tuple(_as_result(limit) for limit in limits), findings


def order_rows(orders: OrderPlan, *, day: date, valid_until: datetime) -> tuple[OrderRow, ...]:
    """The orders as they are recorded before any is sent.

    Raises:
        ValueError: An order's price or value is unknown; the plan then has hard failures.
    """
    facts, columns = orders.plan.facts, orders.columns
    keys, cash, progress = _instrument_keys(orders), _cash_before_orders(orders.plan), _progress_pct(orders)
    return tuple(
        OrderRow(
            session_id=orders.session_id,
            client_order_id=named.client_order_id,
            plan_hash=orders.plan_hash,
            execution_mode=orders.execution_mode,
            book_digest=facts.book.digest,
            day=day,
            state="Intent",
            account_number=named.account_number,
            code=named.code,
            exchange=named.exchange,
            side=named.side,
            quantity=columns.quantity(row),
            price=columns.price(row),
            limit_price=columns.limit_price(row),
            currency=named.currency,
            value=_cents(columns.value[row]),
            base_currency=named.base_currency,
            reported_value=_cents(columns.reported_value[row]),
            reporting_currency=orders.totals.currency,
            valid_until=valid_until,
            instrument_key=keys[int(columns.instrument[row])],
            cash_value=_cents(cash[columns.portfolio[row]]),
            progress_pct=progress[row],
        )
        for row, named in _named(orders, range(len(columns.line)))
    )


def _instrument_keys(orders: OrderPlan) -> dict[int, str]:
    """What order systems call the instruments of the orders, by row: the book's own key, or the one by the rule."""
    table = orders.plan.facts.book.instruments
    return {
        row: table.instrument_key[row] or instrument_key(table.exchange[row], table.code[row])
        for row in set(orders.columns.terms.instrument)
    }


def _cash_before_orders(plan: SessionPlan) -> FloatColumn:
    """What each portfolio can spend before any order of the session, shape (p,), in cents of its base currency."""
    drift = plan.proposal.drift
    nothing_sold = np.zeros(len(drift.cash))
    return _column_in_cents(cash_after(plan.facts.positions, drift, sell_value=nothing_sold, policy=plan.facts.policy))


def _progress_pct(orders: OrderPlan) -> list[Decimal]:
    """How near to its target each buy's line is, in points; 0 for sells, and where that can't be told."""
    columns = orders.columns
    progress = progress_pct(orders.plan.proposal, columns.line)
    told = np.where((columns.side > 0) & np.isfinite(progress), progress, 0.0)
    return [Decimal(f"{value:.4f}") for value in points_column(told)]


def order_table(orders: OrderPlan, *, offset: int, limit: int) -> Table:
    """A page of the orders, under `ORDER_COLUMNS`."""
    columns = orders.columns
    page = range(min(offset, len(columns.line)), min(offset + limit, len(columns.line)))
    rows: list[tuple[Cell, ...]] = [
        (
            named.client_order_id,
            named.account_number,
            named.code,
            named.exchange,
            named.side,
            f"{columns.quantity(row):f}",
            f"{columns.price(row):f}",
            f"{columns.limit_price(row):f}",
            named.currency,
            _finite(columns.value[row]),
            named.base_currency,
            _share_of_daily_value(orders, row),
        )
        for row, named in _named(orders, page)
    ]
    return Table.model_construct(columns=ORDER_COLUMNS, rows=tuple(rows))


def client_order_id(session_id: str, account_number: str, *, code: str, side: OrderSide) -> str:
    """Identity of an order: the same trade of the same session always has the same one, so it can't be sent twice."""
    named = "\n".join((session_id, trade_id(account_number, code, side=side), FIRST_ATTEMPT))
    return f"tt-{hashlib.sha256(named.encode()).hexdigest()[:24]}"


@dataclass(frozen=True, slots=True)
class _Named:
    """The words of an order."""

    client_order_id: str
    account_number: str
    code: str
    exchange: str
    side: OrderSide
    currency: str
    base_currency: str


def _named(orders: OrderPlan, rows: Iterable[int]) -> Iterator[tuple[int, _Named]]:
    facts, columns = orders.plan.facts, orders.columns
    instruments, portfolios = facts.book.instruments, facts.book.portfolios
    for row in rows:
        instrument, portfolio = int(columns.instrument[row]), int(columns.portfolio[row])
        account, code = account_of(facts, portfolio), instruments.code[instrument]
        side = SIDE_NAMES[int(columns.side[row])]
        yield (
            row,
            _Named(
                client_order_id=client_order_id(orders.session_id, account, code=code, side=side),
                account_number=account,
                code=code,
                exchange=instruments.exchange[instrument],
                side=side,
                currency=instruments.currency[instrument],
                base_currency=portfolios.base_currency[int(facts.positions.portfolio_row[portfolio])],
            ),
        )


def _planned(plan: SessionPlan) -> Iterator[PlannedSide]:
    """The planned sides in cents, as totals add them up."""
    for _, side in plan.planned_sides:
        rate = plan.facts.reporting_rate[side.offers.portfolio]
        value = _column_in_cents(side.value)
        yield PlannedSide(
            side=side.offers.side,
            line=side.offers.line,
            units=side.units,
            value=value,
            reported_value=value if (rate == 1).all() else _column_in_cents(side.value * rate),
        )


def _column_in_cents(values: FloatColumn) -> FloatColumn:
    return in_cents(np.where(np.isfinite(values), values, np.nan))


def _cents(value: float) -> Decimal:
    return Decimal(f"{value:.2f}")


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _share_of_daily_value(orders: OrderPlan, row: int) -> float | None:
    """The order's share of the average daily value traded; None where that is unknown."""
    instrument = orders.columns.instrument[row]
    table = orders.plan.facts.book.instruments
    value, daily = orders.columns.units[row] * table.price[instrument], table.adv_value[instrument]
    return points(value / daily * 100) if daily > 0 and math.isfinite(value / daily) else None


def _totals(plan: SessionPlan, columns: OrderColumns, *, values: tuple[float, float, float]) -> OrderTotals:
    """Totals of what sells and buys come to, and of the turnover."""
    sell_value, buy_value, turnover_pct = values
    sells = int((columns.side < 0).sum())
    return OrderTotals(
        orders=len(columns.line),
        sells=sells,
        sell_value=money(sell_value),
        buys=len(columns.line) - sells,
        buy_value=money(buy_value),
        total_value=money(sell_value + buy_value),
        turnover_pct=points(turnover_pct),
        currency=reporting_currency(plan.facts.book),
    )


def _as_result(limit: LimitValue) -> LimitCheck:
    percent = limit.unit == PERCENT
    return LimitCheck(
        rule=limit.rule,
        allowed=limit.allowed,
        value=points(limit.value) if percent else money(limit.value),
        unit=limit.unit,
        passed=limit.passed,
        message=limit.message,
    )


def _under_review(plan: SessionPlan) -> Iterator[Finding]:
    """`under_review`: one for each side and instrument with lines that nobody has decided on yet, by code."""
    for name, side in plan.planned_sides:
        line = side.offers.line[side.verdict == Verdict.REVIEW]
        _, first, count = np.unique(plan.facts.positions.instrument[line], return_index=True, return_counts=True)
        for row, lines in zip(line[first].tolist(), count.tolist(), strict=True):
            yield Finding(
                rule="under_review",
                symbol=symbol_of(plan.facts, row),
                message=f"{lines} {name}{'' if lines == 1 else 's'} under review; decide on them first",
                count=lines,
            )


def _plan_hash(plan: SessionPlan, columns: OrderColumns, *, of: tuple[str, ExecutionMode, tuple[str, ...]]) -> str:
    """SHA-256 of all that is approved: whose and which plan, what was decided, and each order."""
    state, (session_id, execution_mode, live_accounts) = plan.state, of
    document = {
        "session_id": session_id,
        "execution_mode": execution_mode,
        "live_accounts": live_accounts,
        "book": state.book,
        "book_digest": state.book_digest,
        "as_of": state.as_of.isoformat(),
        "policy_digest": state.policy_digest,
        "workflow_mode": state.workflow_mode,
        "portfolios": None if state.portfolios is None else sorted(state.portfolios),
        "instrument_rules": _in_one_order(state.instrument_rules),
        "substitutions": _in_one_order(state.substitutions),
        "gradual_exits": _in_one_order(state.gradual_exits),
        "overrides": _in_one_order(state.overrides),
        "decisions": sorted(map(_decided, state.decisions)),
        "orders": _ordered(plan, columns),
    }
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def _in_one_order(entries: Iterable[BaseModel]) -> list[str]:
    return sorted(canonical(entry.model_dump(mode="json")) for entry in entries)


def _decided(decision: Decision) -> tuple[object, ...]:
    return (*decision.key, decision.action, decision.proceed_pct, decision.source, decision.reason, decision.flags)


def _ordered(plan: SessionPlan, columns: OrderColumns) -> dict[str, object]:
    """The orders in sending order: the words and prices that they have in common once, and a digest of each column.

    With ten thousand orders everything that is said of each of them takes its time.
    """
    instruments, portfolios, terms = plan.facts.book.instruments, plan.facts.book.portfolios, columns.terms
    portfolio, count = np.unique(plan.facts.positions.portfolio_row[columns.portfolio], return_counts=True)
    return {
        "accounts": [
            (portfolios.account_number[row], portfolios.base_currency[row], orders)
            for row, orders in zip(portfolio.tolist(), count.tolist(), strict=True)
        ],
        "terms": [
            (instruments.code[row], instruments.exchange[row], instruments.currency[row], side, str(price), str(limit))
            for row, side, price, limit in zip(
                terms.instrument, terms.side, terms.price, terms.limit_price, strict=True
            )
        ],
        "term": _digest(columns.term, kind="<i8"),
        "quantity": _digest(columns.units, kind="<f8"),
        "value": _digest(columns.value, kind="<f8"),
    }


def _digest(column: FloatColumn | IntColumn, *, kind: str) -> str:
    """SHA-256 of a column's numbers, eight bytes each with the smallest first: the same on every machine."""
    return hashlib.sha256(column.astype(kind).tobytes()).hexdigest()


def order_accounts(orders: OrderPlan) -> int:
    """How many portfolios have orders."""
    return len(np.unique(orders.columns.portfolio))


def largest_orders(orders: OrderPlan, *, most: int) -> Iterator[str]:
    """The largest orders in words, for whoever approves them; of equal ones the first."""
    columns, facts = orders.columns, orders.plan.facts
    for row in np.argsort(-columns.reported_value, kind="stable")[:most].tolist():
        account = clean(account_of(facts, int(columns.portfolio[row])))
        code, side = clean(symbol_of(facts, int(columns.line[row]))), SIDE_NAMES[int(columns.side[row])]
        worth = f"{columns.reported_value[row]:,.2f} {orders.totals.currency}"
        yield f"{side} {columns.quantity(row):f} {code} of {account}, {worth}"
