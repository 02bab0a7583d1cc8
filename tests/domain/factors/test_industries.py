import pytest

from tests.domain.factors.panels import NONE, make_panel
from trimtab.domain.factors.industries import industry_columns
from trimtab.domain.factors.universe import Entry


def industry(ticker: str, name: str = "", sub: str = "", group: str = "") -> Entry:
    return Entry("industry", ticker, asset_class="equity", industry=name, subindustry=sub, sector_group=group)


ENTRIES = [
    industry("SEMI", "Technology", "Semiconductors", "growth"),
    industry("SOFT", "Technology", "Software", "growth"),
    industry("UTIL", "Utilities", group="defensive"),
    industry("OIL", "Energy"),
    industry("MISC"),
    industry("GONE", "Tobacco", group="defensive"),
]
PANEL = make_panel(
    {"SEMI": [0.10, NONE], "SOFT": [0.20, 0.4], "UTIL": [0.1, 0.1], "OIL": [0.3, 0.3], "MISC": [0.5, 0.5]}
)


@pytest.mark.parametrize(
    ("granularity", "members"),
    [
        (
            "group",
            {"Energy": ("OIL",), "MISC": ("MISC",), "defensive": ("UTIL",), "growth": ("SEMI", "SOFT")},
        ),
        ("industry", {"Energy": ("OIL",), "MISC": ("MISC",), "Technology": ("SEMI", "SOFT"), "Utilities": ("UTIL",)}),
        (
            "subindustry",
            {
                "Energy": ("OIL",),
                "MISC": ("MISC",),
                "Semiconductors": ("SEMI",),
                "Software": ("SOFT",),
                "Utilities": ("UTIL",),
            },
        ),
    ],
)
def test_an_etf_stands_at_the_level_or_at_the_nearest_that_it_has(granularity, members):
    columns = industry_columns(ENTRIES, PANEL, granularity=granularity)
    assert columns.members == members
    assert columns.labels == tuple(members)


def test_a_column_is_the_mean_of_the_members_that_have_a_return():
    columns = industry_columns(ENTRIES, PANEL, granularity="group")
    assert columns.values[:, columns.labels.index("growth")] == pytest.approx([0.15, 0.4])


def test_without_entries_there_are_no_columns():
    columns = industry_columns([], PANEL, granularity="group")
    assert (columns.labels, columns.values.shape) == ((), (2, 0))


@pytest.mark.parametrize(
    ("entries", "granularity", "labels"),
    [
        ([industry("A", "Tech", group="growth"), industry("B", "growth")], "group", ["growth", "growth (industry)"]),
        ([industry("A", "Tech", "Chips"), industry("B", "Chips")], "subindustry", ["Chips", "Chips (industry)"]),
        ([industry("A", "Tech"), industry("TECH")], "industry", ["Tech", "TECH"]),
        ([industry("A", "B"), industry("B")], "industry", ["B", "B (ticker)"]),
        ([industry("A", "B"), industry("B")], "group", ["B", "B (ticker)"]),
        ([industry("A", "Tech", group="B"), industry("B")], "group", ["B", "B (ticker)"]),
        ([industry("A", "B", group="growth"), industry("B")], "group", ["growth", "B"]),
        ([industry("A", "growth"), industry("B", "growth")], "group", ["growth", "growth"]),
    ],
)
def test_a_name_of_one_kind_never_joins_the_same_name_of_another(entries, granularity, labels):
    panel = make_panel({entry.ticker: [0.1, 0.2] for entry in entries})
    columns = industry_columns(entries, panel, granularity=granularity)
    assert {ticker: label for label, tickers in columns.members.items() for ticker in tickers} == dict(
        zip((entry.ticker for entry in entries), labels, strict=True)
    )
