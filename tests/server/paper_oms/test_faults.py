"""Faults: how they are spelled, whom they meet, and that the guide tells of each."""

import re

import pytest

from tests.house.tree import read
from trimtab.domain.errors import InvalidInput
from trimtab.server.paper_oms.faults import FAULT_KINDS, FaultRule, Target, parse_fault

TARGET = Target("tt-1", "tt-1", "BHP")


@pytest.mark.parametrize(
    ("spelled", "rule"),
    [
        ("reject", FaultRule(kind="reject")),
        ("reject:0.1", FaultRule(kind="reject", share=0.1)),
        ("reject@BHP", FaultRule(kind="reject", code="BHP")),
        ("late_fill:0.5@BRK.B", FaultRule(kind="late_fill", share=0.5, code="BRK.B")),
    ],
)
def test_a_fault_can_be_spelled_in_one_word(spelled: str, rule: FaultRule) -> None:
    assert parse_fault(spelled) == rule


@pytest.mark.parametrize("spelled", ["", "rejct", "reject:", "reject@", "reject@A@B", ":0.1", "reject:0.1:0.2"])
def test_a_fault_that_is_not_there_is_refused_with_those_that_are(spelled: str) -> None:
    with pytest.raises(InvalidInput, match=r"KIND:SHARE@CODE; kinds are answer_lost, .*key_change\."):
        parse_fault(spelled)


@pytest.mark.parametrize("share", ["2", "-1", "x", "nan"])
def test_a_share_is_a_number_from_0_to_1(share: str) -> None:
    with pytest.raises(InvalidInput, match="from 0 to 1"):
        parse_fault(f"reject:{share}")


@pytest.mark.parametrize(
    ("rule", "meets"),
    [
        (FaultRule(kind="reject"), True),
        (FaultRule(kind="reject", code="BHP"), True),
        (FaultRule(kind="reject", code="RIO"), False),
        (FaultRule(kind="reject", client_order_id="tt-1"), True),
        (FaultRule(kind="reject", client_order_id="tt-2"), False),
        (FaultRule(kind="reject", code="RIO", client_order_id="tt-1"), False),
        (FaultRule(kind="reject", share=0), False),
    ],
)
def test_a_fault_meets_all_orders_or_those_it_names(rule: FaultRule, meets: bool) -> None:
    assert rule.meets(TARGET, seed=0) is meets


def met(seed: int) -> list[int]:
    rule = FaultRule(kind="reject", share=0.25)
    return [number for number in range(400) if rule.meets(Target(f"tt-{number}", None, "BHP"), seed=seed)]


def test_a_share_takes_that_share_of_all_orders_and_the_seed_says_which() -> None:
    assert 70 < len(met(1)) < 130
    assert met(1) == met(1)
    assert met(1) != met(2)


def test_the_guide_tells_of_every_fault_and_of_no_other() -> None:
    assert re.findall(r"^\| `([a-z_]+)` \|", read("docs/paper-oms.md"), re.MULTILINE) == list(FAULT_KINDS)
