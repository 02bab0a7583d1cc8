"""The REST application: every operation, its description, and who may call."""

from dataclasses import replace
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from mcp.server.transport_security import TransportSecuritySettings
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp

from trimtab.adapters.clock import SystemClock
from trimtab.domain.errors import NotFound
from trimtab.server.callers import local_caller
from trimtab.server.rest.addresses import DOCS, OPENAPI
from trimtab.server.rest.computations import Computations
from trimtab.server.rest.day_limits import DayLimits
from trimtab.server.rest.decisions import DecisionOperations
from trimtab.server.rest.endpoint import Endpoint
from trimtab.server.rest.execution import ExecutionOperations
from trimtab.server.rest.factors import FactorOperations
from trimtab.server.rest.frameworks import FrameworkOperations
from trimtab.server.rest.guarding import Guard
from trimtab.server.rest.long_work import LongWork
from trimtab.server.rest.openapi import finished
from trimtab.server.rest.portfolios import PortfolioOperations
from trimtab.server.rest.problems import describe
from trimtab.server.rest.refusals import no_method
from trimtab.server.rest.runs import Runs
from trimtab.server.rest.sessions import SessionOperations
from trimtab.server.rest.signals import SignalOperations
from trimtab.server.rest.swagger import add_page
from trimtab.server.version import VERSION
from trimtab.settings import Settings
from trimtab.tools.context import AppContext

ACTOR: Final = "rest"
DESCRIPTION: Final = """The trading desk, allocation frameworks, factor intelligence and alpha signals over plain HTTP:
the operations of the MCP tools, with the same checks.

Names are in camelCase; snake_case is understood, too. Percents are percentage points; returns, volatilities and weights
of frameworks, factors and signals are fractions. Amounts are money: of a portfolio in its base currency, over
portfolios in `totals.currency`. Tables are `columns` and `rows`. A change of a session or a framework takes an
`expectedVersion`, so that it overwrites nobody's; most take an `idempotencyKey`, so that they may be repeated. What
goes wrong is a problem document that says what to do next."""


class RestApi(FastAPI):
    """Describes itself as `openapi.py` has it."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        if self.openapi_schema is None:
            self.openapi_schema = finished(super().openapi())
        return self.openapi_schema


def build_rest(
    context: AppContext, settings: Settings, *, runs: Runs, security: TransportSecuritySettings, most_bytes: int
) -> ASGIApp:
    """The application for everything below `/api`, over a desk that it shares with the other servers of the process."""
    api = RestApi(
        title="Trimtab",
        version=VERSION,
        description=DESCRIPTION,
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        exception_handlers={404: _no_such_address, 405: _no_such_method},
    )
    api.router.route_class = Endpoint
    add_page(api)
    app = replace(context, caller=local_caller(ACTOR))
    if "trading" in settings.toolsets:
        for operations in (SessionOperations(app), DecisionOperations(app), LongWork(app, runs)):
            operations.add_to(api.router)
        if not settings.read_only:
            ExecutionOperations(app, runs).add_to(api.router)
    limits = DayLimits(SystemClock())
    if "frameworks" in settings.toolsets:
        FrameworkOperations(app, Computations(runs, limits), read_only=settings.read_only).add_to(api.router)
        PortfolioOperations(app).add_to(api.router)
    if "factors" in settings.toolsets:
        FactorOperations(app, limits=limits, read_only=settings.read_only).add_to(api.router)
    if "signals" in settings.toolsets:
        SignalOperations(app, runs, limits=limits).add_to(api.router)
    return Guard(api, security=security, most_bytes=most_bytes)


def _operation_id(route: APIRoute) -> str:
    return to_camel(route.name)


async def _no_such_address(_request: Request, _error: Exception) -> Response:
    error = NotFound(
        "There is nothing at this address.", next_action=f"{OPENAPI} lists every address, {DOCS} shows them."
    )
    return describe(error).response()


async def _no_such_method(request: Request, _error: Exception) -> Response:
    """The framework knows of one operation at the address; there may be others."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    here = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return describe(
        no_method({method for route in here for method in route.methods or ()} or {"GET", "HEAD"})
    ).response()
