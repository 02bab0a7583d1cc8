"""The desk that the settings describe."""

from datetime import datetime, timedelta
from pathlib import Path

from tests.adapters.analysts.model_clients import client_of
from tests.adapters.books.small_book import write_book
from tests.model_wire.wire import Wire
from trimtab.adapters.clock import SystemClock
from trimtab.server.callers import local_caller
from trimtab.server.compose import open_desk
from trimtab.settings import load_settings
from trimtab.workflow.ports.requests import OpenSession

JANE = local_caller("jane")


async def test_the_status_tells_of_the_language_model_where_one_judges(tmp_path: Path) -> None:
    environ = {"TRIMTAB_HOME": str(tmp_path), "TRIMTAB_ANALYST": "anthropic", "TRIMTAB_MODEL_KEY": "test-key"}
    async with client_of("messages", Wire().transport()) as client:
        opened = open_desk(load_settings(environ, None), client=client)
        status = await opened.desk.status(JANE)
        session = await opened.desk.open_session(JANE, OpenSession())
        await opened.close()
    assert (status.analyst, session.analyst) == ("anthropic", "anthropic")
    assert status.language_model is not None
    assert (status.language_model.model, status.language_model.votes) == ("claude-sonnet-4-6", 1)
    by_rules = open_desk(load_settings({"TRIMTAB_HOME": str(tmp_path)}, None))
    status = await by_rules.desk.status(JANE)
    await by_rules.close()
    assert (status.analyst, status.language_model) == ("rules", None)


async def test_a_desk_works_on_the_book_and_under_the_policy_of_its_settings(tmp_path: Path) -> None:
    policy = tmp_path / "firm.toml"
    policy.write_text("dip_pct = -5\nsession_ttl_hours = 2\n[limits]\nmax_order_value = 4500\n", encoding="utf-8")
    book = write_book(tmp_path / "book")
    environ = {"TRIMTAB_HOME": str(tmp_path), "TRIMTAB_BOOK": str(book), "TRIMTAB_POLICY": str(policy)}
    opened = open_desk(load_settings(environ, None))
    before = SystemClock().now()
    status = await opened.desk.status(JANE)
    session = await opened.desk.open_session(JANE, OpenSession())
    await opened.close()
    assert (status.book.name, status.book.portfolios) == ("Small book", 2)
    assert (status.thresholds["dip_pct"], status.limits["max_order_value"]) == (-5, 4_500)
    assert status.policy_digest == session.policy_digest
    lives = datetime.fromisoformat(session.expires_at) - before
    assert timedelta(hours=2, seconds=-2) <= lives <= timedelta(hours=2, minutes=1)


async def test_without_settings_the_demo_book_and_a_session_of_a_day(tmp_path: Path) -> None:
    opened = open_desk(load_settings({"TRIMTAB_HOME": str(tmp_path)}, None))
    before = SystemClock().now()
    session = await opened.desk.open_session(JANE, OpenSession())
    await opened.close()
    assert (session.book, session.portfolios, session.execution_mode) == ("Demo book", 60, "simulated")
    assert datetime.fromisoformat(session.expires_at) - before <= timedelta(hours=24, minutes=1)
    assert datetime.fromisoformat(session.expires_at) - before >= timedelta(hours=24, seconds=-2)
