"""Corrupt answers that somebody thought of: in the right shape, and wrong."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

from tests.e2e.corruptions import Change, Corruption, as_text
from tests.model_wire.calls import CallInfo, Json

Edit = Callable[[list[Any]], object]
Changes = dict[str, tuple[str, Change]]
"""By what is wrong: the rule that has to notice it, or `degraded`; nothing where it is well when asked again."""
SELLS, MARKETS, SYNTHESIS, BUYS = "PortfolioVerdicts", "MarketContext", "Synthesis", "BuyVerdicts"
DEFER: Final = {"action": "defer", "proceed_percent": None}
CGT, DIVIDEND, DIP = "cgt:21d", "div:8d/$0.0200", "dip:-12%"


def on(name: str, edit: Edit) -> Change:
    """An edit of the answer's list of this name, where it isn't empty."""

    def change(_call: CallInfo, answer: Json) -> Json:
        found = deepcopy(answer)
        if found[name]:
            edit(found[name])
        return found

    return change


def every(**fields: object) -> Edit:
    """These fields on every verdict, and on every exception."""

    def edit(entries: list[Any]) -> None:
        for entry in entries:
            for each in (entry, *entry.get("exceptions", ()), *entry.get("recommendations", ())):
                each.update(deepcopy({name: value for name, value in fields.items() if name in each}))

    return edit


def of(code: str, /, **fields: object) -> Edit:
    """These fields on the instrument's verdict, without exceptions where it has some."""

    def edit(entries: list[Any]) -> None:
        for entry in entries:
            if entry.get("symbol") == code:
                entry.update(deepcopy({"exceptions": [], **fields} if "exceptions" in entry else fields))

    return edit


def more(**fields: object) -> Edit:
    """One entry more, like the last but for these fields."""
    return lambda entries: entries.append({**deepcopy(entries[-1]), **fields})


def exception(account: str, **fields: object) -> Json:
    given: Json = {"account_number": account, "action": "proceed", "proceed_percent": None, "reason": "", "flags": []}
    return {**given, **fields}


def with_exceptions(symbol: str, *exceptions: Json) -> Edit:
    return of(symbol, exceptions=list(exceptions))


def deep_exceptions(entries: list[Any]) -> None:
    inner: Any = []
    for _ in range(300):
        inner = [{"exceptions": inner}]
    entries[0]["exceptions"] = inner


def buys_of(*accounts: str) -> Edit:
    """The first portfolio's verdicts once more, as those of other portfolios."""
    return lambda entries: entries.extend({**deepcopy(entries[0]), "account_number": account} for account in accounts)


def in_first(edit: Edit) -> Edit:
    return lambda entries: edit(entries[0]["recommendations"])


