"""What holds for every plan, whatever a model answered: computed again here from the prompts that it was shown."""

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from tests.e2e.judged_sessions import BATCHES, CASH, LOT_SIZES, Key, Played, key_of
from tests.model_wire.reading import Line, Markets, Shortage, read_lines, read_markets, read_shortages
from trimtab.workflow.state import Decision

CENT: Final = 0.005
LONGEST: Final = 500
MOST_ASKED: Final = 3
EVIDENCE: Final = ("div", "dip", "cgt")
CODES: Final = re.compile(r"\b[A-Z][A-Z0-9]+\b")
NUMBERS: Final = re.compile(r"\d+(?:[.,]\d+)*")
MARKUP: Final = re.compile(r"[<>`*|{}\[\]#\\@]|://|www\.|---|===|\b(?:SYSTEM|Portfolio|BATCH)\b", re.IGNORECASE)
FLAG: Final = re.compile(r"\b(?:div|dip|cgt|sec|tol|cash) ?:", re.IGNORECASE)
JUDGEMENT: Final = re.compile(
    r"\b(?:worst|best|bargain|cheap|should|must|avoid|recommend|buy now|sell now)\b", re.IGNORECASE
)
SPEAKS_OF: Final = {"dividend": "div", "ex-date": "div", "dipped": "dip", "holding period": "cgt", "tax": "cgt"}


@dataclass(frozen=True)
class Facts:
    """Numbers, names and flags that a text may repeat."""

    numbers: frozenset[float]
    names: frozenset[str]
    flags: tuple[str, ...] = ()


def check_session(played: Played, offers: Mapping[Key, float]) -> None:
    """Everything below."""
    check_plan(played, offers)
    check_decisions(played)
    check_words(played)
    check_calls(played)


def check_plan(played: Played, offers: Mapping[Key, float]) -> None:
    """The session is in Review with a whole plan: the trades that there were without an analysis, and no larger."""
    assert (played.review.phase, played.summary.phase, played.review.blocking) == ("Review", "Review", ())
    assert played.review.hard_failures == ()
    document = json.loads(played.plan, parse_constant=_no_number)
    assert [dict(zip(document["columns"], row, strict=True)) for row in document["rows"]] == played.rows
    assert {key_of(row): row["planned_amount"] for row in played.rows} == offers
    cash: dict[str, float] = dict(CASH)
    for row in played.rows:
        amount, planned = float(row["amount"]), float(row["planned_amount"])
        assert (row["status"] == "Approved") is (amount != 0)
        assert amount == 0 or math.copysign(1, amount) == math.copysign(1, planned)
        assert abs(amount) <= abs(planned) + CENT
        assert float(row["quantity"]) % LOT_SIZES.get(str(row["code"]), 1) == 0
        cash[str(row["account_number"])] -= amount
    assert min(cash.values()) >= -CENT


def _no_number(text: str) -> NoReturn:
    raise AssertionError(f"{text} stands in the plan")


def check_decisions(played: Played) -> None:
    """What is held back is so for flags in the data of that very line, or for cash that is short."""
    lines, short = _lines(played), _shortages(played)
    for decision in (*played.state.decisions, *played.state.proposals):
        assert decision.action != "review"
        if decision.action == "proceed":
            assert decision.proceed_pct == 100
            continue
        assert decision.flags, decision
        assert 0 <= decision.proceed_pct < 100
        if decision.side == "sell":
            own = lines[decision.account_number, decision.symbol].flags
            assert set(decision.flags) <= {flag for flag in own if flag.partition(":")[0] in EVIDENCE}
        else:
            assert decision.flags == ("cash",)
            assert short[decision.account_number].needed > 0
    own_flags = {
        symbol: {flag for (_, code), line in lines.items() if code == symbol for flag in line.flags}
        for _, symbol in lines
    }
    for result in played.analysis.recommendations:
        assert set(result.flags) <= own_flags[result.symbol]


def check_words(played: Played) -> None:
    """Every text says nothing but what was shown about its subject."""
    lines, short = _lines(played), _shortages(played)
    for decision in (*played.state.decisions, *played.state.proposals):
        if decision.side == "sell":
            _check_reason(decision, lines[decision.account_number, decision.symbol])
        else:
            _check_text(decision.reason, _facts_of_buy(decision, short[decision.account_number]))
    markets = read_markets(played.asked("MarketContext")[0].prompt)
    facts, analysis = _facts_of(markets), played.analysis
    notes = [result.momentum_note for result in analysis.recommendations]
    remarks = [
        *((each.comment, each.cross_exchange_insight, None) for each in analysis.exchange_comments),
        *((each.comment, each.exchange_context, each.cross_exchange_insight) for each in analysis.sector_comments),
    ]
    said = (*notes, *(text for remark in remarks for text in remark))
    for text in (text for text in said if text is not None):
        _check_text(text, facts)
        assert not JUDGEMENT.search(text), text
    if analysis.analysis:
        _check_text(analysis.analysis, facts)
    known = {move.name for move in markets.exchanges}
    assert {each.exchange for each in analysis.exchange_comments} <= known
    assert {(each.exchange, each.sector) for each in analysis.sector_comments} <= {
        (move.exchange, move.name) for move in markets.sectors
    }


