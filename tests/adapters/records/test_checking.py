"""A row is what its entry says; what an earlier release didn't say of it is what nobody had said then."""

import pytest

from tests.adapters.records.stores import order
from trimtab.adapters.records.checking import unlike
from trimtab.adapters.records.tables import KEPT_AS
from trimtab.workflow.evidence import canonical
from trimtab.workflow.ports.records import DESK, OrderRow

KEPT = KEPT_AS[OrderRow]
FIELDS = OrderRow.model_fields


@pytest.mark.parametrize("left_out", FIELDS)
def test_a_field_that_an_entry_lacks_is_its_default_and_without_one_it_is_missing(left_out: str) -> None:
    content = order(session_id=DESK).model_dump(mode="json")
    values = list(content.values())
    said = canonical({name: value for name, value in content.items() if name != left_out})
    fault = f"it isn't what its entry says ({left_out})"
    assert unlike(KEPT, values, kind="order", content=said) == (fault if FIELDS[left_out].is_required() else "")
    values[list(content).index(left_out)] = "x"
    assert unlike(KEPT, values, kind="order", content=said) == fault


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (canonical({**order().model_dump(mode="json"), "more": ""}), "other fields"),
        (canonical({**order().model_dump(mode="json"), "order_key": None}), "order_key"),
        ("[]", ", ".join(FIELDS)),
    ],
)
def test_an_entry_that_says_something_else_is_not_filled_up(content: str, what: str) -> None:
    values = list(order().model_dump(mode="json").values())
    assert unlike(KEPT, values, kind="order", content=content) == f"it isn't what its entry says ({what})"
