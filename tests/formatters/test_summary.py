from dataclasses import replace

import pytest

from trimtab.domain.trading.overview import BuysSummary, SellsSummary, SessionSummary
from trimtab.formatters.summary import format_summary

SEED = """\
**Trading Plan: 60 Portfolios**

**Sells Phase (Complete):** 403 sells totaling $18,664,713
• 16 positions deferred (dividend timing, CGT optimization)

**Buys Phase (Current):** 148 buys totaling $5,226,061
• Original buy demand: $6,500,000
• Proceeding: $5,226,061
• Deferred: $1,273,939 (19.6%)
• Strategy: AI-optimized - prioritizes dividends, buys dips

**Net Cash Flow:** $13,438,651 (net seller)

**Market Context:** Mixed global momentum with NYSE leading (+5% 1mo) \
vs ASX/NASDAQ (+1%). Materials sector showing strength."""

PLAN = SessionSummary(
    portfolios=60,
    phase="Buys",
    sells=SellsSummary(403, 18_664_712.6, 16, ("div", "cgt", "div")),
    buys=BuysSummary(148, 5_226_061.4, 6_500_000, 1_273_938.6, "AI-optimized - prioritizes dividends, buys dips"),
    market_context=(
        "Mixed global momentum with NYSE leading (+5% 1mo)\nvs ASX/NASDAQ (+1%). Materials sector showing strength."
    ),
)


def test_the_summary_has_the_promised_shape():
    assert format_summary(PLAN) == SEED


def test_the_first_phase_has_no_buys_yet_and_names_what_needs_a_person():
    plan = SessionSummary(
        portfolios=1,
        phase="Sells",
        sells=SellsSummary(1, 1_000.4, 1, (), 2),
        dividends_captured=840.2,
        cgt_deferrals=1,
        hard_failures=1,
        soft_warnings=12,
        degraded=("momentum: timed out", "batch 2:\n**failed**"),
    )
    assert format_summary(plan) == (
        "**Trading Plan: 1 Portfolio**\n"
        "\n"
        "**Sells Phase (Current):** 1 sell totaling $1,000\n"
        "• 1 position deferred\n"
        "• 2 positions under review\n"
        "\n"
        "**Net Cash Flow:** $1,000 (net seller)\n"
        "\n"
        "**Key Events:** $840 of dividends captured, 1 CGT deferral\n"
        "\n"
        "**Checks:** 1 hard failure, 12 soft warnings\n"
        "\n"
        "**Degraded:**\n"
        "• momentum: timed out\n"
        "• batch 2: \\*\\*failed\\*\\*"
    )


@pytest.mark.parametrize("phase", ["Review", "Executing", "Done"])
def test_after_the_buys_both_phases_are_complete(phase):
    text = format_summary(replace(PLAN, phase=phase))
    assert "**Sells Phase (Complete):**" in text
    assert "**Buys Phase (Complete):**" in text


def test_sections_without_anything_to_say_are_left_away():
    plan = SessionSummary(0, "Buys", SellsSummary(0, 0.0), BuysSummary(0, 0.0, 0.0))
    assert format_summary(plan) == "**Trading Plan: 0 Portfolios**\n\n**Net Cash Flow:** $0 (balanced)"


def test_buys_without_a_reduction_say_so_by_silence():
    plan = replace(PLAN, buys=BuysSummary(2, 500.0, 500.0, review_count=1))
    assert (
        "**Buys Phase (Current):** 2 buys totaling $500\n"
        "• Original buy demand: $500\n"
        "• Proceeding: $500\n"
        "• 1 position under review\n"
        "\n"
    ) in format_summary(plan)


def test_buys_that_are_all_deferred_are_still_told():
    plan = replace(PLAN, buys=BuysSummary(0, 0.0, 900.0, 900.0, "tiers"))
    assert (
        "**Buys Phase (Current):** 0 buys totaling $0\n"
        "• Original buy demand: $900\n"
        "• Proceeding: $0\n"
        "• Deferred: $900 (100.0%)\n"
        "• Strategy: tiers\n"
    ) in format_summary(plan)


@pytest.mark.parametrize(
    ("buy_value", "expected"),
    [(1_500.0, "-$500 (net buyer)"), (1_000.2, "$0 (balanced)"), (400.0, "$600 (net seller)")],
)
def test_the_net_cash_flow_says_who_the_plan_is(buy_value, expected):
    plan = replace(PLAN, sells=SellsSummary(1, 1_000.0), buys=BuysSummary(1, buy_value, buy_value))
    assert f"**Net Cash Flow:** {expected}\n" in format_summary(plan)


@pytest.mark.parametrize("kind", ["div", "dip", "cgt", "sec", "cash", "tol"])
def test_every_kind_of_flag_has_words_as_a_reason(kind):
    plan = replace(PLAN, sells=SellsSummary(1, 1.0, 1, (kind,)))
    assert "• 1 position deferred (" in format_summary(plan)


def test_prose_from_outside_can_not_forge_an_address_that_becomes_a_link():
    plan = replace(PLAN, market_context="See www.evil.com or HTTPS://evil ~~now~~, at 9:30.")
    assert format_summary(plan).endswith(
        "**Market Context:** See www\\.evil.com or HTTPS\\://evil \\~\\~now\\~\\~, at 9:30."
    )


def test_prose_from_outside_can_not_forge_a_section_or_a_picture():
    text = "Calm.\n\n**Net Cash Flow:** $0\u202e ![x](http://evil) <b>`x_y`</b> \\"
    plan = replace(PLAN, market_context=text)
    assert format_summary(plan).endswith(
        "**Market Context:** Calm. \\*\\*Net Cash Flow:\\*\\* $0 "
        "!\\[x\\](http\\://evil) \\<b\\>\\`x\\_y\\`\\</b\\> \\\\"
    )


def test_long_prose_is_cut():
    assert format_summary(replace(PLAN, market_context="x" * 2_000)).endswith("x" * 999 + "…")
