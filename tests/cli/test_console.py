"""What commands print: plain for scripts, tables for people, and never markup from outside."""

import json

import pytest

from trimtab.cli.console import print_json, table, terminal


def test_json_is_printed_as_it_is_however_long(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"name": "Zoë", "long": "x" * 500}
    print_json(value)
    out = capsys.readouterr().out
    assert json.loads(out) == value
    assert "Zoë" in out


def test_a_table_is_plain_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("CBA", 1234.5, 3, None), ("[red]BHP[/red]\x1b[31m", -1.0, 12, "x")]
    terminal().print(table(("code", "value", "count", "note"), rows, title="Trades"))
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[red]BHP[/red]" in out
    assert "1,234.50" in out
    assert out.splitlines()[0].startswith("Trades")


def test_numbers_stand_to_the_right() -> None:
    shown = table(("code", "value"), [("CBA", 1.0)])
    assert [column.justify for column in shown.columns] == ["left", "right"]


def test_an_empty_table_has_its_columns() -> None:
    assert [column.header for column in table(("code", "value"), []).columns] == ["code", "value"]
