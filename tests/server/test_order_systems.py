"""The order system that orders go to: the one of the settings, or a paper one inside the process."""

import asyncio
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from starlette.applications import Starlette

from tests.adapters.oms.sample_orders import an_order
from tests.paper_systems import paper_app
from tests.workflow.small_books import two_portfolios
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.domain.errors import Blocked, SettingsError
from trimtab.domain.trading.instrument_keys import instrument_key
from trimtab.server.order_systems import EMBEDDED, InProcess, embedded_order_system, open_order_system
from trimtab.server.paper_oms.settings import DEFAULT_FILE
from trimtab.settings import Settings, load_settings
from trimtab.workflow.ports.order_system import NotSent, OmsAnswer

BOOK = two_portfolios()
ORDER = an_order(
    instrument_key=instrument_key(BOOK.instruments.exchange[0], BOOK.instruments.code[0]),
    quantity=Decimal(100),
    limit_price=Decimal(2),
)


def settings_of(home: Path, **environ: str) -> Settings:
    return load_settings({"TRIMTAB_HOME": str(home), **environ}, None)


def states(answer: OmsAnswer) -> list[str]:
    return [report.state for report in answer.reports]


async def test_without_an_address_orders_go_to_a_paper_system_in_the_process_which_fills_them(tmp_path: Path) -> None:
    system = open_order_system(settings_of(tmp_path), BOOK, tick_seconds=0)
    await system.require("simulated")
    assert states(await system.place([ORDER])) == ["Accepted"]
    assert (await system.look([ORDER])).reports[0].filled_quantity > 0
    await system.close()
    assert (tmp_path / DEFAULT_FILE).exists()


async def test_nothing_is_opened_or_connected_before_it_is_used(tmp_path: Path) -> None:
    for environ in ({}, {"TRIMTAB_OMS": "http://127.0.0.1:9"}):
        system = open_order_system(settings_of(tmp_path, **environ), BOOK)
        await system.close()
    assert not (tmp_path / DEFAULT_FILE).exists()


async def test_live_orders_never_go_to_the_one_in_the_process(tmp_path: Path) -> None:
    system = embedded_order_system(tmp_path / "oms.db", BOOK)
    with pytest.raises(Blocked, match="is a paper order system"):
        await system.require("live")
    await system.close()


async def test_with_an_address_they_go_there_and_its_password_is_not_shown(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, TRIMTAB_OMS="http://desk:secret@127.0.0.1:9/oms/")
    system = open_order_system(settings, BOOK)
    assert system.name == "http://127.0.0.1:9/oms"
    with pytest.raises(NotSent, match=r"http://127\.0\.0\.1:9/oms can't be reached"):
        await system.place([ORDER])
    await system.close()


def test_an_address_that_is_none_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="URL of the order system"):
        open_order_system(settings_of(tmp_path, TRIMTAB_OMS="http://?"), BOOK)


async def test_processes_over_one_file_share_the_order_system_and_its_name(tmp_path: Path) -> None:
    one, two = (embedded_order_system(tmp_path / "oms.db", BOOK) for _ in range(2))
    other = embedded_order_system(tmp_path / "another.db", BOOK)
    assert one.name == two.name != other.name
    assert {system.name.startswith(EMBEDDED) for system in (one, two, other)} == {True}
    assert str(tmp_path) not in one.name
    await one.place([ORDER])
    assert states(await two.look([ORDER])) == ["Accepted"]
    assert (await other.look([ORDER])).absent == {ORDER.client_order_id}
    await asyncio.gather(*(system.close() for system in (one, two, other)))


async def test_the_application_is_made_once_however_many_requests_come_first(tmp_path: Path) -> None:
    made: list[Starlette] = []

    def make() -> Starlette:
        made.append(paper_app(tmp_path / "oms.db", BOOK))
        return made[-1]

    system = HttpOrderSystem(transport=InProcess(make))
    orders = [an_order(number, instrument_key=ORDER.instrument_key, limit_price=Decimal(2)) for number in range(5)]
    answers = await asyncio.gather(*(system.place([order]) for order in orders))
    assert [states(answer) for answer in answers] == [["Accepted"]] * 5
    assert len(made) == 1
    await system.close()


async def test_a_file_that_cannot_be_used_is_told_and_nothing_was_sent_until_it_can(tmp_path: Path) -> None:
    file = tmp_path / "oms.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE somebody_elses (x)")
    system = embedded_order_system(file, BOOK)
    with pytest.raises(NotSent, match=r"nothing was sent: The paper order system's file oms\.db is another program's"):
        await system.place([ORDER])
    file.unlink()
    assert states(await system.place([ORDER])) == ["Accepted"]
    await system.close()


async def test_closing_lets_go_of_the_file_and_may_be_done_twice(tmp_path: Path) -> None:
    file = tmp_path / "oms.db"
    transport = InProcess(lambda: paper_app(file, BOOK))
    system = HttpOrderSystem(transport=transport)
    await system.place([ORDER])
    await system.close()
    await transport.aclose()
    with pytest.raises(NotSent, match="closed"):
        await system.look([ORDER])
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",), "nobody has it open"
