"""The tax rules' file: the one that ships grants what its sources say, and a bad one says all that is wrong."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from trimtab.adapters.policy.tax_rules import COLUMNS, load_tax_rules
from trimtab.domain.errors import SettingsError
from trimtab.domain.trading.tax import TaxRule

HEADER = ",".join(COLUMNS)
GOOD = "NZ,trust,2000-01-01,,discount,24,10,An Act"


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "tax.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def problems(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(SettingsError) as caught:
        load_tax_rules(path)
    assert str(path.parent) not in str(caught.value)
    return [(each.field, each.message) for each in caught.value.problems]


@pytest.mark.parametrize(
    ("country", "entity", "acquired", "first", "pct"),
    [
        ("AU", "individual", "2026-01-10", "2027-01-11", 50),
        ("AU", "trust", "2026-01-10", "2027-01-11", 50),
        ("AU", "smsf", "2026-01-10", "2027-01-11", 33.3333),
        ("AU", "company", "2026-01-10", "NaT", 0),
        ("AU", "individual", "2026-06-30", "NaT", 0),
        ("AU", "smsf", "2026-06-30", "NaT", 0),
        ("US", "individual", "2026-06-30", "2027-07-01", 0),
        ("US", "trust", "2026-06-30", "2027-07-01", 0),
        ("US", "company", "2026-01-10", "NaT", 0),
        ("GB", "individual", "2020-01-10", "NaT", 0),
        ("NZ", "individual", "2020-01-10", "NaT", 0),
    ],
)
def test_the_shipped_rules_grant_what_their_sources_say(
    country: str, entity: str, acquired: str, first: str, pct: float
) -> None:
    table = load_tax_rules().table([(country, entity)])
    day = table.qualifies_from(np.array([0]), np.array([acquired], "M8[D]"))
    assert str(day[0]) == first
    assert table.discount_pct(np.array([0]), day).tolist() == [pct]


def test_after_june_2027_no_discount_is_in_force_in_australia() -> None:
    pairs = [("AU", entity) for entity in ("individual", "trust", "smsf", "company")]
    table = load_tax_rules().table(pairs)
    assert table.discount_pct(np.arange(4), np.datetime64("2027-06-30", "D")).tolist() == [50, 50, 33.3333, 0]
    assert table.discount_pct(np.arange(4), np.datetime64("2027-07-01", "D")).tolist() == [0, 0, 0, 0]


def test_every_shipped_rule_names_its_source_and_what_is_not_law_yet_says_so() -> None:
    rules = load_tax_rules().rules
    assert all(len(rule.source) > 20 for rule in rules)
    coming = [rule.source for rule in rules if rule.valid_from == date(2027, 7, 1)]
    assert len(coming) == 3
    assert all("confirmed" in source for source in coming)


def test_a_file_of_ones_own_replaces_the_shipped_rules(tmp_path: Path) -> None:
    turned = ",".join(reversed(COLUMNS))
    line = ",".join(reversed(GOOD.split(",")))
    assert load_tax_rules(write(tmp_path, f"\ufeff{turned}", "", line)).rules == (
        TaxRule(
            country="NZ",
            entity="trust",
            benefit="discount",
            source="An Act",
            valid_from=date(2000, 1, 1),
            valid_until=None,
            holding_months=24,
            discount_pct=10,
        ),
    )


def test_everything_that_is_wrong_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADER,
        GOOD,
        "NZ,smsf,01/02/2000,,discount,-1,x,An Act",
        "NZ,,,,gift,,,",
        "NZ,company,,,none,12,,An Act",
        "NZ,individual,,,discount,12,,An Act",
        "NZ,individual,2020-02-01,2020-01-01,rate,12,,An Act",
        "NZ,trust,1999-01-01,2000-01-01,none,,,An Act",
        "NZ,trust",
    )
    found = problems(path)
    assert [place for place, _ in found] == [
        "tax.csv:3 valid_from",
        "tax.csv:3 holding_months",
        "tax.csv:3 discount_pct",
        "tax.csv:4 entity",
        "tax.csv:4 benefit",
        "tax.csv:4 source",
        "tax.csv:5",
        "tax.csv:6",
        "tax.csv:7",
        "tax.csv:9",
        "tax.csv:8",
    ]
    said = dict(found)
    assert said["tax.csv:4 entity"] == "The column is empty."
    assert said["tax.csv:4 benefit"] == "The value should be 'discount', 'rate' or 'none'."
    assert said["tax.csv:5"] == "The benefit none goes with neither discount_pct nor holding_months."
    assert said["tax.csv:6"] == "The benefit discount goes with discount_pct and holding_months."
    assert said["tax.csv:7"] == "The rule ends before it begins."
    assert said["tax.csv:8"] == "NZ trust overlaps the rule in line 2."
    assert said["tax.csv:9"] == "The line has 2 cells, the header 8."


@pytest.mark.parametrize("lines", [(), ("country,entity",), (f"{HEADER},note", f"{GOOD},x")])
def test_other_columns_are_refused(tmp_path: Path, lines: tuple[str, ...]) -> None:
    wanted = f"The columns have to be {', '.join(COLUMNS)}."
    assert problems(write(tmp_path, *lines)) == [("tax.csv:1", wanted)]


def test_a_file_that_is_not_there_or_not_csv_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path / "gone.csv") == [("gone.csv", "The file can't be read: No such file or directory.")]
    assert problems(write(tmp_path, HEADER, 'NZ,"trust')) == [("tax.csv", "The file isn't CSV in UTF-8.")]
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe")
    assert problems(binary) == [("binary.csv", "The file isn't CSV in UTF-8.")]
