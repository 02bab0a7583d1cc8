"""Alpha signals: strategies, what they say and were worth, counted by the day; and what was kept of it."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from trimtab.server.rest.addresses import RECORDS, SIGNALS, STRATEGIES, STRATEGY
from trimtab.server.rest.asking import AskedT, InBody, InPath, InPathAndQuery
from trimtab.server.rest.camel import asked_twin, told_twin
from trimtab.server.rest.computations import Computations
from trimtab.server.rest.day_limits import DayLimits, Headers
from trimtab.server.rest.openapi import signal_problems, streams, successful
from trimtab.server.rest.runs import Job, Runs
from trimtab.server.rest.telling import NOT_KEPT, answer, told
from trimtab.server.strategy_named import strategy_named
from trimtab.tools.context import AppContext
from trimtab.workflow.ports import signal_requests as ask
from trimtab.workflow.ports.desk import Progress
from trimtab.workflow.ports.requests import Request as Asked
from trimtab.workflow.ports.results import Result
from trimtab.workflow.ports.signal_results import (
    Allocated,
    Backtested,
    Evaluation,
    SignalRecordsPage,
    Signals,
    Strategies,
    StrategyInfo,
)


class AllStrategies(Asked):
    """All that are installed."""


class OneStrategy(Asked):
    """The one of this name."""

    strategy: ask.StrategyName


class InNeededBody(InBody[AskedT]):
    """From a JSON object; where there is none, what it would have to say is named."""

    async def __call__(self, http: Request, body: BaseModel | None = None, **named: str) -> AskedT:
        """The request; raises InvalidInput."""
        return await super().__call__(
            http, asked_twin(self._port).model_validate({}) if body is None else body, **named
        )


_SOME: Final[Mapping[str, object]] = {
    "strategies": ["momentum_rank", "bollinger_mean_reversion"],
    "parameters": {"momentum_rank": {"lookback_days": 126}},
    "strategyWeights": {"momentum_rank": 2, "bollinger_mean_reversion": 1},
    "symbols": ["SPY", "AGG", "GLD"],
}
_LIMITS: Final[Mapping[str, object]] = {"maxPositionWeight": 0.25, "maxTurnover": 0.5, "minTradeWeight": 0.01}
_NOTHING: Final[Mapping[str, object]] = {}

AskedSignals = Annotated[
    ask.ComputeSignals,
    Depends(
        InBody(
            ask.ComputeSignals,
            optional=True,
            examples={"all, today": _NOTHING, "some, on a day": {**_SOME, "asOf": "2025-06-30"}},
        )
    ),
]
AskedAllocation = Annotated[
    ask.AllocateCapital,
    Depends(
        InNeededBody(
            ask.AllocateCapital,
            optional=True,
            examples={
                "as alpha says": {"totalCapital": 1_000_000},
                "within limits": {"totalCapital": 1_000_000, "held": {"SPY": 0.6, "AGG": 0.4}, **_LIMITS},
            },
        )
    ),
]
AskedEvaluation = Annotated[
    ask.EvaluateStrategies,
    Depends(
        InBody(
            ask.EvaluateStrategies,
            optional=True,
            examples={"all": _NOTHING, "one": {"strategies": ["momentum_rank"], "horizons": [5, 21]}},
        )
    ),
]
AskedBacktest = Annotated[
    ask.BacktestPortfolio,
    Depends(
        InBody(
            ask.BacktestPortfolio,
            optional=True,
            examples={
                "all": _NOTHING,
                "methods compared": {"startDate": "2020-01-01", "compare": True, "folds": 4, "benchmark": "SPY"},
                "with its weights": {**_SOME, **_LIMITS, "sections": ["equity", "weights"], "maxRows": 1_000},
            },
        )
    ),
]
Listed = Annotated[AllStrategies, Depends(InPath(AllStrategies, always={}))]
Named = Annotated[OneStrategy, Depends(InPath(OneStrategy, named=("strategy",), always={}))]
Sought = Annotated[ask.ReadSignalRecords, Depends(InPathAndQuery(ask.ReadSignalRecords, named=("kind",)))]


class SignalOperations:
    """What is asked of alpha signals; a server that is read-only answers the same and keeps nothing."""

    def __init__(self, app: AppContext, runs: Runs, *, limits: DayLimits) -> None:
        self._app = app
        self._computations = Computations(runs, limits)

    def add_to(self, api: APIRouter) -> None:
        """Gives each its address."""
        read, counted = signal_problems(counted=False), signal_problems(counted=True)
        either = counted | streams()
        routes: tuple[tuple[Any, str, Any, Any, Any], ...] = (
            (api.get, STRATEGIES, told_twin(Strategies), read, self.list_strategies),
            (api.get, STRATEGY, told_twin(StrategyInfo), read, self.read_strategy),
            (api.post, f"{SIGNALS}/compute", successful(Signals), counted, self.compute_signals),
            (api.post, f"{SIGNALS}/allocations", successful(Allocated), counted, self.allocate_capital),
            (api.post, f"{SIGNALS}/evaluations", successful(Evaluation), either, self.evaluate_strategies),
            (api.post, f"{SIGNALS}/backtests", successful(Backtested), either, self.backtest_portfolio),
            (api.get, RECORDS, told_twin(SignalRecordsPage), read, self.read_signal_records),
        )
        for add, path, model, responses, operation in routes:
            add(path, response_model=model, responses=responses)(operation)

    async def list_strategies(self, _asked: Listed) -> Response:
        """The strategies that are installed, with their texts, and those that can't be used."""
        desk = await self._app.signals()
        return answer(await desk.strategies())

    async def read_strategy(self, asked: Named) -> Response:
        """The strategy of this name: its idea, formula, parameters, and when it fails."""
        desk = await self._app.signals()
        return answer(strategy_named(await desk.strategies(), asked.strategy, listed_by=f"GET {STRATEGIES}"))

    async def compute_signals(self, http: Request, asked: AskedSignals) -> Response:
        """The signals of one day by every strategy, and what they come to together."""
        counted = self._computations.counted(http, "signals")
        desk = await self._app.signals()
        return _done(await desk.signals(self._app.caller, asked), headers=counted)

    async def allocate_capital(self, http: Request, asked: AskedAllocation) -> Response:
        """Weights and values for one day, held to limits; nothing is ordered."""
        counted = self._computations.counted(http, "allocations")
        desk = await self._app.signals()
        return _done(await desk.allocate(self._app.caller, asked), headers=counted)

    async def evaluate_strategies(self, http: Request, asked: AskedEvaluation) -> Response:
        """Each strategy alone over past days: what its signals were worth, and its portfolio.

        With `Accept: text/event-stream` the answer is an event stream.
        """
        desk = await self._app.signals()

        async def work(progress: Progress) -> Result:
            return await desk.evaluate(self._app.caller, asked, progress=progress)

        return await self._computations.answered(
            http, Job(self._app.caller, asked), work=work, computation="evaluations"
        )

    async def backtest_portfolio(self, http: Request, asked: AskedBacktest) -> Response:
        """All strategies together over past days, with `compare` by every combination method.

        With `Accept: text/event-stream` the answer is an event stream.
        """
        desk = await self._app.signals()

        async def work(progress: Progress) -> Result:
            return await desk.backtest(self._app.caller, asked, progress=progress)

        return await self._computations.answered(http, Job(self._app.caller, asked), work=work, computation="backtests")

    async def read_signal_records(self, asked: Sought) -> Response:
        """What was kept for you: signals, allocations or performance, the newest day first."""
        desk = await self._app.signals()
        return answer(await desk.records(self._app.caller, asked))


def _done(result: Result, *, headers: Headers) -> Response:
    """The result as the computations that may be streams answer it."""
    return JSONResponse({"success": True, **told(result)}, headers={**NOT_KEPT, **headers})
