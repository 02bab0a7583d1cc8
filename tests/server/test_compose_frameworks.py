"""The framework desk that the settings describe, and the way from it to orders that are filled."""

import asyncio
from pathlib import Path

import pytest

from tests.workflow.frameworks.framework_desks import rows_of
from trimtab.domain.errors import InvalidInput, WrongPhase
from trimtab.server.callers import local_caller
from trimtab.server.compose import approvers, open_desk
from trimtab.server.compose_frameworks import open_framework_desk
from trimtab.server.desks import OpenDesk
from trimtab.settings import Settings, load_settings
from trimtab.workflow.ports import framework_requests as ask
from trimtab.workflow.ports import requests as trading
from trimtab.workflow.ports.execution import GetExecutionStatus
from trimtab.workflow.ports.secrets import Proof

JANE = local_caller("jane")
PROOF = Proof("jane", "a long and secret sentence")
PAUSE_SECONDS = 0.05
TRIES = 400


def settings_in(folder: Path, **more: str) -> Settings:
    policy = folder / "policy.toml"
    policy.write_text("[limits]\nmax_session_turnover_pct = 100\n", encoding="utf-8")
    return load_settings({"TRIMTAB_HOME": str(folder), "TRIMTAB_POLICY": str(policy), **more}, None)


async def filled(opened: OpenDesk, portfolio: str) -> str:
    """A session over the portfolio, executed until all its orders have ended; its id."""
    orders, request = opened.office.orders, trading.OpenSession(framework_portfolio=portfolio)
    session = (await opened.desk.open_session(JANE, request)).session_id
    for _ in range(2):
        await opened.desk.advance(JANE, trading.AdvancePhase(session_id=session))
    preview = await orders.preview(JANE, trading.PreviewOrders(session_id=session))
    assert preview.executable, preview.hard_failures
    execute = trading.ExecuteOrders(session_id=session, plan_hash=preview.plan_hash)
    await approvers(opened.office.records).add(PROOF, by=(), actor="jane")
    await orders.approve(JANE, execute, proof=PROOF)
    await orders.execute(JANE, execute)
    for _ in range(TRIES):
        status = await orders.execution_status(JANE, GetExecutionStatus(session_id=session))
        if status.phase == "Done":
            return session
        await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError(status)


async def test_a_template_becomes_a_portfolio_that_is_traded_and_reported(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    opened, desk = open_framework_desk(settings), open_desk(settings, tick_seconds=0.01)
    try:
        built = ask.BuildPortfolio(framework_id="balanced", cash=500_000.0, accept=True)
        portfolio = (await opened.desk.build(JANE, built)).portfolio_id
        assert portfolio is not None
        await filled(desk, portfolio)
        told = await opened.desk.report(JANE, ask.GetAllocationReport(portfolio_id=portfolio))
        assert told.summary.rebalance_needed is False
        assert told.summary.total_drift < 0.005
        assert {row["code"] for row in rows_of(told.holdings)} == {"VOO", "AGG", "VNQ", "CASH"}
        with pytest.raises(WrongPhase, match="at work already"):
            await desk.desk.open_session(JANE, trading.OpenSession(framework_portfolio=portfolio))
    finally:
        await opened.close()
        await desk.close()


async def test_a_read_only_server_keeps_nothing(tmp_path: Path) -> None:
    opened = open_framework_desk(settings_in(tmp_path, TRIMTAB_READ_ONLY="true"))
    try:
        with pytest.raises(InvalidInput, match="read-only"):
            await opened.desk.save(JANE, ask.SaveFramework(action="create", framework_id="growth"))
        assert (await opened.desk.validate(JANE, ask.ValidateFramework(framework_id="growth"))).valid
    finally:
        await opened.close()


async def test_products_of_the_settings_are_named_in_answers(tmp_path: Path) -> None:
    products = tmp_path / "our products"
    products.mkdir()
    header = "code,name,type,asset_class,region,sector,sector_group,sleeve,issuer,currency,adv_value,expense_ratio_pct,"
    header += "aum_value,tracking_error_pct,history_months,price_date,tags"
    (products / "products.csv").write_text(f"{header}\n", encoding="utf-8")
    opened = open_framework_desk(settings_in(tmp_path, TRIMTAB_PRODUCTS=str(products)))
    try:
        found = await opened.desk.map_products(JANE, ask.MapProducts(framework_id="growth"))
        assert found.basis.products == "our products"
    finally:
        await opened.close()