def check_calls(played: Played) -> None:
    """Nothing is asked more often than it may be, and every call is in the log."""
    for title, batches in BATCHES.items():
        again = MOST_ASKED if title in ("PortfolioVerdicts", "BuyVerdicts") else 1
        least = 0 if title == "BuyVerdicts" else batches
        assert least <= len(played.asked(title)) <= batches * again
    assert sum(row["action"] == "model_call" for row in played.log) == len(played.calls)
    removed, degraded = played.counted["sell"]
    assert (removed, tuple(degraded)) == (played.analysis.removed, played.analysis.degraded)
    assert tuple(played.counted["buy"][1]) == played.buys.degraded[len(degraded) :]


def _lines(played: Played) -> dict[tuple[str, str], Line]:
    """Every line that the model was shown, as it was first."""
    found: dict[tuple[str, str], Line] = {}
    for call in played.asked("PortfolioVerdicts"):
        for line in read_lines(call.prompt):
            found.setdefault((line.account, line.symbol), line)
    return found


def _shortages(played: Played) -> dict[str, Shortage]:
    found: dict[str, Shortage] = {}
    for call in played.asked("BuyVerdicts"):
        for shortage in read_shortages(call.prompt):
            found.setdefault(shortage.account, shortage)
    return found


def _check_reason(decision: Decision, line: Line) -> None:
    difference, tolerance = abs(float(line.difference)), float(line.tolerance)
    percent = decision.proceed_pct
    figures = {difference, tolerance, difference - tolerance, float(abs(line.trade)), percent, 100 - percent}
    flagged = {number for flag in line.flags for number in _numbers(flag)}
    weights = {float(text) for text in _weights(line)}
    _check_text(
        decision.reason,
        Facts(frozenset((*figures, *flagged, *weights)), frozenset((line.symbol, "ASX", "NYSE")), line.flags),
    )
    for word, kind in SPEAKS_OF.items():
        if word in decision.reason.lower():
            assert any(flag.startswith(kind) for flag in line.flags), decision


def _weights(line: Line) -> Iterable[str]:
    """The model's target, and what is held: the book has its own, the same for every portfolio."""
    target = {"AAPL": 20.0, "NAB": 20.0, "REST": 25.0}.get(line.symbol, 10.0)
    return (str(target), str(target + float(line.difference)))


def _facts_of_buy(decision: Decision, shortage: Shortage) -> Facts:
    (buy,) = [each for each in shortage.buys if each.symbol == decision.symbol]
    shown = f"{buy.amount} {buy.gap} {buy.ex_dividend} {buy.month} {buy.half_year}"
    numbers = {*_numbers(shown), float(shortage.needed), decision.proceed_pct, 100 - decision.proceed_pct}
    return Facts(frozenset(numbers), frozenset((buy.symbol,)))


def _facts_of(markets: Markets) -> Facts:
    """Returns, the distances between them, their spans, and counts of instruments and portfolios."""
    moves = (*markets.exchanges, *markets.sectors, *markets.instruments)
    shown = {float(text.rstrip("%")) for move in moves for text in (move.year, move.half_year, move.month) if text}
    apart = {abs(one - other) + rounded for one in shown for other in shown for rounded in (-1, 0, 1)}
    numbers = {*map(abs, shown), *apart, *map(float, range(len(markets.instruments) + 1)), 12.0, 6.0, 1.0}
    return Facts(frozenset(numbers), frozenset(move.name for move in moves))


def _numbers(text: str) -> set[float]:
    return {float(number.replace(",", "")) for number in NUMBERS.findall(text)}


def _check_text(text: str, facts: Facts) -> None:
    """One plain line of the facts' own numbers, names and flags."""
    assert text.isprintable(), ascii(text)
    assert text == " ".join(text.split()), ascii(text)
    assert len(text) <= LONGEST
    plain = unicodedata.normalize("NFKC", text)
    for flag in facts.flags:
        plain = plain.replace(flag, "it")
    assert not FLAG.search(plain), text
    assert not MARKUP.search(plain), text
    assert _numbers(plain) <= facts.numbers, (text, sorted(facts.numbers))
    assert set(CODES.findall(plain)) <= facts.names, (text, facts.names)
