"""Reference data in YAML is read as it stands, every fault at once, and written so that it reads the same."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.adapters.reference.kinds import ASSETS, CASH, INDUSTRIES, Kind
from trimtab.adapters.reference.yaml_files import MOST_BYTES, load
from trimtab.domain.errors import ReferenceRefused
from trimtab.domain.factors.reference import ASSET_CLASSES, AssetProxy, CashProxy, IndustryProxy
from trimtab.domain.factors.reference_edits import key_of


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, kind: Kind, text: str) -> list[str]:
    with pytest.raises(ReferenceRefused) as refused:
        kind.load(written(folder, text))
    return [str(fault) for fault in refused.value.faults]


def test_a_proxy_is_a_ticker_or_its_fields(tmp_path: Path) -> None:
    text = """
    fixed_income:
      UST2Y: SHY
      UST10Y: {etf_ticker: IEF, priority: 20, description: "Ten years: in one ETF"}
    reit:
      us: {etf_ticker: VNQ, alternates: [IYR, SCHH]}
      old: {alternates: [RWR]}
    """
    assert ASSETS.load(written(tmp_path, text)) == (
        AssetProxy("bond", "UST10Y", "IEF", priority=20, description="Ten years: in one ETF"),
        AssetProxy("bond", "UST2Y", "SHY"),
        AssetProxy("real_estate", "old", "RWR", is_canonical=False),
        AssetProxy("real_estate", "us", "IYR", is_canonical=False),
        AssetProxy("real_estate", "us", "SCHH", is_canonical=False),
        AssetProxy("real_estate", "us", "VNQ"),
    )


def test_an_industry_is_a_ticker_or_its_fields(tmp_path: Path) -> None:
    text = "Technology: XLK\nReal Estate: {etf_ticker: VNQ, asset_class: reit, group: cyclical}\n"
    assert INDUSTRIES.load(written(tmp_path, text)) == (
        IndustryProxy("Real Estate", "VNQ", "real_estate", "cyclical"),
        IndustryProxy("Technology", "XLK"),
    )


def test_tickers_are_what_is_written_whatever_yaml_takes_them_for(tmp_path: Path) -> None:
    text = 'equity: {a: ON, b: NO, c: 0700, d: 1e5, e: 2024-01-01, f: "Y"}'
    assert [row.etf_ticker for row in ASSETS.load(written(tmp_path, text))] == [
        "ON", "NO", "0700", "1e5", "2024-01-01", "Y",
    ]  # fmt: skip
    assert CASH.load(written(tmp_path, "USD: BIL\nNOK: ON")) == (CashProxy("NOK", "ON"), CashProxy("USD", "BIL"))


def test_all_faults_are_told_with_line_and_place(tmp_path: Path) -> None:
    text = """bnd:
  UST2Y: SHY
bond:
  UST2Y: "$HY"
  UST2Y: IEF
  gold: {ticker: GLD, priority: -1}
  " x": {etf_ticker: A, description: "a  b", alternates: B}
  y: {etf_ticker: A, priority: many, alternates: [A, B]}
  z: {}
  w:
  v: {etf_ticker: A, priority: ~}