SELL_CHANGES: Final[Changes] = {
    "all wait, and no flag is cited": ("no_flag", on("recommendations", every(**DEFER, flags=[]))),
    "all wait for what isn't a flag": (
        "unsupported_flag",
        on("recommendations", every(**DEFER, flags=["moon:full", "gut feeling"])),
    ),
    "all wait for another instrument's flag": (
        "unsupported_flag",
        on("recommendations", every(**DEFER, flags=[DIP, CGT])),
    ),
    "BHP waits everywhere for a flag of P2 alone": ("no_flag", on("recommendations", of("BHP", **DEFER, flags=[CGT]))),
    "BHP waits in P1 for P2's flag": (
        "unsupported_flag",
        on("recommendations", with_exceptions("BHP", exception("P1", **DEFER, flags=[CGT]))),
    ),
    "BHP waits for its sector": ("no_flag", on("recommendations", of("BHP", **DEFER, flags=["sec:Materials"]))),
    "BHP waits for a tolerance": (
        "no_flag",
        on("recommendations", of("BHP", **DEFER, flags=["tol:2.0", "tolerance_concern"])),
    ),
    "BHP waits for cash": ("unsupported_flag", on("recommendations", of("BHP", **DEFER, flags=["cash"]))),
    "WTC waits for a dividend by its long name": (
        "unsupported_flag",
        on("recommendations", of("WTC", **DEFER, flags=["price_rise", "div"])),
    ),
    "CBA waits for another amount": (
        "unsupported_flag",
        on("recommendations", of("CBA", **DEFER, flags=["div:8d/$2.40"])),
    ),
    "CBA waits for another day": (
        "unsupported_flag",
        on("recommendations", of("CBA", **DEFER, flags=["div:9d/$0.0200"])),
    ),
    "CBA waits for a flag in quotes": (
        "unsupported_flag",
        on("recommendations", of("CBA", **DEFER, flags=[f'"{DIVIDEND}"'])),
    ),
    "CBA waits for two flags in one": (
        "unsupported_flag",
        on("recommendations", of("CBA", **DEFER, flags=[f"{DIVIDEND},{DIP}"])),
    ),
    "the reason is another portfolio's": (
        "number_in_prose",
        on(
            "recommendations",
            with_exceptions("CBA", exception("P1", **DEFER, flags=["div"], reason="CBA is 6.0 points off.")),
        ),
    ),
    "the reason speaks of another instrument": (
        "symbol_in_prose",
        on("recommendations", of("WTC", reason="It waits like CBA.")),
    ),
    "the reason speaks of another instrument's dividend": (
        "flag_in_prose",
        on("recommendations", of("WTC", reason="An ex-date is near.")),
    ),
    "the reason speaks of the sector": (
        "flag_in_prose",
        on("recommendations", of("WTC", reason="Its sector is overweight.")),
    ),
    "the reason speaks of tax": (
        "flag_in_prose",
        on("recommendations", of("WTC", reason="Fully franked, and a capital gain.")),
    ),
    "an exception for a portfolio of another batch": (
        "unknown_portfolio",
        on("recommendations", with_exceptions("BHP", exception("P3", **DEFER, flags=[CGT]))),
    ),
    "an exception for a portfolio that isn't there": (
        "unknown_portfolio",
        on("recommendations", with_exceptions("BHP", exception("P9"))),
    ),
    "an exception for a portfolio without that trade": (
        "unknown_portfolio",
        on("recommendations", of("WTC", exceptions=[exception("P2", **DEFER, flags=[DIP])])),
    ),
    "an exception twice, and contradicting": (
        "duplicate_portfolio",
        on("recommendations", with_exceptions("CBA", exception("P1"), exception("P1", **DEFER, flags=[DIVIDEND]))),
    ),
    "three hundred exceptions": (
        "unknown_portfolio",
        on("recommendations", with_exceptions("CBA", *(exception(f"P{number}") for number in range(9, 309)))),
    ),
    "exceptions in exceptions": ("wrong_schema", on("recommendations", deep_exceptions)),
    "a verdict on a buy": ("nothing_pending", on("recommendations", more(symbol="AAPL"))),
    "a verdict on what doesn't trade": ("nothing_pending", on("recommendations", more(symbol="REST"))),
    "a verdict on what isn't in the book": ("unknown_symbol", on("recommendations", more(symbol="ZZQ9", **DEFER))),
    "a verdict on the cash": ("unknown_symbol", on("recommendations", more(symbol="CASH"))),
    "a verdict on everything": ("unknown_symbol", on("recommendations", more(symbol="*"))),
    "the same symbol twice, and contradicting": ("duplicate_symbol", on("recommendations", more(**DEFER))),
    "two hundred symbols that aren't there": (
        "unknown_symbol",
        on("recommendations", lambda entries: entries.extend({**entries[0], "symbol": f"Z{n}"} for n in range(200))),
    ),
    "everything is bought": ("wrong_direction", on("recommendations", every(action="buy"))),
    "everything is sold": ("wrong_schema", on("recommendations", every(action="sell"))),
    "more than everything is sold": (
        "percent_out_of_range",
        on("recommendations", every(action="partial", proceed_percent=250)),
    ),
    "less than nothing is sold": (
        "percent_out_of_range",
        on("recommendations", every(action="partial", proceed_percent=-50)),
    ),
    "all of it in part": ("percent_out_of_range", on("recommendations", every(action="partial", proceed_percent=100))),
    "a part without a percent": (
        "percent_out_of_range",
        on("recommendations", every(action="partial", proceed_percent=None)),
    ),
    "percents as fractions": (
        "percent_out_of_range",
        on("recommendations", every(action="partial", proceed_percent=0.5)),
    ),
    "percents with all that goes ahead": (
        "percent_ignored",
        on("recommendations", every(action="proceed", proceed_percent=40)),
    ),
    "symbols with their exchange": ("unknown_symbol", on("recommendations", of("WTC", symbol="ASX:WTC"))),
    "flags as one text": ("wrong_schema", on("recommendations", every(flags="div, dip"))),
    "more flags than there are": (
        "wrong_schema",
        on("recommendations", every(flags=[f"div:{day}d/$9.99" for day in range(30)])),
    ),
    "in camelCase": ("wrong_schema", as_text(lambda text: text.replace("proceed_percent", "proceedPercent"))),
    "the list under another name": ("wrong_schema", as_text(lambda text: text.replace("recommendations", "verdicts"))),
    "the list by symbol": (
        "wrong_schema",
        lambda _call, answer: {"recommendations": {entry["symbol"]: entry for entry in answer["recommendations"]}},
    ),
    "an answer about buys": (
        "wrong_schema",
        lambda _call, answer: {"portfolios": [{"account_number": "P1", **answer}]},
    ),
    "an echo of the facts": ("bad_json", lambda call, _answer: call.prompt),
    "an echo of the schema": ("wrong_schema", lambda call, _answer: json.dumps(call.schema)),
}
BUY_CHANGES: Final[Changes] = {
    "verdicts on a portfolio with enough cash": ("unknown_portfolio", on("portfolios", buys_of("P3"))),
    "verdicts on portfolios that aren't there": ("unknown_portfolio", on("portfolios", buys_of("P9", "ACC0000000"))),
    "the same portfolio twice": ("duplicate_portfolio", on("portfolios", buys_of("P1"))),
    "verdicts on sells": ("nothing_pending", on("portfolios", in_first(every(symbol="CBA")))),
    "one verdict on what isn't in the book": ("unknown_symbol", on("portfolios", in_first(more(symbol="ZZQ9")))),
    "one verdict on what the portfolio doesn't buy": (
        "nothing_pending",
        on("portfolios", in_first(more(symbol="BHP"))),
    ),
    "the same symbol twice, and contradicting": (
        "duplicate_symbol",
        on("portfolios", in_first(more(action="proceed"))),
    ),
    "everything is sold": ("wrong_direction", on("portfolios", in_first(every(action="sell")))),
    "more than everything is bought": (
        "percent_out_of_range",
        on("portfolios", in_first(every(action="partial", proceed_percent=250))),
    ),
    "nothing of it in part": (
        "percent_out_of_range",
        on("portfolios", in_first(every(action="partial", proceed_percent=0))),
    ),
    "all of it in part": (
        "percent_out_of_range",
        on("portfolios", in_first(every(action="partial", proceed_percent=100))),
    ),
    "a part without a percent": (
        "percent_out_of_range",
        on("portfolios", in_first(every(action="partial", proceed_percent=None))),
    ),
    "percents with all that goes ahead": (
        "percent_ignored",
        on("portfolios", in_first(every(action="proceed", proceed_percent=40))),
    ),
    "percents with all that waits": (
        "percent_ignored",
        on("portfolios", in_first(every(action="defer", proceed_percent=40))),
    ),
    "one portfolio without verdicts": (
        "missing_instrument",
        on("portfolios", lambda entries: entries[0].update(recommendations=[])),
    ),
    "only the first portfolio": ("", on("portfolios", lambda entries: entries.__delitem__(slice(1, None)))),
    "portfolios by account": (
        "wrong_schema",
        lambda _call, answer: {
            "portfolios": {each["account_number"]: each["recommendations"] for each in answer["portfolios"]}
        },
    ),
    "an answer about sells": (
        "wrong_schema",
        lambda _call, answer: {
            "recommendations": [each for entry in answer["portfolios"] for each in entry["recommendations"]]
        },
    ),
    "the reason is another buy's": (
        "number_in_prose",
        on("portfolios", in_first(every(reason="A gap of 6.0 points can wait."))),
    ),
    "the reason speaks of a dividend": (
        "flag_in_prose",
        on("portfolios", in_first(every(reason="An ex-date is near."))),
    ),
    "the reason speaks of tax": (
        "flag_in_prose",
        on("portfolios", in_first(every(reason="Its holding period ends soon."))),
    ),
}
MARKET_CHANGES: Final[Changes] = {
    "an exchange that isn't there": ("unknown_remark", on("exchanges", more(exchange="MOONX"))),
    "an exchange twice": ("duplicate_remark", on("exchanges", more(comment="It rose."))),
    "every exchange but one": ("missing_remark", on("exchanges", lambda entries: entries.pop())),
    "a sector of another exchange": ("unknown_remark", on("sectors", more(exchange="NYSE", sector="Materials"))),
    "a sector that isn't there": ("unknown_remark", on("sectors", more(sector="Perpetual Motion"))),
    "sectors without their exchange": ("wrong_schema", on("sectors", every(exchange=""))),
    "another sector's returns": (
        "number_in_prose",
        on("sectors", every(comment="-12% this month after +30% over 12 months.")),
    ),
    "returns that rose where they fell": (
        "number_in_prose",
        on("exchanges", every(comment="It moved by 77% this month.")),
    ),
    "remarks that are empty": ("missing_remark", on("sectors", every(comment="  "))),
    "remarks on portfolios": ("number_in_prose", on("exchanges", every(comment="P1 and P2 are behind."))),
    "remarks on instruments of another market": ("symbol_in_prose", on("exchanges", every(comment="TSLA is ahead."))),
    "no summary": ("missing_remark", lambda _call, answer: {**answer, "summary": ""}),
    "advice for a summary": ("judgement_word", lambda _call, answer: {**answer, "summary": "Sell everything."}),
}
SYNTHESIS_CHANGES: Final[Changes] = {
    "a note on an instrument without a verdict": ("unknown_remark", on("notes", more(symbol="AAPL"))),
    "a note on what isn't in the book": ("unknown_remark", on("notes", more(symbol="ZZQ9"))),
    "two notes on one instrument": ("duplicate_remark", on("notes", more(note="It fell."))),
    "a note with another instrument's return": ("number_in_prose", on("notes", every(note="77% this month."))),
    "a note that judges": ("judgement_word", on("notes", every(note="The worst of its sector."))),
    "a note that decides": ("judgement_word", on("notes", every(note="Sell it now."))),
    "a note about a flag": ("flag_in_prose", on("notes", every(note="cgt:21d speaks for waiting."))),
    "a summary of other verdicts": (
        "number_in_prose",
        lambda _call, answer: {**answer, "summary": "All 99 instruments go ahead."},
    ),
    "a summary of another book": ("symbol_in_prose", lambda _call, answer: {**answer, "summary": "TSLA goes ahead."}),
    "a summary for a client": (
        "number_in_prose",
        lambda _call, answer: {**answer, "summary": "Dear Client P1, all is well."},
    ),
    "no summary": ("missing_remark", lambda _call, answer: {**answer, "summary": " \n"}),
    "a summary as a list": ("degraded", lambda _call, answer: {**answer, "summary": ["BHP goes ahead."]}),
}
BY_HAND: Final = tuple(
    Corruption(title, name, change, noticed=bool(rule), rule=rule)
    for title, changes in (
        (SELLS, SELL_CHANGES),
        (MARKETS, MARKET_CHANGES),
        (SYNTHESIS, SYNTHESIS_CHANGES),
        (BUYS, BUY_CHANGES),
    )
    for name, (rule, change) in changes.items()
)
