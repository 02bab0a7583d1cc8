"""Buckets are read of CSV with commas or semicolons; a file is read whole or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.domain.frameworks.trees import bucket, frameworks
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.framework import Bucket, BucketRules, Framework
from trimtab.domain.frameworks.reading_csv import read_csv
from trimtab.domain.frameworks.writing import csv_of

HEADER = "path,label,target_weight,min_weight,max_weight,rules\n"
US = Bucket("Region/US", "US, large", Decimal("0.6"), Decimal("0.5"), None, BucketRules(regions=("US",)))
RULES = '"{""regions"": [""US""]}"'
ROW = f'Region/US,"US, large",0.6,0.5,,{RULES}\n'


def refused(content: bytes | str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        read_csv(content)
    return [(problem.field, problem.message) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    "content",
    [
        HEADER + ROW,
        "\ufeff" + HEADER + ROW,
        (HEADER + ROW).replace("\n", "\r\n").encode("utf-8-sig"),
        "\n" + HEADER + "\n , ,,,,\n" + ROW,
        HEADER.replace(",", ";").title() + f"Region/US;US, large;0,6;0,5;;{RULES}\n",
        f"rules;max_weight;path;label;target_weight;min_weight\n{RULES};;Region/US;US, large;0.6;0,5\n",
    ],
)
def test_one_table_is_read_however_a_spreadsheet_writes_it(content: bytes | str) -> None:
    assert read_csv(content) == (US,)


def test_columns_that_need_not_be_there_may_be_left_out() -> None:
    assert read_csv("path,target_weight\nRegion/US,1") == (bucket("Region/US", "1"),)
    assert read_csv(HEADER) == ()


def test_older_names_of_rules_are_understood() -> None:
    (found,) = read_csv('path,target_weight,rules\nRegion/US,1,"{""min_adv_usd"": 5000000}"')
    assert found.rules == BucketRules(min_adv_value=Decimal(5_000_000))


def test_all_faults_are_told_by_the_lines_they_begin_at() -> None:
    rows = (
        'Region/US,"two\nlines",x,,,\n'
        "Region/EM,EM,0,6,,,\n"
        ",EM,0.6,,,[]\n"
        'Region/A,A,0.6,,,"{""region"": []}"\n'
        'Region/B,B,0.6,,,"{""min_adv_value"": ""lots""}"\n'
        'Region/C,"C" c,0.6,,,\n'
    )
    assert refused(HEADER + rows) == [
        ("line 2, target_weight", "This must be a number such as 0.25 (for 25 %), at most 1e+15."),
        (
            "line 4",
            "The row has 7 cells and the header 6: quote cells that have the separator in them, and write 0,25 as 0.25 "
            "where it is a comma.",
        ),
        ("line 5, rules", "This must be a JSON object: {...}."),
        ("line 5, path", "A bucket needs a path, such as AssetClass/Equity."),
        (
            "line 6, rules",
            "A field is unknown here; there are include_tags, exclude_tags, allowed_types, regions, sectors, "
            "currencies, min_adv_value, min_adv_usd. Did you mean regions?",
        ),
        ("line 7, rules.min_adv_value", "This must be a number such as 0.25 (for 25 %), at most 1e+15."),
        ("line 8", 'A quote isn\'t closed, or not doubled within a quoted cell: write "say ""no"" here".'),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", [("line 1", "path and target_weight can't be left out.")]),
        ("path,label\nRegion/US,US", [("line 1", "target_weight can't be left out.")]),
        ("path,target_weight,path\n", [("line 1", "A column stands twice: keep one of the two.")]),
        ("path,target_weight,wieght\n", [("line 1", "max_weight, rules. Did you mean min_weight?")]),
        ('"path,target_weight', [("line 1", 'write "say ""no"" here".')]),
        (b"path,target_weight\n\xff", [("document", "Byte 20 isn't UTF-8: save it as UTF-8.")]),
    ],
)
def test_a_header_that_is_none_is_told_before_any_row(content: bytes | str, told: list[tuple[str, str]]) -> None:
    found = refused(content)
    assert [place for place, _ in found] == [place for place, _ in told]
    assert all(message.endswith(end) for (_, message), (_, end) in zip(found, told, strict=True))


@given(frameworks())
@settings(max_examples=40)
def test_buckets_that_are_written_and_read_again_are_the_same(ours: Framework) -> None:
    assert read_csv(csv_of(ours.buckets)) == ours.buckets


def test_ten_thousand_rows_are_read() -> None:
    content = HEADER + "".join(f'Region/{n},R,0.0001,,,"{{""regions"": [""US""]}}"\n' for n in range(10_000))
    assert len(read_csv(content)) == 10_000


def test_a_decimal_comma_between_commas_is_told_where_it_may_be() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_csv('path,target_weight\nRegion/US,"0,6"\n')
    (problem,) = refused.value.problems
    assert problem.field == "line 2, target_weight"
    assert problem.message.endswith(
        "Write it with a point, or separate the columns by semicolons: numbers may have commas then."
    )
    assert read_csv("path;target_weight\nRegion/US;0,6\n")[0].target_weight == Decimal("0.6")