fixed_income: {gold: IAU}
cash: SPY
~: {}
"""
    shown = faults(tmp_path, ASSETS, text)
    classes = "there are equity, bond, cash, commodity, crypto, real_estate"
    fields = "there are etf_ticker, priority, description, alternates"
    a_ticker = (
        "A ticker has 1 to 32 letters, digits or any of . = ^ _ - and blanks within, and begins with a letter, a digit "
        "or ^."
    )
    a_priority = "A priority is a whole number from 0 to 1000000; the lowest comes first."
    row = "proxy_key: TICKER, or {etf_ticker, priority, description, alternates}"
    assert shown == [
        f"mine.yaml:2 bnd: There is no such asset class; {classes}. Did you mean bond?",
        f"mine.yaml:4 bond.UST2Y: {a_ticker}",
        "mine.yaml:5 bond.UST2Y: This key stands here twice.",
        f"mine.yaml:6 bond.gold.ticker: There is no such field; {fields}. Did you mean etf_ticker?",
        "mine.yaml:6 bond.gold: The field etf_ticker is missing.",
        f"mine.yaml:6 bond.gold.priority: {a_priority}",
        "mine.yaml:7 bond.x: A name has 1 to 80 characters that can be seen, and no blanks around it or in a row.",
        "mine.yaml:7 bond.x.alternates: Here belongs a list: [A, B].",
        "mine.yaml:7 bond.x.description: A description has at most 200 characters that can be seen, in one line.",
        "mine.yaml:8 bond.y: A ticker stands here twice.",
        f"mine.yaml:8 bond.y.priority: {a_priority}",
        f"mine.yaml:9 bond.z: Here belongs a mapping: {row}.",
        "mine.yaml:10 bond.w: Here belongs a single value.",
        "mine.yaml:11 bond.v.priority: Here belongs a single value.",
        "mine.yaml:12 fixed_income.gold: This key stands under another name of its asset class too.",
        f"mine.yaml:13 cash: Here belongs a mapping: {row}.",
        "mine.yaml:14: A key has to be a text.",
    ]


def test_faults_of_industries_and_cash_are_told_too(tmp_path: Path) -> None:
    text = "Tech: {asset_class: equty, group: ' a'}\nFinance: [XLF]\n"
    shown = faults(tmp_path, INDUSTRIES, text)
    assert [each.partition(": ")[0] for each in shown] == [
        "mine.yaml:1 Tech",
        "mine.yaml:1 Tech.asset_class",
        "mine.yaml:1 Tech.group",
        "mine.yaml:2 Finance",
    ]
    assert "Did you mean equity?" in shown[1]
    assert faults(tmp_path, CASH, "usd: BIL\nEUR: {a: b}\n") == [
        "mine.yaml:1 usd: A currency is three capital letters, such as USD.",
        "mine.yaml:2 EUR: Here belongs a single value.",
    ]


def test_every_industry_whose_etf_stands_for_another_is_a_fault(tmp_path: Path) -> None:
    text = """Technology: XLK
