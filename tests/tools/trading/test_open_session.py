"""`open_session`."""

from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import call
from trimtab.workflow.ports.requests import OpenSession


async def test_arguments_reach_the_desk() -> None:
    desk = ScriptedDesk()
    await call("open_session", desk, workflow_mode="Manual", portfolios=["ACC1"], models=["Growth"], book="demo")
    asked = OpenSession(workflow_mode="Manual", portfolios=("ACC1",), models=("Growth",), book="demo")
    assert desk.asked == [("open_session", asked)]


async def test_a_list_may_come_as_json_text() -> None:
    desk = ScriptedDesk()
    await call("open_session", desk, portfolios='["ACC1", "ACC2"]')
    assert desk.asked == [("open_session", OpenSession(portfolios=("ACC1", "ACC2")))]


async def test_a_portfolio_that_follows_a_framework_is_named_by_its_id() -> None:
    desk = ScriptedDesk()
    await call("open_session", desk, framework_portfolio="fp_1")
    assert desk.asked == [("open_session", OpenSession(framework_portfolio="fp_1"))]
