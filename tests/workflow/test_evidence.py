"""The chain of evidence: each entry's hash covers all of it, and the hash before it."""

import hashlib
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone

import pytest

from tests.clock import NOON
from trimtab.workflow.evidence import EMPTY, canonical, chained, hash_of, head_after
from trimtab.workflow.ports.records import Evidence, EvidenceEntry, moment

NOTE = Evidence(kind="note", actor="jane", source="person", session_id="ts_one", content={"b": 1, "a": "ä\n"})


def test_content_has_one_spelling() -> None:
    assert canonical({"b": [1, 0.5, None, True], "a": "ä\n\u2028"}) == '{"a":"\\u00e4\\n\\u2028","b":[1,0.5,null,true]}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("inf")})


def test_a_time_has_one_spelling_and_needs_a_zone() -> None:
    there = datetime(2026, 3, 2, 14, tzinfo=timezone(timedelta(hours=2)))
    assert moment(there) == moment(NOON) == "2026-03-02T12:00:00.000000+00:00"
    with pytest.raises(ValueError, match="no zone"):
        moment(NOON.replace(tzinfo=None))


def test_a_hash_can_be_computed_by_hand() -> None:
    (entry,) = chained(EMPTY, [NOTE], at=NOON)
    lines = [hashlib.sha256(b"trimtab evidence").hexdigest(), "1", "2026-03-02T12:00:00.000000+00:00"]
    lines += ["ts_one", "note", "jane", "person", '{"a":"\\u00e4\\n","b":1}']
    assert entry.hash == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_entries_follow_each_other_and_the_head_follows_them() -> None:
    first, second = chained(EMPTY, [NOTE, NOTE], at=NOON)
    assert (first.previous_hash, second.previous_hash) == (EMPTY.hash, first.hash)
    head = head_after(EMPTY, [first, second], at=NOON)
    assert (head.seq, head.hash, head.at) == (2, second.hash, NOON)
    (third,) = chained(head, [NOTE], at=NOON)
    assert (third.seq, third.previous_hash) == (3, second.hash)


def test_the_heads_time_never_goes_back() -> None:
    (entry,) = chained(EMPTY, [NOTE], at=NOON)
    head = head_after(EMPTY, [entry], at=NOON)
    assert head_after(head, [entry], at=NOON - timedelta(hours=1)).at == NOON
    assert head_after(head, [entry], at=NOON + timedelta(hours=1)).at == NOON + timedelta(hours=1)
    assert head_after(head, [], at=NOON + timedelta(hours=1)) is head


@pytest.mark.parametrize("part", [each.name for each in fields(EvidenceEntry) if each.name != "hash"])
def test_every_part_of_an_entry_counts(part: str) -> None:
    (entry,) = chained(EMPTY, [NOTE], at=NOON)
    changed: dict[str, object] = {part: 2 if part == "seq" else "x"}
    assert hash_of(entry) == entry.hash != hash_of(replace(entry, **changed))  # type: ignore[arg-type] # the part is any of its fields


@pytest.mark.parametrize("part", ["session_id", "kind", "actor", "source"])
@pytest.mark.parametrize("text", ["a\nb", "a\u2028b", "\0", "\ud800"])
def test_no_part_beside_the_content_can_pass_for_two(part: str, text: str) -> None:
    changed: dict[str, object] = {part: text}
    with pytest.raises(ValueError, match="one printable line"):
        list(chained(EMPTY, [replace(NOTE, **changed)], at=NOON))  # type: ignore[arg-type] # the part is any of its fields
