from collections import Counter
from collections.abc import Sequence

import pytest

from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.recommendation import PortfolioException, Recommendation
from trimtab.domain.trading.repair import (
    CALLER,
    MODEL,
    PERSON,
    BlockedLine,
    LineVerdict,
    Manners,
    OpenLine,
    Resolution,
    Side,
    resolve,
)

DIV, SECTOR = "div:8d/$2.40", "sec:Materials"
KNOWN = frozenset({"CBA", "BHP", "WBC"})


def line(account: str, *flags: str, symbol: str = "CBA", side: Side = "sell", planned: float = 1_000.0) -> OpenLine:
    return OpenLine(
        row=0,
        account_number=account,
        symbol=symbol,
        side=side,
        planned_value=planned,
        amounts=(200.0, planned),
        curing_pct=20.0,
        tradable_pct=25.0,
        flags=flags,
    )


FLAGGED, PLAIN = line("P1", DIV, SECTOR), line("P2", SECTOR)


def resolved(
    *recommendations: Recommendation,
    lines: Sequence[OpenLine] = (FLAGGED, PLAIN),
    manners: Manners = CALLER,
    blocked_by: dict[str, dict[str, str]] | None = None,
) -> Resolution:
    return resolve(
        recommendations,
        lines,
        source="assistant",
        known_symbols=KNOWN,
        blocked_by=blocked_by or {},
        manners=manners,
    )


def cba(action: str, **more) -> Recommendation:
    return Recommendation.model_validate({"symbol": "CBA", "action": action, **more})


def exception(account: str, action: str, **more) -> PortfolioException:
    return PortfolioException.model_validate({"account_number": account, "action": action, **more})


def verdicts(found: Resolution) -> dict[str, tuple[Verdict, float]]:
    return {v.account_number: (v.verdict, v.proceed_pct) for v in found.verdicts}


def test_a_deferral_holds_only_where_a_flag_speaks_for_it():
    found = resolved(cba("defer", reason="Wait for the dividend"))
    assert verdicts(found) == {"P1": (Verdict.DEFER, 0), "P2": (Verdict.PROCEED, 100)}
    assert found.verdicts[0] == LineVerdict(
        account_number="P1",
        symbol="CBA",
        side="sell",
        verdict=Verdict.DEFER,
        proceed_pct=0.0,
        reason="Wait for the dividend",
        flags=(DIV,),
        source="assistant",
    )
    assert found.verdicts[1].note == "no_flag"
    assert found.removed == Counter({"no_flag": 1})
    assert found.problems == ()


@pytest.mark.parametrize("cited", [("div",), (DIV,), ("dividend_approaching",), None])
def test_a_flag_is_cited_by_kind_in_full_or_by_its_long_name(cited: tuple[str, ...] | None) -> None:
    found = resolved(cba("defer", flags=cited), lines=[FLAGGED])
    assert (verdicts(found), found.verdicts[0].flags) == ({"P1": (Verdict.DEFER, 0)}, (DIV,))
    assert found.unsupported == {}


@pytest.mark.parametrize(
    ("cited", "unsupported"),
    [
        (("dip",), ("dip",)),
        (("div:9d/$2.40",), ("div:9d/$2.40",)),
        (("momentum",), ("momentum",)),
        (("sec",), ()),  # in the data, but no reason to wait
        (("tolerance_concern",), ()),  # ours to set, never evidence
        ((), ()),
    ],
)
def test_what_is_cited_and_not_there_is_removed_and_the_line_proceeds(cited, unsupported):
    found = resolved(cba("defer", flags=cited), lines=[FLAGGED])
    assert verdicts(found) == {"P1": (Verdict.PROCEED, 100)}
    assert found.unsupported == ({"CBA": unsupported} if unsupported else {})
    assert found.removed["unsupported_flag"] == len(unsupported)
    assert found.removed["no_flag"] == 1


def test_on_buys_only_the_cash_is_a_reason_to_wait():
    lines = [line("P1", DIV, "cash", side="buy"), line("P2", DIV, side="buy")]
    found = resolved(cba("defer"), lines=lines)
    assert verdicts(found) == {"P1": (Verdict.DEFER, 0), "P2": (Verdict.PROCEED, 100)}
    assert found.verdicts[0].flags == ("cash",)


def test_review_needs_no_flag():
    assert verdicts(resolved(cba("review"), lines=[PLAIN])) == {"P2": (Verdict.REVIEW, 0)}


@pytest.mark.parametrize("percent", [1, 40.5, 99])
def test_a_partial_has_its_percent(percent: float) -> None:
    assert verdicts(resolved(cba("partial", proceed_percent=percent), lines=[FLAGGED])) == {
        "P1": (Verdict.PARTIAL, percent)
    }


@pytest.mark.parametrize("percent", [None, 0, 0.5, 99.5, 100])
def test_a_partial_without_a_usable_percent_is_a_callers_problem_and_a_models_curing_percent(
    percent: float | None,
) -> None:
    given = cba("partial", proceed_percent=percent)
    refused = resolved(given, lines=[FLAGGED])
    assert refused.verdicts == ()
    assert [problem.field for problem in refused.problems] == ["recommendations[0].proceed_percent"]
    repaired = resolved(given, lines=[FLAGGED], manners=MODEL)
    assert verdicts(repaired) == {"P1": (Verdict.PARTIAL, 20)}
    assert (repaired.verdicts[0].note, repaired.problems) == ("curing_percent", ())
    assert repaired.removed == Counter({"percent_out_of_range": 1})


