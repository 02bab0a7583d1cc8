"""`trimtab ref cash`."""

from functools import partial
from typing import Annotated

import typer

from trimtab.adapters.reference.kinds import CASH
from trimtab.cli.ref_tables import table_app
from trimtab.cli.ref_use import Format, change, require
from trimtab.domain.factors import reference_checks as checks
from trimtab.domain.factors.reference import CashProxy
from trimtab.domain.factors.reference_edits import merged, without_cash

app = table_app(CASH, lambda reference: reference.cash_proxies, what="the ETFs that stand for cash")


@app.command()
def add(
    currency: Annotated[str, typer.Argument(metavar="CURRENCY", help="The currency's code, such as USD.")],
    ticker: Annotated[str, typer.Argument(metavar="TICKER", help="The ETF's ticker, as the market data spells it.")],
    form: Format = "table",
) -> None:
    """Add the ETF that stands for cash in a currency, or change it."""
    require({"CURRENCY": checks.wrong_currency(currency), "TICKER": checks.wrong_ticker(ticker)})
    change(CASH, partial(merged, given=[CashProxy(currency, ticker)]), form=form)


@app.command()
def remove(
    currency: Annotated[str, typer.Argument(metavar="CURRENCY", help="The currency's code, as it is listed.")],
    form: Format = "table",
) -> None:
    """Take a currency out of the table."""
    require({"CURRENCY": checks.wrong_currency(currency)})
    change(CASH, partial(without_cash, currency=currency), form=form)
