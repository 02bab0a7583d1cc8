"""What a sensible model answers: judged from the facts in the prompt, within what the schema allows, never canned."""

import math
from collections.abc import Callable, Iterable
from typing import Any, Final

from tests.model_wire.calls import CallInfo, Json
from tests.model_wire.proposals import framework_proposal
from tests.model_wire.reading import Buy, Line, Move, Shortage, read_lines, read_markets, read_shortages
from tests.model_wire.schemas import allowed, example, shaped

WHOLE_PCT: Final = 100
STEP_PCT: Final = 5
MOST_PARTIAL_PCT: Final = 95
BECAUSE: Final = {
    "div": "an ex-date is near",
    "dip": "the price dipped",
    "cgt": "a lot in gain soon completes its holding period",
}
PROCEEDS: Final[Json] = {"action": "proceed", "proceed_percent": None, "flags": []}


def normal_answer(call: CallInfo) -> Json:
    """The answer to a question that has a schema; one of an unknown title gets the smallest that it allows."""
    schema = call.schema or {}
    make = _MAKERS.get(call.title)
    answer = make(call, schema) if make else example(schema, root=schema)
    whole: Json = shaped(answer, schema, root=schema)
    return whole


def portfolio_verdicts(call: CallInfo, schema: Json) -> Json:
    """Sells go ahead, unless a flag speaks for waiting with what the band doesn't need."""
    symbols = allowed(schema, "recommendations/*/symbol")
    citable = set(allowed(schema, "recommendations/*/flags/*"))
    lines = [line for line in read_lines(call.prompt) if line.trade < 0]
    symbols = symbols or sorted({line.symbol for line in lines})
    by_symbol = {symbol: [line for line in lines if line.symbol == symbol] for symbol in symbols}
    accounts = set(allowed(schema, "recommendations/*/exceptions/*/account_number"))
    return {
        "recommendations": [
            _recommendation(symbol, own, citable=citable, accounts=accounts) for symbol, own in by_symbol.items()
        ]
    }


def _recommendation(symbol: str, lines: list[Line], *, citable: set[str], accounts: set[str]) -> Json:
    verdicts = [(line, _verdict(line, citable)) for line in lines]
    waiting = [(line, verdict) for line, verdict in verdicts if verdict["action"] != "proceed"]
    if len(waiting) == len(lines) == 1:
        return {"symbol": symbol, **waiting[0][1], "exceptions": []}
    exceptions = [
        {"account_number": line.account, **verdict}
        for line, verdict in waiting
        if line.account in accounts or not accounts
    ]
    reason = "Waits where a flag says so, and goes ahead elsewhere." if exceptions else "No flag speaks for waiting."
    return {"symbol": symbol, **PROCEEDS, "reason": reason, "exceptions": exceptions}


def _verdict(line: Line, citable: set[str]) -> Json:
    flags = [flag for flag in line.flags if flag.partition(":")[0] in BECAUSE and (flag in citable or not citable)]
    difference, tolerance = abs(float(line.difference)), float(line.tolerance or 0)
    percent = _curing_percent(difference, tolerance) if flags else WHOLE_PCT
    if percent > MOST_PARTIAL_PCT:
        return {**PROCEEDS, "reason": f"{line.symbol} is {line.difference} points over its target."}
    because = " and ".join(dict.fromkeys(BECAUSE[flag.partition(":")[0]] for flag in flags))
    if not percent:
        reason = f"Wait: {because} ({flags[0]}), and the line is inside its band."
        return {"action": "defer", "proceed_percent": None, "reason": reason, "flags": flags}
    reason = (
        f"{line.symbol} is {line.difference} points off with a tolerance of {line.tolerance}: "
        f"sell what ends the breach, and wait with the rest, because {because}."
    )
    return {"action": "partial", "proceed_percent": percent, "reason": reason, "flags": flags}


def _curing_percent(difference: float, tolerance: float) -> int:
    """The smallest percent, in steps, that brings the line to the edge of its band."""
    if difference <= tolerance or not difference:
        return 0
    return math.ceil((difference - tolerance) / difference * WHOLE_PCT / STEP_PCT - 1e-9) * STEP_PCT


def market_context(call: CallInfo, schema: Json) -> Json:
    """Trajectories in neutral words."""
    markets = read_markets(call.prompt)
    exchanges = _within(markets.exchanges, allowed(schema, "exchanges/*/exchange"))
    sectors = _within(markets.sectors, allowed(schema, "sectors/*/sector"))
    return {
        "summary": _months(exchanges),
        "exchanges": [
            {"exchange": move.name, "comment": _trajectory(move), "cross_exchange_insight": _beside(move, exchanges)}
            for move in exchanges
        ],
        "sectors": [
            {
                "exchange": move.exchange,
                "sector": move.name,
                "comment": _trajectory(move),
                "exchange_context": f"{move.against} against {move.exchange} this month." if move.against else None,
                "cross_exchange_insight": None,
            }
            for move in sectors
        ],
    }


