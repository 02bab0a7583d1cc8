"""What an answer rests on, and under which rules it was made."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from trimtab.domain.signals.backtest import Rules, Sizing
from trimtab.domain.signals.constraints import Constraints
from trimtab.workflow.evidence import canonical
from trimtab.workflow.factors.tables import table
from trimtab.workflow.ports.signal_requests import (
    AllocateCapital,
    BacktestPortfolio,
    EvaluateStrategies,
    Run,
    SignalScope,
    Sized,
)
from trimtab.workflow.ports.signal_results import Basis, UsedStrategy
from trimtab.workflow.signals.asking import Asked
from trimtab.workflow.signals.checking import refuse_idle_limits
from trimtab.workflow.signals.quoting import LEFT_OUT_COLUMNS

_SCOPE: Final = {"strategies", "parameters", "strategy_weights", "symbols"}
_SHOWN: Final = {"sections", "max_rows", "compare", "folds", "n_trials", "include_indicators"}


def basis_of(asked: Asked, request: SignalScope, *, notes: Sequence[str] = ()) -> Basis:
    """Market, strategies, who failed, which symbols were left out, and the rules."""
    market = asked.material.market
    return Basis(
        market=market.name,
        market_digest=market.digest,
        market_as_of=market.as_of.isoformat(),
        n_symbols=len(asked.prices.columns),
        strategies=used_strategies(asked),
        failed=asked.failed,
        left_out=table(LEFT_OUT_COLUMNS, asked.quoted.left_out),
        rules=_rules(request),
        notes=(*asked.quoted.notes, *notes),
    )


def used_strategies(asked: Asked) -> tuple[UsedStrategy, ...]:
    """The strategies that gave signals, as they were asked."""
    return tuple(
        UsedStrategy(
            name=strategy.name,
            weight=asked.weights[strategy.name],
            parameters=dict(strategy.parameters.by_name),
            horizon_days=panel.horizon_days,
            volatility_adjusted=panel.volatility_adjusted,
            package=asked.packages[strategy.name],
        )
        for strategy, panel in zip(asked.strategies, asked.panels, strict=True)
    )


def sized_rules(asked: Asked, request: Sized) -> Rules:
    """The rules of a request that sizes positions; those of its run where it has one.

    Raises:
        InvalidInput: constraints that contradict each other, with all of them.
    """
    refuse_idle_limits(request)
    return Rules(
        combining=request.combination_method,
        weights=asked.weights,
        sizing=Sizing(
            request.allocation_method,
            estimate_days=request.estimate_days,
            kelly_fraction=request.kelly_fraction,
            kelly_cap=request.kelly_cap,
        ),
        constraints=_constraints(request),
        risk_free=request.risk_free,
        **_run(request),
    )


def plain_rules(request: EvaluateStrategies) -> Rules:
    """The rules of strategies that are judged alone: sized by alpha, without limits."""
    return Rules(
        constraints=Constraints(max_position_weight=1.0, long_only=request.long_only),
        risk_free=request.risk_free,
        **_run(request),
    )


def digest_of(content: Any) -> str:
    """SHA-256 of what JSON holds: the same content has the same one."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def data_digest(asked: Asked, request: SignalScope) -> str:
    """SHA-256 of what the signals rest on: the market, and where not all of it was looked at, the symbols.

    A strategy that compares symbols says something else of one among others.
    """
    market = asked.material.market.digest
    return market if not request.symbols else digest_of({"market": market, "symbols": sorted({*request.symbols})})


def inputs_of(asked: Asked, request: AllocateCapital | BacktestPortfolio | EvaluateStrategies) -> dict[str, Any]:
    """Everything that an answer's numbers depend on besides the market's content, as JSON holds it.

    What is asked in another order, or only shows more or fewer rows, isn't another question.
    """
    inputs = request.model_dump(mode="json", exclude=_SHOWN | _SCOPE, exclude_none=True)
    if isinstance(request, AllocateCapital) and request.held:
        inputs["held"] = {symbol: weight for symbol, weight in sorted(request.held.items()) if weight}
    if isinstance(request, Sized) and request.max_sector_weight is not None:
        inputs["sectors"] = dict(sorted(asked.sectors.items()))
    return {
        **inputs,
        "strategies": [used.model_dump(mode="json") for used in used_strategies(asked)],
        "symbols": sorted({*request.symbols}) if request.symbols else "all",
    }


def _rules(request: SignalScope) -> dict[str, str | int | float | bool]:
    """The arguments that say how, with their defaults; what isn't limited isn't there."""
    given = request.model_dump(mode="json", exclude=_SHOWN | _SCOPE | {"held"}, exclude_none=True)
    return {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in given.items()}


def _run(request: object) -> dict[str, Any]:
    if not isinstance(request, Run):
        return {}
    names = {"start": "start_date", "end": "end_date"}
    same = ("cadence", "lag_days", "cost_bps", "initial_capital")
    return {**{name: getattr(request, name) for name in same}, **{n: getattr(request, f) for n, f in names.items()}}


def _constraints(request: Sized) -> Constraints:
    return Constraints(
        max_position_weight=request.gross_limit if request.max_position_weight is None else request.max_position_weight,
        max_sector_weight=request.max_sector_weight,
        min_positions=request.min_positions,
        max_turnover=request.max_turnover,
        long_only=request.long_only,
        gross_limit=request.gross_limit,
        min_trade_weight=request.min_trade_weight,
    )
