"""Records of the release before are taken over whole, and stay as hard to change as they were."""

from collections.abc import AsyncIterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from pydantic import JsonValue

from tests.adapters.records.stores import DATABASES, SESSION, Place, answering, literal, note, order
from tests.clock import NOON
from trimtab.adapters.records import migrate
from trimtab.domain.errors import OlderVersion
from trimtab.workflow.evidence import EMPTY, chained
from trimtab.workflow.ports.records import Evidence, EvidenceBreak, OrderRow, Scope, moment

MINE = Scope(session_id=SESSION)
NEW = (
    "instrument_key",
    "cash_value",
    "progress_pct",
    "order_system",
    "sent_at",
    "order_key",
    "trade_key",
    "average_price",
    "cancel",
)
"""Fields of an order that came with 0003."""
ORDERS = (order(1), order(2, why='a "reason"\n', side="sell"))


def old_content(row: OrderRow) -> dict[str, JsonValue]:
    return {name: value for name, value in row.model_dump(mode="json").items() if name not in NEW}


def written_then(place: Place) -> None:
    """Makes records in the form of 0002, and writes a note and two orders as that release did."""
    migrate.upgrade(place.url, to="0002")
    whole = Evidence(kind="order", actor="jane", source="person", session_id=SESSION)
    orders = [replace(whole, content=old_content(row)) for row in ORDERS]
    entries = list(chained(EMPTY, [note(), *orders], at=NOON))
    statements = [f"INSERT INTO evidence VALUES ({', '.join(map(literal, astuple(entry)))})" for entry in entries]
    for entry, row in zip(entries[1:], ORDERS, strict=True):
        columns = {**old_content(row), "first_seq": entry.seq, "seq": entry.seq}
        values = ", ".join(map(literal, columns.values()))
        statements.append(f"INSERT INTO orders ({', '.join(columns)}) VALUES ({values})")
    last = entries[-1]
    head = f"UPDATE evidence_head SET seq = {last.seq}, hash = '{last.hash}', at = '{last.at}'"
    place.sql(*statements, head)


@pytest.fixture(params=DATABASES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(request.param, tmp_path, bare=True)
    written_then(place)
    yield place
    await place.close()


async def test_older_records_are_whole_once_they_are_upgraded_and_are_written_on(place: Place) -> None:
    store = place.open()
    with pytest.raises(OlderVersion, match="form of an older release"):
        await store.verify()
    migrate.upgrade(place.url)
    found = await store.verify()
    assert (found.entries, found.rows, found.breaks) == (3, 2, ())
    assert (await store.standing(MINE)).orders == ORDERS
    sent = order(1, state="Submitted", sent_at=moment(NOON), order_system="paper")
    await store.write(MINE, answering(sent))
    assert (await store.standing(MINE)).orders == (sent, ORDERS[1])
    assert (await store.verify()).breaks == ()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
async def test_what_an_older_entry_does_not_say_can_hold_nothing_but_its_default(place: Place) -> None:
    migrate.upgrade(place.url)
    store = place.open()
    for name in NEW:
        (before,) = place.sql(f"SELECT {name} FROM orders WHERE client_order_id = 'tt-0002'")[0]
        place.sql(f"UPDATE orders SET {name} = 'asked' WHERE client_order_id = 'tt-0002'")
        told = (await store.verify()).breaks
        assert told == (EvidenceBreak("orders", "tt-0002", f"it isn't what its entry says ({name})"),)
        place.sql(f"UPDATE orders SET {name} = {literal(before)} WHERE client_order_id = 'tt-0002'")
    assert (await store.verify()).breaks == ()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
async def test_a_field_cannot_be_taken_out_of_an_older_entry(place: Place) -> None:
    migrate.upgrade(place.url)
    place.tamper("UPDATE evidence SET content = replace(content, ',\"why\":\"\"', '') WHERE seq = 2")
    told = (await place.open().verify()).breaks
    assert told == (EvidenceBreak("evidence", "2", "it isn't what was written"),)