def synthesis(call: CallInfo, schema: Json) -> Json:
    """A summary, and a note for each instrument that the markets tell something of."""
    markets = read_markets(call.prompt)
    known = {move.name: move for move in markets.instruments}
    wanted = allowed(schema, "notes/*/symbol") or list(known)
    notes = [{"symbol": name, "note": _note(known[name])} for name in wanted if name in known and known[name].month]
    return {"summary": f"The verdicts follow the flags. {_months(markets.exchanges)}", "notes": notes}


def buy_verdicts(call: CallInfo, schema: Json) -> Json:
    """As many buys wait as the missing cash asks for, those first that nothing speaks for."""
    accounts = allowed(schema, "portfolios/*/account_number")
    symbols = allowed(schema, "portfolios/*/recommendations/*/symbol")
    short = [each for each in read_shortages(call.prompt) if each.needed > 0]
    shortages = [each for each in short if each.account in accounts or not accounts]
    return {
        "portfolios": [
            {
                "account_number": shortage.account,
                "recommendations": [
                    verdict for verdict in _buy_verdicts(shortage) if verdict["symbol"] in symbols or not symbols
                ],
            }
            for shortage in shortages
        ]
    }


def _buy_verdicts(shortage: Shortage) -> list[Json]:
    needed = shortage.needed
    verdicts = {}
    for buy in sorted(shortage.buys, key=_waits_first):
        waiting_pct = min(math.ceil(max(needed, 0) / buy.amount * WHOLE_PCT), WHOLE_PCT) if buy.amount else 0
        needed -= buy.amount * waiting_pct // WHOLE_PCT
        verdicts[buy.symbol] = _buy_verdict(buy, WHOLE_PCT - waiting_pct)
    return [verdicts[buy.symbol] for buy in shortage.buys]


def _waits_first(buy: Buy) -> tuple[bool, bool, float, str]:
    """No ex-date, then no dip, then the smaller gap."""
    dips = buy.month.startswith("-") and buy.half_year.startswith("+")
    return bool(buy.ex_dividend), dips, float(buy.gap), buy.symbol


def _buy_verdict(buy: Buy, percent: int) -> Json:
    if percent == WHOLE_PCT:
        reason = f"The gap is {buy.gap} points" + (", and an ex-date is ahead." if buy.ex_dividend else ".")
        return {"symbol": buy.symbol, "action": "proceed", "proceed_percent": None, "reason": reason}
    verdict: Json = {"action": "partial", "proceed_percent": percent} if percent else {"action": "defer"}
    reason = f"Cash is short, and a gap of {buy.gap} points can wait."
    return {"symbol": buy.symbol, "proceed_percent": None, **verdict, "reason": reason}


def _within(moves: Iterable[Move], names: list[str]) -> list[Move]:
    return [move for move in moves if move.name in names or not names]


def _months(exchanges: Iterable[Move]) -> str:
    told = ", ".join(f"{move.name} {move.month}" for move in exchanges if move.month)
    return f"This month {told}." if told else "The markets are not known."


def _trajectory(move: Move) -> str:
    told = [f"{value} {span}" for value, span in ((move.year, "over 12 months"), (move.month, "this month")) if value]
    return f"{', '.join(told)}." if told else "No returns are known."


def _beside(move: Move, every: list[Move]) -> str | None:
    others = [other for other in every if other.month and other is not move]
    if not others or not move.month:
        return None
    best = max(others, key=lambda other: _percent(other.month))
    ahead = _percent(move.month) - _percent(best.month)
    return f"{'Ahead of' if ahead > 0 else 'Behind' if ahead < 0 else 'In line with'} {best.name} this month."


def _note(move: Move) -> str:
    return f"{move.month} this month" + (f", {move.against} against its sector." if move.against else ".")


def _percent(text: str) -> int:
    return int(text.removesuffix("%"))


_MAKERS: Final[dict[str, Callable[[CallInfo, Json], Any]]] = {
    "PortfolioVerdicts": portfolio_verdicts,
    "MarketContext": market_context,
    "Synthesis": synthesis,
    "BuyVerdicts": buy_verdicts,
    "FrameworkProposal": framework_proposal,
}
