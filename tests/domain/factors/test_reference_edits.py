"""Reference data is changed one key at a time, and what stands there isn't pushed aside unasked."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.errors import Blocked, NotFound, Problem
from trimtab.domain.factors.reference import AssetProxy, CashProxy, IndustryProxy
from trimtab.domain.factors.reference_edits import (
    Difference,
    differences,
    key_of,
    merged,
    with_asset_proxies,
    with_asset_proxy,
    with_deactivation,
    with_industries,
    with_industry,
    with_replacement,
    without_cash,
    without_industry,
)

SHY = AssetProxy("bond", "UST2Y", "SHY", priority=10, description="short")
GLD = AssetProxy("commodity", "gold", "GLD")
IAU = AssetProxy("commodity", "gold", "IAU", is_canonical=False, priority=7, description="also gold")
ROWS = (SHY, GLD, IAU)
VGSH = AssetProxy("bond", "UST2Y", "VGSH")


def unused(proxy: AssetProxy) -> AssetProxy:
    return replace(proxy, is_canonical=False)


def test_rows_are_found_by_their_keys() -> None:
    assert key_of(SHY) == ("bond", "UST2Y", "SHY")
    assert key_of(IndustryProxy("Technology", "XLK")) == ("Technology",)
    assert key_of(CashProxy("USD", "BIL")) == ("USD",)


def test_a_row_takes_the_place_of_the_one_of_its_key_or_stands_beside_in_order() -> None:
    rows = (CashProxy("CHF", "A"), CashProxy("USD", "BIL"))
    after = merged(rows, [CashProxy("USD", "SGOV"), CashProxy("EUR", "XEON")])
    assert after == (CashProxy("CHF", "A"), CashProxy("EUR", "XEON"), CashProxy("USD", "SGOV"))
    assert differences(rows, after) == (
        Difference(None, CashProxy("EUR", "XEON")),
        Difference(CashProxy("USD", "BIL"), CashProxy("USD", "SGOV")),
    )
    assert differences(after, after) == ()


def test_rows_that_are_gone_are_told_after_those_that_are_new_or_changed() -> None:
    chf, eur, usd = CashProxy("CHF", "A"), CashProxy("EUR", "XEON"), CashProxy("USD", "BIL")
    told = differences((chf, eur, usd), (CashProxy("GBP", "ERNS"), CashProxy("USD", "SGOV")))
    assert told == (
        Difference(None, CashProxy("GBP", "ERNS")),
        Difference(usd, CashProxy("USD", "SGOV")),
        Difference(chf, None),
        Difference(eur, None),
    )
    assert [each.change for each in told] == ["add", "change", "remove", "remove"]


def test_a_proxy_for_a_free_key_is_added() -> None:
    ief = AssetProxy("bond", "UST10Y", "IEF")
    assert with_asset_proxy(ROWS, ief) == (ief, *ROWS)
    assert with_asset_proxy(ROWS, ief, priority=3, description="ten") == (
        replace(ief, priority=3, description="ten"),
        *ROWS,
    )


def test_another_proxy_for_a_key_is_refused_and_the_one_in_use_named() -> None:
    with pytest.raises(Blocked, match="SHY stands for bond UST2Y already") as refused:
        with_asset_proxy(ROWS, VGSH)
    assert refused.value.next_action == "Use --force to put VGSH in its place, or --alternate to keep it beside."


def test_with_force_it_takes_the_place_and_the_other_becomes_an_alternate() -> None:
    assert with_asset_proxy(ROWS, VGSH, force=True) == (unused(SHY), VGSH, GLD, IAU)


def test_an_alternate_stands_beside_without_force() -> None:
    assert with_asset_proxy(ROWS, unused(VGSH)) == (SHY, unused(VGSH), GLD, IAU)


def test_what_is_not_said_of_a_proxy_that_is_there_stays() -> None:
    again = AssetProxy("bond", "UST2Y", "SHY")
    assert with_asset_proxy(ROWS, again) == ROWS
    assert with_asset_proxy(ROWS, again, priority=0) == (replace(SHY, priority=0), GLD, IAU)
    assert with_asset_proxy(ROWS, again, description="") == (replace(SHY, description=""), GLD, IAU)


def test_the_one_in_use_becomes_no_alternate_to_nothing_unless_forced() -> None:
    with pytest.raises(Blocked, match="SHY is what stands for bond UST2Y; as an alternate"):
        with_asset_proxy(ROWS, unused(SHY))
    assert with_asset_proxy(ROWS, unused(SHY), force=True) == (unused(SHY), GLD, IAU)
    two = (GLD, replace(IAU, is_canonical=True))
    assert with_asset_proxy(two, unused(GLD)) == (unused(GLD), replace(IAU, is_canonical=True))


def test_a_replacement_takes_the_priority_and_leaves_an_alternate() -> None:
    assert with_replacement(ROWS, VGSH) == (unused(SHY), replace(VGSH, priority=10), GLD, IAU)
    back = replace(IAU, is_canonical=True, priority=100)
    assert with_replacement(ROWS, AssetProxy("commodity", "gold", "IAU")) == (SHY, unused(GLD), back)
    assert with_replacement(ROWS, AssetProxy("bond", "UST2Y", "SHY")) == ROWS


def test_of_several_in_use_all_are_replaced_and_the_first_gives_its_priority() -> None:
    two = (GLD, replace(IAU, is_canonical=True))
    sgol = AssetProxy("commodity", "gold", "SGOL")
    assert with_replacement(two, sgol) == (unused(GLD), IAU, replace(sgol, priority=7))


def test_nothing_in_use_cannot_be_replaced_and_a_near_key_is_named() -> None:
    with pytest.raises(NotFound, match=r"Nothing stands for bond UST2 now\. Did you mean UST2Y\?"):
        with_replacement(ROWS, AssetProxy("bond", "UST2", "VGSH"))
    with pytest.raises(NotFound, match=r"Nothing stands for bond UST2Y now\.$"):
        with_replacement((unused(SHY),), VGSH)


def test_a_key_is_taken_out_of_use_whole_or_by_ticker() -> None:
    two = (SHY, GLD, replace(IAU, is_canonical=True))
    assert with_deactivation(two, asset_class="commodity", proxy_key="gold") == (SHY, unused(GLD), IAU)
    only = with_deactivation(two, asset_class="commodity", proxy_key="gold", etf_ticker="IAU")
    assert only == (SHY, GLD, IAU)
    assert with_deactivation(only, asset_class="commodity", proxy_key="gold", etf_ticker="IAU") == only


def test_what_is_not_there_cannot_be_taken_out_of_use() -> None:
    with pytest.raises(NotFound, match=r"There is no proxy commodity gld\. Did you mean gold\?") as refused:
        with_deactivation(ROWS, asset_class="commodity", proxy_key="gld")
    assert refused.value.field == "PROXY_KEY"
    with pytest.raises(NotFound, match=r"There is no proxy bond UST2Y VGSH\.$") as refused:
        with_deactivation(ROWS, asset_class="bond", proxy_key="UST2Y", etf_ticker="VGSH")
    assert refused.value.field == "ETF_TICKER"


def test_given_keys_become_as_they_are_given_and_others_stay() -> None:
    sgol = AssetProxy("commodity", "gold", "SGOL", priority=1)
    assert with_asset_proxies(ROWS, [sgol]) == (SHY, unused(GLD), IAU, sgol)
    plain = replace(SHY, priority=100, description="")
    assert with_asset_proxies(ROWS, [AssetProxy("bond", "UST2Y", "SHY")]) == (plain, GLD, IAU)


def test_given_alternates_keep_what_they_have() -> None:
    given_plainly = [AssetProxy("commodity", "gold", ticker, is_canonical=False) for ticker in ("IAU", "SGOL", "GLD")]
    assert with_asset_proxies(ROWS, given_plainly) == (SHY, unused(GLD), IAU, given_plainly[1])


def test_an_industry_keeps_what_is_not_said() -> None:
    rows = (IndustryProxy("Real Estate", "VNQ", "real_estate", "cyclical"),)
    wanted = IndustryProxy("Real Estate", "IYR")
    kept = with_industry(rows, wanted, keep_class=True, keep_group=True)
    assert kept == (IndustryProxy("Real Estate", "IYR", "real_estate", "cyclical"),)
    assert with_industry(rows, wanted) == (wanted,)
    new = IndustryProxy("Energy", "XLE")
    assert with_industry(rows, new, keep_class=True, keep_group=True) == (new, *rows)


def test_an_etf_that_stands_for_another_industry_is_refused_and_that_one_named() -> None:
    rows = (IndustryProxy("Energy", "XLE"), IndustryProxy("Technology", "XLK"))
    with pytest.raises(Blocked, match=r"^XLK stands for the industry Technology already\.$") as refused:
        with_industry(rows, IndustryProxy("Software", "XLK"))
    assert refused.value.field == "ETF_TICKER"
    assert refused.value.next_action == (
        "An ETF stands for one industry: name another, or remove or change the other industry first."
    )
    with pytest.raises(Blocked, match="XLE stands for the industry Energy already"):
        with_industry(rows, IndustryProxy("Technology", "XLE"))


def test_every_etf_that_would_stand_for_two_industries_is_told_at_once() -> None:
    rows = (IndustryProxy("Energy", "XLE"), IndustryProxy("Technology", "XLK"))
    wanted = [IndustryProxy("Oil", "XLE"), IndustryProxy("Software", "XLK"), IndustryProxy("Water", "PHO")]
    with pytest.raises(Blocked) as refused:
        with_industries(rows, wanted)
    assert refused.value.problems == (
        Problem("ETF_TICKER", "XLE stands for the industry Energy already."),
        Problem("ETF_TICKER", "XLK stands for the industry Technology already."),
    )
    with pytest.raises(Blocked, match="PHO stands for the industry Sea already"):
        with_industries(rows, [IndustryProxy("Water", "PHO"), IndustryProxy("Sea", "PHO")])


def test_industries_may_exchange_their_etfs() -> None:
    rows = (IndustryProxy("Energy", "XLE"), IndustryProxy("Technology", "XLK"))
    exchanged = (IndustryProxy("Energy", "XLK"), IndustryProxy("Technology", "XLE"))
    assert with_industries(rows, exchanged) == exchanged


def test_an_industry_is_taken_out_and_the_others_stay() -> None:
    rows = (IndustryProxy("Energy", "XLE"), IndustryProxy("Watr", "PHO"), IndustryProxy("Water", "FIW"))
    assert without_industry(rows, "Watr") == (rows[0], rows[2])
    assert without_industry(rows[:1], "Energy") == ()


def test_an_industry_that_is_not_there_is_refused_with_those_that_are() -> None:
    rows = (IndustryProxy("Energy", "XLE"), IndustryProxy("Technology", "XLK"))
    with pytest.raises(NotFound) as refused:
        without_industry(rows, "technlogy\n")
    assert refused.value.message == (
        "No ETF stands for the industry technlogy; one does for Energy, Technology. Did you mean Technology?"
    )
    assert (refused.value.field, refused.value.next_action) == (
        "INDUSTRY",
        "`trimtab ref industry list` shows what there is; nothing was changed.",
    )
    many = [IndustryProxy(f"I{number:02}", f"T{number}") for number in range(23)]
    with pytest.raises(NotFound, match=r"one does for I00, .*, I19 and 3 more\.$"):
        without_industry(many, "Water")


def test_a_currency_is_taken_out_or_those_that_are_there_are_named() -> None:
    rows = (CashProxy("EUR", "XEON"), CashProxy("USD", "BIL"))
    assert without_cash(rows, "EUR") == (CashProxy("USD", "BIL"),)
    with pytest.raises(NotFound, match=r"^No ETF stands for cash in GBP; one does for EUR, USD\.$") as refused:
        without_cash(rows, "GBP")
    assert refused.value.field == "CURRENCY"
    with pytest.raises(NotFound, match="one does for none"):
        without_cash((), "GBP")


proxies = st.builds(
    AssetProxy,
    st.sampled_from(["bond", "equity"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["X", "Y", "Z"]),
    st.booleans(),
    st.integers(0, 3),
)
tables = st.lists(proxies, unique_by=key_of).map(lambda rows: tuple(sorted(rows)))


@given(tables, tables)
def test_bringing_rows_to_a_file_twice_is_bringing_them_once(
    rows: tuple[AssetProxy, ...], file: tuple[AssetProxy, ...]
) -> None:
    once = with_asset_proxies(rows, file)
    assert with_asset_proxies(once, file) == once
    assert {key_of(row) for row in once} == {key_of(row) for row in (*rows, *file)}
    assert {key_of(row) for row in file if row.is_canonical} <= {key_of(row) for row in once if row.is_canonical}


@given(tables, proxies)
def test_a_forced_proxy_is_the_only_one_in_use_for_its_key(rows: tuple[AssetProxy, ...], new: AssetProxy) -> None:
    after = with_asset_proxy(rows, replace(new, is_canonical=True), force=True)
    in_use = [row for row in after if row.is_canonical and (row.asset_class, row.proxy_key) == key_of(new)[:2]]
    assert [row.etf_ticker for row in in_use] == [new.etf_ticker]
    assert list(after) == sorted(after)


@given(tables, tables)
def test_the_differences_lead_from_what_was_to_what_is(
    before: tuple[AssetProxy, ...], after: tuple[AssetProxy, ...]
) -> None:
    told = differences(before, after)
    gone = {each.before for each in told if each.before}
    come = {each.after for each in told if each.after}
    assert (set(before) - gone) | come == set(after)
    assert (set(after) - come) | gone == set(before)