@pytest.mark.parametrize(("curing", "verdict"), [(0.0, Verdict.DEFER), (100.0, Verdict.PROCEED)])
def test_a_curing_percent_of_all_or_nothing_is_no_partial(curing: float, verdict: Verdict) -> None:
    whole = OpenLine(0, "P1", "CBA", "sell", 1_000.0, (0.0, 1_000.0), curing, curing, (DIV,))
    assert verdicts(resolved(cba("partial"), lines=[whole], manners=MODEL)) == {"P1": (verdict, curing)}


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(250.0, (Verdict.PARTIAL, 25.0)), (1_000.0, (Verdict.PROCEED, 100.0)), (1_000.004, (Verdict.PROCEED, 100.0))],
)
def test_a_persons_amount_is_its_share_of_the_planned_money(amount: float, expected: tuple[Verdict, float]) -> None:
    given = cba("proceed", exceptions=[exception("P1", "partial", amount=amount, reason="asked for it")])
    assert verdicts(resolved(given, manners=PERSON))["P1"] == expected


@pytest.mark.parametrize(("side", "rule"), [("sell", "oversell"), ("buy", "over_planned_amount")])
def test_an_amount_over_the_plan_is_refused(side: Side, rule: str) -> None:
    given = cba("proceed", exceptions=[exception("P1", "partial", amount=1_000.01, reason="all")])
    found = resolved(given, lines=[line("P1", side=side)], manners=PERSON)
    [problem] = found.problems
    assert (problem.field, problem.code) == ("recommendations[0].exceptions[0].amount", rule)
    assert problem.message == "the amount has to be from 200.00 (min_amount) to 1,000.00 (max_amount)"


def test_an_exception_stands_for_its_portfolio():
    given = cba("proceed", reason="all", exceptions=[exception("P1", "partial", proceed_percent=30, flags=("div",))])
    found = resolved(given)
    assert verdicts(found) == {"P1": (Verdict.PARTIAL, 30), "P2": (Verdict.PROCEED, 100)}
    assert found.verdicts[0].reason == "all"


@pytest.mark.parametrize(("said", "reason"), [(None, ""), (" ", ""), ("Its own.", "Its own.")])
def test_a_models_words_on_an_instrument_are_no_reason_for_another_action(said: str | None, reason: str) -> None:
    given = cba("proceed", reason="Sell it all.", exceptions=[exception("P1", "defer", flags=("div",), reason=said)])
    found = resolved(given, manners=MODEL)
    assert [each.reason for each in found.verdicts] == [reason, "Sell it all."]


def test_a_flag_cited_for_a_portfolio_must_be_that_lines():
    found = resolved(cba("proceed", exceptions=[exception("P2", "defer", flags=("div",))]))
    assert verdicts(found)["P2"] == (Verdict.PROCEED, 100)
    assert found.unsupported == {"CBA": ("div",)}


def test_a_person_may_wait_without_a_flag_but_says_why():
    assert verdicts(resolved(cba("defer", reason="client asked"), lines=[PLAIN], manners=PERSON)) == {
        "P2": (Verdict.DEFER, 0)
    }
    assert verdicts(resolved(cba("defer"), lines=[FLAGGED], manners=PERSON)) == {"P1": (Verdict.DEFER, 0)}
    silent = resolved(cba("defer", reason="  "), lines=[PLAIN], manners=PERSON)
    assert (silent.verdicts, [p.field for p in silent.problems]) == ((), ["recommendations[0].reason"])


@pytest.mark.parametrize(("symbol", "rule"), [("WBC", "nothing_pending"), ("XYZ", "unknown_symbol")])
def test_a_symbol_without_an_open_line_is_told_from_one_that_does_not_exist(symbol: str, rule: str) -> None:
    given = Recommendation(symbol=symbol, action="proceed")
    refused = resolved(given)
    assert [(p.field, p.code) for p in refused.problems] == [("recommendations[0].symbol", rule)]
    lenient = resolved(given, manners=MODEL)
    assert (lenient.problems, lenient.removed) == ((), Counter({rule: 1}))


def test_of_two_entries_for_a_symbol_the_first_stands():
    found = resolved(cba("defer"), cba("proceed"), lines=[FLAGGED], manners=MODEL)
    assert verdicts(found) == {"P1": (Verdict.DEFER, 0)}
    assert found.removed == Counter({"duplicate_symbol": 1})
    assert [p.field for p in resolved(cba("defer"), cba("proceed")).problems] == ["recommendations[1].symbol"]


@pytest.mark.parametrize(
    ("accounts", "field", "rule"),
    [
        (("P9",), "recommendations[0].exceptions[0].account_number", "unknown_portfolio"),
        (("P1", "P1"), "recommendations[0].exceptions[1].account_number", "duplicate_portfolio"),
    ],
)
def test_an_exception_names_a_portfolio_with_an_open_line_once(accounts, field, rule):
    found = resolved(cba("proceed", exceptions=[exception(account, "proceed") for account in accounts]))
    assert [problem.field for problem in found.problems] == [field]
    assert found.removed == Counter({rule: 1})
    assert len(found.verdicts) == 2


@pytest.mark.parametrize(
    ("action", "blocks"), [("proceed", True), ("partial", True), ("defer", False), ("review", False)]
)
def test_trading_against_a_rule_is_blocked_and_not_trading_is_what_the_rule_wants(action: str, blocks: bool) -> None:
    rules = {"CBA": {"P3": "hold", "P4": "do_not_sell"}}
    whole = resolved(cba(action, proceed_percent=50), lines=[], blocked_by=rules)
    assert whole.blocked == ((BlockedLine("CBA", "do_not_sell"),) if blocks else ())
    given = cba("proceed", exceptions=[exception("P3", action, proceed_percent=50)])
    one = resolved(given, blocked_by=rules)
    assert one.blocked == ((BlockedLine("CBA", "hold", "P3"),) if blocks else ())
    assert len(one.verdicts) == 2
