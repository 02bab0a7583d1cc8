"""What a person reads of frameworks: lists, one in full, findings, what was made and what was saved."""

from decimal import Decimal

import pytest

from tests.tools.frameworks.scripted_frameworks import (
    FRAMEWORKS,
    GENERATED,
    IN_FULL,
    NAMED,
    STORED,
    VALID,
    VALIDATION,
)
from trimtab.cli.framework_tables import (
    called,
    constraint_said,
    kept_as,
    print_document,
    print_generated,
    print_listed,
    print_saved,
    print_shown,
    print_validation,
)
from trimtab.domain.frameworks.framework import Constraint, Rebalancing
from trimtab.workflow.frameworks.portfolios import DUE_COLUMNS
from trimtab.workflow.ports.results import Table


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed, with one space for several."""
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_templates_and_saved_ones_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    print_listed(FRAMEWORKS)
    lines = lines_of(capsys)
    assert "balanced medium Equity 60%, Bonds 35%, Alternatives 5% Equity leads." in lines
    assert "framework id name version buckets saved at" in lines
    assert "fw_1 Two halves 2 2 2026-11-20 10:00" in lines
    print_listed(FRAMEWORKS.model_copy(update={"frameworks": None}))
    assert lines_of(capsys)[-1].startswith("Nothing is saved yet.")


def test_what_is_due_stands_with_its_reason_and_note(capsys: pytest.CaptureFixture[str]) -> None:
    row = ("pf_1", "fw_1", 2, "FW-1", "2026-11-20", "2027-01-01", 0.125, 2, "band", "All cash.")
    due = Table(columns=DUE_COLUMNS, rows=(row,))
    print_listed(FRAMEWORKS.model_copy(update={"due": due}))
    lines = lines_of(capsys)
    assert "pf_1 FW-1 band 12.50 2026-11-20 2027-01-01" in lines
    assert "pf_1: All cash." in lines
    print_listed(FRAMEWORKS.model_copy(update={"due": Table(columns=DUE_COLUMNS, rows=())}))
    assert lines_of(capsys)[-1] == "Nothing is due."


def test_one_in_full_has_its_tree_constraints_versions_and_changes(capsys: pytest.CaptureFixture[str]) -> None:
    print_shown(IN_FULL)
    lines = lines_of(capsys)
    for line in (
        "fw_1 version 2",
        "Two halves (imported), in USD.",
        "Checked quarterly; bands of 5 % of the portfolio.",
        "bucket label target % max % low % high % takes",
        "AssetClass/Equity Equity 60.00 55.00 65.00 tags equity",
        "AssetClass/Bonds Bonds 40.00 50.00 35.00 45.00",
        "max single name: 40 %",
        "2 2026-11-20 10:00 assistant More equity.",
        "AssetClass/Equity target_weight 0.50 0.60",
    ):
        assert line in lines
    bare = IN_FULL.framework
    assert bare is not None
    print_shown(IN_FULL.model_copy(update={"framework": bare.model_copy(update={"archived": True}), "versions": None}))
    assert "fw_1 version 2, archived" in lines_of(capsys)


def test_a_framework_without_buckets_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    document = {"name": "New", "description": "Empty.", "benchmark": "SPY", "risk_band": "low", "buckets": []}
    print_document(document)
    lines = lines_of(capsys)
    assert lines[0] == "New (imported, low risk), in USD, beside SPY."
    assert (lines[1], lines[-1]) == ("Empty.", "It has no buckets yet.")


def test_bands_and_constraints_are_said_in_words() -> None:
    both = Rebalancing(cadence="A", relative_band_pct=Decimal("20.0"))
    assert kept_as(both) == "yearly; bands of 5 % of the portfolio, at most 20 % of the target"
    assert kept_as(Rebalancing(cadence="none", absolute_band_bps=None)) == "at no cadence; no bands"
    for constraint, said in (
        (Constraint("min_bonds", Decimal("0.30"), "percentage"), "min bonds: 30 %"),
        (Constraint("min_cash", Decimal(50000), "dollars"), "min cash: 50,000"),
        (Constraint("max_sector", Decimal(2500), "bps"), "max sector: 2,500 bp"),
        (Constraint("max_products", Decimal(10)), "max products: 10"),
        (Constraint("allowed_currencies", currencies=("USD", "EUR")), "allowed currencies: USD, EUR"),
    ):
        assert constraint_said(constraint) == said


def test_all_findings_are_shown_with_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    print_validation(VALIDATION)
    lines = lines_of(capsys)
    assert "AssetClass weight_sum The targets sum to 0.9; they have to sum to 1." in lines
    assert lines[-1] == "Two halves, version 2 is not valid: 1 error, 1 warning."
    print_validation(VALID)
    assert lines_of(capsys)[-1] == "Two halves, version 2 is valid: 0 errors, 1 warning."
    assert called(NAMED.model_copy(update={"framework_id": None, "version": 1})) == "Two halves"


def test_what_was_made_says_why_by_whom_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    print_generated(GENERATED, out=None)
    lines = lines_of(capsys)
    assert "Begins with Balanced, as risk is medium." in lines
    kept = "Nothing is saved: --out FILE writes it; `trimtab framework save FILE` keeps it."
    assert lines[-1] == f"Made by rules. {kept}"
    tried = {"source": "a model", "attempts": 2, "complaints": ("Targets sum to 2.",), "note": "It was slow."}
    print_generated(GENERATED.model_copy(update=tried), out="it.json")
    lines = lines_of(capsys)
    assert lines[-3:-1] == ["It was slow.", "Sent back: Targets sum to 2."]
    assert lines[-1].startswith("Made by a model, asked 2 times. Written to it.json;")


def test_what_was_saved_stands_with_its_changes(capsys: pytest.CaptureFixture[str]) -> None:
    print_saved(STORED)
    lines = lines_of(capsys)
    assert "AssetClass/Equity target_weight 0.50 0.60" in lines
    assert lines[-1] == "fw_1 (Two halves) is version 2."
    print_saved(STORED.model_copy(update={"changes": Table(columns=("path",), rows=()), "action": "archive"}))
    assert [line for line in lines_of(capsys) if "fw_1" in line or "Nothing" in line] == [
        "Nothing changed.",
        "fw_1 (Two halves) is archived.",
    ]
