"""`trimtab book`: what a person and a script read."""

import json

import pytest
from typer.testing import CliRunner

from tests.adapters.books.small_book import edited, write_book
from trimtab.cli.book import app
from trimtab.domain.errors import BookRefused, NotFound


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")


def _run(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=True)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_demo_book_is_checked_by_default():
    result = _run("check")
    assert result.exit_code == 0
    assert result.output == (
        "Demo book, as of 2026-11-20: 72 instruments, 6 models, 60 portfolios, 1,225 tax lots, 11 restrictions\n"
        "No faults.\n"
    )


def test_faults_and_warnings_are_listed_in_reading_order(tmp_path):
    changes = edited("instruments", "43.85", "x") | edited("lots", "2.5", "-2.5") | edited("models", "1.5", "50")
    result = _run("check", write_book(tmp_path, **changes))
    assert result.exit_code == 2
    assert result.output == (
        f"{tmp_path} is refused: 2 faults\n"
        "\nFaults\n"
        "  instruments.csv:2 price: must be a number such as 1234.5 (no currency, no thousands separators), not 'x'\n"
        "  lots.csv:5 units: must be 0 or more, not -2.5\n"
        "\nWarnings\n"
        "  model_lines.csv:2 tolerance_pct: the tolerance 50 is not under the target 50:"
        " that line is never bought (inside_wide_band)\n"
    )


def test_portfolios_that_cannot_be_checked_give_exit_code_1_and_their_reasons(tmp_path):
    result = _run("check", write_book(tmp_path, **edited("lots", "ACC2,BHP", "ACC2,XYZ")))
    assert result.exit_code == 1
    assert (
        "Unable to check: 1 portfolio\n  ACC2 unknown_instrument: 'XYZ' isn't in the book's instruments\n"
        in result.output
    )


def test_check_prints_json_for_scripts(tmp_path):
    result = _run("check", write_book(tmp_path, **edited("fx", "1.515", "0")), "--json")
    assert result.exit_code == 2
    assert json.loads(result.output) == {
        "exit_code": 2,
        "book": None,
        "faults": [
            {"file": "fx.csv", "line": 2, "column": "rate", "message": "must be above 0, not 0", "code": "out_of_range"}
        ],
        "warnings": [],
        "unable_to_check": [],
    }
    fine = json.loads(_run("check", write_book(tmp_path), "--json").output)
    assert fine["book"]["counts"] == {"instruments": 2, "models": 1, "portfolios": 2, "tax_lots": 4, "restrictions": 2}


def test_a_mapping_and_a_policy_may_be_named(tmp_path):
    folder = write_book(tmp_path / "book")
    mapping, policy = tmp_path / "m.toml", tmp_path / "p.toml"
    mapping.write_text('[columns.fx]\nrate = "Rate"\n')
    policy.write_text("stale_price_days = 1\n")
    assert "fx.csv:1 Rate: the column is missing" in _run("check", folder, "--mapping", mapping).output
    assert "stale_price" in _run("check", folder, "--policy", policy).output


def test_show_lists_models_and_portfolios(tmp_path):
    output = _run("show", write_book(tmp_path)).output
    assert output.startswith("Small book, as of 2026-11-20: 2 instruments, 1 models, 2 portfolios, 4 tax lots")
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert "Growth 20.00 1.50 2 2" in lines
    assert "ACC1 Mei Chen individual Growth AUD 2,686.18 37.25 250.00" in lines


def test_show_prints_the_lines_of_one_portfolio(tmp_path):
    folder = write_book(tmp_path)
    output = _run("show", folder, "ACC1").output
    assert "account number: ACC1\nclient name: Mei Chen\n" in output
    assert "BHP BHP Group 15.00 657.75 27.00 50.00 1.50" in [" ".join(line.split()) for line in output.splitlines()]
    shown = json.loads(_run("show", folder, "ACC1", "--json").output)
    assert [line["code"] for line in shown["lines"]] == ["AAPL", "BHP"]
    assert shown["cash_pct"] == pytest.approx(37.2462, abs=1e-3)


def test_a_portfolio_that_cannot_be_checked_is_shown_with_its_reason(tmp_path):
    folder = write_book(tmp_path, **edited("lots", "ACC2,BHP", "ACC2,XYZ"))
    shown = json.loads(_run("show", folder, "ACC2", "--json").output)
    assert (shown["total_value"], shown["lines"]) == (None, [])
    assert "unable to check: 'XYZ' isn't in the book's instruments" in _run("show", folder, "ACC2").output
    listed = json.loads(_run("show", folder, "--json").output)
    assert [portfolio["total_value"] is None for portfolio in listed["portfolios"]] == [False, True]


def test_hostile_names_reach_the_terminal_as_plain_text(tmp_path):
    folder = write_book(tmp_path, **edited("portfolios", "Mei Chen", "[red]Mei[/red]\x1b]0;own\x07\x1b[31m"))
    for arguments in (("show", folder), ("show", folder, "ACC1")):
        output = _run(*arguments).output
        assert "[red]Mei[/red]]0;own[31m" in output
        assert "\x1b" not in output


def test_show_refuses_a_faulty_book_and_an_unknown_account(tmp_path):
    with pytest.raises(NotFound, match="'ACC9' isn't an account number"):
        _run("show", write_book(tmp_path / "a"), "ACC9")
    with pytest.raises(BookRefused):
        _run("show", write_book(tmp_path / "b", **edited("fx", "1.515", "0")))
