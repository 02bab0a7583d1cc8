"""The log's chain: sound logs verify, and every kind of tampering is found where it was done."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.clock import NOON
from trimtab.workflow.log import (
    LogEntry,
    LogEvent,
    LogHead,
    append,
    chain,
    extended,
    first_head,
    head_of,
    verify,
)

SESSION = "ts_example"
START = first_head(SESSION)


def event(number: int) -> LogEvent:
    return LogEvent(
        at=NOON + timedelta(seconds=number),
        actor="jane",
        source="person",
        action="apply_recommendations",
        detail={"symbol": "ABC", "percent": 12.5 * number, "flags": ["div", None, True]},
    )


def sound(length: int = 5) -> list[LogEntry]:
    return list(chain(START, [event(number) for number in range(length)]))


def rewritten(entry: LogEntry, **fields: object) -> LogEntry:
    """The entry with other content and the hash that fits it, as somebody would forge it."""
    other = entry.model_copy(update=fields)
    return other.model_copy(update={"hash": other.content_hash})


def broken(log: list[LogEntry], *, head: LogHead | None = None) -> tuple[int, str] | None:
    found = verify(SESSION, log, head=head)
    return (found.seq, found.kind) if found else None


def test_entries_are_numbered_and_chained_from_the_session_id() -> None:
    log = sound()
    assert [entry.seq for entry in log] == [1, 2, 3, 4, 5]
    assert [entry.previous_hash for entry in log] == [START.hash, *(entry.hash for entry in log[:-1])]
    assert first_head(SESSION) == START
    assert START.hash != first_head("ts_other").hash


def test_the_hash_of_an_entry_stays_what_it_was_in_earlier_releases() -> None:
    assert append(START, event(1)).hash == ("14a4d62df8e418b545a1df2565df5bfc461d9d6687c06c8fa14d5fc20b7115e6")


def test_a_sound_log_verifies_with_and_without_its_head() -> None:
    log = sound()
    assert verify(SESSION, log) is None
    assert verify(SESSION, log, head=head_of(log[-1])) is None
    assert verify(SESSION, [], head=START) is None


def test_the_time_is_kept_in_utc() -> None:
    east = timezone(timedelta(hours=10))
    told = LogEvent(at=datetime(2026, 3, 2, 22, tzinfo=east), actor="a", source="person", action="x")
    assert told.at.isoformat() == "2026-03-02T12:00:00+00:00"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        LogEvent(at=datetime(2026, 3, 2), actor="a", source="person", action="x")  # noqa: DTZ001 - the point


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_detail_that_json_cannot_hold_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match=r"JSON compliant|finite"):
        append(START, LogEvent(at=NOON, actor="a", source="person", action="x", detail={"n": number}))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(detail=st.dictionaries(st.text(), json_values, max_size=4), at=st.datetimes(), actor=st.text())
def test_an_entry_survives_json_with_its_hash(detail: dict, at: datetime, actor: str) -> None:
    happened = LogEvent(at=at.replace(tzinfo=NOON.tzinfo), actor=actor, source="model", action="x", detail=detail)
    entry = append(START, happened)
    again = LogEntry.model_validate_json(entry.model_dump_json())
    assert again == entry
    assert verify(SESSION, [again]) is None


@pytest.mark.parametrize("place", range(5))
def test_a_changed_entry_is_named(place: int) -> None:
    log = sound()
    log[place] = log[place].model_copy(update={"actor": "mallory"})
    assert broken(log) == (place + 1, "changed")


@pytest.mark.parametrize("place", range(4))
def test_an_entry_changed_together_with_its_hash_is_named(place: int) -> None:
    log = sound()
    log[place] = rewritten(log[place], actor="mallory")
    assert broken(log) == (place + 1, "changed")


@pytest.mark.parametrize("place", range(4))
def test_an_entry_that_both_neighbours_disown_is_named(place: int) -> None:
    log = sound()
    log[place] = rewritten(log[place], previous_hash="0" * 64)
    assert broken(log) == (place + 1, "changed")


def test_a_last_entry_changed_with_its_hash_is_found_by_the_head() -> None:
    log = sound()
    head = head_of(log[-1])
    log[-1] = rewritten(log[-1], actor="mallory")
    assert broken(log) is None
    assert broken(log, head=head) == (5, "changed")


@pytest.mark.parametrize("place", range(4))
def test_a_removed_entry_is_named(place: int) -> None:
    log = sound()
    del log[place]
    assert broken(log) == (place + 1, "removed")


@pytest.mark.parametrize(("kept", "missing"), [(4, 5), (2, 3), (0, 1)])
def test_a_removed_end_is_found_by_the_head(kept: int, missing: int) -> None:
    log = sound()
    assert broken(log[:kept]) is None
    assert broken(log[:kept], head=head_of(log[-1])) == (missing, "removed")


def test_entries_in_another_order_are_named() -> None:
    log = sound()
    log[1], log[3] = log[3], log[1]
    assert broken(log) == (4, "reordered")


def test_an_inserted_entry_is_named() -> None:
    log = sound()
    log.insert(2, append(head_of(log[1]), event(9)))
    assert broken(log) == (3, "inserted")


def test_an_entry_added_behind_the_end_is_found_by_the_head() -> None:
    log = sound()
    longer = [*log, append(head_of(log[-1]), event(9))]
    assert broken(longer) is None
    assert broken(longer, head=head_of(log[-1])) == (6, "inserted")


def test_a_log_of_another_session_is_not_this_ones() -> None:
    assert broken(list(chain(first_head("ts_other"), [event(0), event(1)]))) == (1, "changed")


def test_what_is_broken_is_said_in_words() -> None:
    log = sound()
    del log[2]
    found = verify(SESSION, log)
    assert found is not None
    assert found.message == "Entry 3 was removed: entry 4 takes its place."


def test_entries_that_continue_a_head_move_it_to_the_last() -> None:
    log = sound()
    assert extended(START, log) == head_of(log[-1])
    assert extended(START, []) == START


@pytest.mark.parametrize("wrong", [[0, 2], [1], [0, 1, 1]])
def test_entries_that_do_not_continue_a_head_are_refused(wrong: list[int]) -> None:
    log = sound()
    with pytest.raises(ValueError, match="doesn't continue"):
        extended(START, [log[place] for place in wrong])