Energy: XLE
Software: {etf_ticker: XLK, group: sensitive}
"Oil ": XLE
Hardware: XLK
A: "$"
B: "$"
"""
    said = "already, and an ETF stands for one industry; name another."
    assert [fault for fault in faults(tmp_path, INDUSTRIES, text) if said in fault] == [
        f"mine.yaml:3 Software: Its ETF stands for Technology {said}",
        f"mine.yaml:4 Oil: Its ETF stands for Energy {said}",
        f"mine.yaml:5 Hardware: Its ETF stands for Technology {said}",
        f"mine.yaml:7 B: Its ETF stands for A {said}",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "mine.yaml: The file is empty."),
        ("# nothing\n", "mine.yaml: The file is empty."),
        ("USD: BIL\nEUR: [", r"mine.yaml:\d: This isn't YAML: .+\."),
        ("USD: BIL\n---\nEUR: XEON\n", "mine.yaml:2: This isn't YAML: but found another document."),
        ("a: \x01", r"mine.yaml: The file isn't YAML that can be read\."),
        ("[" * 3000, r"mine.yaml: The file isn't YAML that can be read\."),
        ("USD: *bil\n", r"mine.yaml:1: This isn't YAML: found undefined alias 'bil'\."),
        ("- USD\n", "mine.yaml:1: Here belongs a mapping: CURRENCY: TICKER."),
        ("{}\n", "mine.yaml:1: Here belongs a mapping: CURRENCY: TICKER."),
        ("? [USD]\n: BIL\n", "mine.yaml:1: A key has to be a text."),
        ("<<: {USD: BIL}\n", "mine.yaml:1 <<: A currency is three capital letters"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_line(tmp_path: Path, text: str, told: str) -> None:
    assert re.match(told, faults(tmp_path, CASH, text)[0])


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path, told in (
        (tmp_path / "none.yaml", "The file can't be read: No such file or directory."),
        (tmp_path, "The file can't be read: Is a directory."),
    ):
        with pytest.raises(ReferenceRefused, match=re.escape(told)):
            CASH.load(path)
    (tmp_path / "latin.yaml").write_bytes("USD: BIL # d\xe9j\xe0".encode("latin-1"))
    with pytest.raises(ReferenceRefused, match="isn't UTF-8 text"):
        CASH.load(tmp_path / "latin.yaml")
    large = written(tmp_path, "#" * (MOST_BYTES + 1))
    with pytest.raises(ReferenceRefused, match="larger than 1,000,000 bytes"):
        CASH.load(large)


def test_yaml_makes_no_objects(tmp_path: Path) -> None:
    shown = faults(tmp_path, CASH, "USD: !!python/object/apply:os.system [id]\n")
    assert shown == ["mine.yaml:1 USD: Here belongs a single value."]


def test_written_files_read_well(tmp_path: Path) -> None:
    rows = (
        AssetProxy("bond", "UST2Y", "SHY", priority=10, description="Short"),
        AssetProxy("bond", "UST2Y", "VGSH", is_canonical=False),
        AssetProxy("commodity", "gold", "IAU", is_canonical=False),
        AssetProxy("equity", "norway", "NO"),
    )
    assert ASSETS.text(rows) == (
        "bond:\n"
        "  UST2Y:\n"
        "    etf_ticker: SHY\n"
        "    priority: 10\n"
        "    description: Short\n"
        "    alternates: [VGSH]\n"
        "commodity:\n"
        "  gold:\n"
        "    alternates: [IAU]\n"
        "equity:\n"
        "  norway: {etf_ticker: 'NO', priority: 100}\n"
    )
    assert ASSETS.load(written(tmp_path, ASSETS.text(rows))) == rows
    industries = (IndustryProxy("Energy", "XLE", "equity", "sensitive"), IndustryProxy("Land", "VNQ", "real_estate"))
    assert INDUSTRIES.text(industries) == (
        "Energy: {etf_ticker: XLE, asset_class: equity, group: sensitive}\n"
        "Land: {etf_ticker: VNQ, asset_class: real_estate}\n"
    )
    assert INDUSTRIES.load(written(tmp_path, INDUSTRIES.text(industries))) == industries
    assert CASH.text([CashProxy("USD", "BIL"), CashProxy("EUR", "XEON")]) == "EUR: XEON\nUSD: BIL\n"


names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=12)
tickers = st.from_regex(r"[A-Za-z0-9^][A-Za-z0-9.=^_-]{0,8}", fullmatch=True)


@given(
    st.lists(st.builds(CashProxy, st.from_regex(r"[A-Z]{3}", fullmatch=True), tickers), min_size=1, unique_by=key_of)
)
def test_any_cash_reads_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, rows: list[CashProxy]) -> None:
    path = tmp_path_factory.getbasetemp() / "any_cash.yaml"
    path.write_text(CASH.text(rows), encoding="utf-8")
    assert load(path, CASH.read) == tuple(sorted(rows))


@given(
    st.lists(
        st.builds(
            AssetProxy,
            st.sampled_from(ASSET_CLASSES),
            st.sampled_from(["gold", "null", "1", "on", "a b"]),
            tickers,
            priority=st.integers(0, 1_000_000),
            description=st.sampled_from(["", "plain", "a: b # c", "'quoted'", "yes", "[x]", "\u00fc"]),
        ),
        min_size=1,
        unique_by=lambda row: (row.asset_class, row.proxy_key),
    )
)
def test_any_proxies_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[AssetProxy]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any_proxies.yaml"
    path.write_text(ASSETS.text(rows), encoding="utf-8")
    assert load(path, ASSETS.read) == tuple(sorted(rows))
