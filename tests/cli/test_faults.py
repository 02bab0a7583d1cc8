"""How what is wrong with files is shown."""

from trimtab.cli.faults import counted, fault_object, group_lines
from trimtab.domain.errors import Fault


def test_a_group_has_a_title_and_a_clean_line_for_each() -> None:
    assert group_lines("Faults", [Fault("a.csv", 2, "x", "bad\nline", "c")]) == ["\nFaults", "  a.csv:2 x: bad line"]
    assert group_lines("Faults", []) == []


def test_one_is_counted_without_an_s() -> None:
    assert [counted(number, "fault") for number in (0, 1, 2_000)] == ["0 faults", "1 fault", "2,000 faults"]


def test_scripts_get_a_fault_by_field() -> None:
    assert fault_object(Fault("a.csv", 2, None, "bad", "c")) == {
        "file": "a.csv",
        "line": 2,
        "column": None,
        "message": "bad",
        "code": "c",
    }
