"""What a person reads of products, of a portfolio, and of lists."""

import json
import shlex

import pytest

from tests.cli.framework_desk import PORTFOLIO, PORTFOLIOS, PROFILES, WORKFLOWS
from tests.tools.frameworks.scripted_frameworks import BONDS, BUILT, MAPPED, NARROW
from trimtab.cli.framework_portfolio_tables import (
    print_built,
    print_mapped,
    print_portfolios,
    print_profiles,
    print_workflows,
)
from trimtab.workflow.ports.framework_results import PortfolioBuilt
from trimtab.workflow.ports.results import Table


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed, with one space for several."""
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_products_stand_under_their_bucket_with_the_parts_of_their_scores(capsys: pytest.CaptureFixture[str]) -> None:
    empty = BONDS.model_copy(update={"path": "AssetClass/Art", "products": (), "target_weight": 0.0})
    print_mapped(MAPPED.model_copy(update={"buckets": (*MAPPED.buckets, empty)}))
    lines = lines_of(capsys)
    for line in (
        "AssetClass/Equity (Equity, 60 %): 12 candidates",
        "code name score liquidity cost fit history tracking data health share %",
        "MIX A bit of all 0.50 1.00 0.90 1.00 0.75 0.50 0.90 60.00",
        "AGG All bonds 0.75 1.00 0.90 1.00 0.75 0.50 0.90",
        "12 candidates, 9 lost to min_adv_value.",
        "Not known of AGG: issuer, aum_value.",
        "The shortest history lacks 30 months of 120.",
        "AssetClass/Art (Bonds, 0 %): no products.",
        "Something to know.",
    ):
        assert line in lines


def test_a_portfolio_has_its_cash_and_the_command_that_trades_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_built(BUILT)
    lines = lines_of(capsys)
    assert lines[0] == "A portfolio of Two halves, version 2 over 1,000,000.00 USD."
    assert "AssetClass/Bonds AGG All bonds 35.00 5.00 yes 98.25 USD 350,000.00" in lines
    assert "(cash) 5.00 50,000.00" in lines
    assert "Accepted as fp_1, account FP-1." in lines
    [trade] = [line for line in lines if "open_session" in line]
    words = shlex.split(trade.split("`")[1])
    assert json.loads(words[-1]) == {"framework_portfolio": "fp_1"}


def test_one_that_is_not_kept_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    loose = BUILT.model_copy(update={"portfolio_id": None, "total_value": None})
    print_built(loose)
    lines = lines_of(capsys)
    assert (lines[0], lines[-1]) == ("A portfolio of Two halves, version 2.", "Nothing is stored: --accept keeps it.")
    print_built(loose.model_copy(update={"findings": (NARROW,)}))
    assert lines_of(capsys)[-1] == "Nothing is stored: mend the errors before it can be accepted."
    print_built(PortfolioBuilt())
    assert lines_of(capsys) == ["", "Nothing is stored: --accept keeps it."]


def test_lists_have_whole_ids_of_portfolios_and_say_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    print_portfolios(PORTFOLIOS)
    print_profiles(PROFILES)
    print_workflows(WORKFLOWS)
    lines = lines_of(capsys)
    assert f"{PORTFOLIO} FW-0123456789ab 1,000,000.00 USD d3b4e90b 2026-11-20" in lines
    assert "Ann low 10 income USD conservative 2026-11-20 10:00" in lines
    assert "wf_1 2 framework 2026-11-20 10:00 2026-11-21 10:00" in lines
    nothing = Table(columns=("x",), rows=())
    print_portfolios(PORTFOLIOS.model_copy(update={"portfolios": nothing}))
    print_profiles(PROFILES.model_copy(update={"profiles": nothing}))
    print_workflows(WORKFLOWS.model_copy(update={"workflows": nothing}))
    assert [line.split(".")[0] for line in lines_of(capsys)] == ["No portfolios", "No profiles", "No workflows"]
