"""`trimtab ref industry`."""

from functools import partial
from typing import Annotated

import typer

from trimtab.adapters.reference.kinds import INDUSTRIES
from trimtab.cli.ref_tables import table_app
from trimtab.cli.ref_use import Format, change, require
from trimtab.domain.factors import reference_checks as checks
from trimtab.domain.factors.reference import ASSET_CLASSES, IndustryProxy, asset_class_named
from trimtab.domain.factors.reference_edits import with_industry, without_industry

app = table_app(INDUSTRIES, lambda reference: reference.industry_proxies, what="the ETFs that stand for industries")


@app.command()
def add(
    industry: Annotated[str, typer.Argument(metavar="INDUSTRY", help="The industry's name.")],
    ticker: Annotated[str, typer.Argument(metavar="TICKER", help="The ETF's ticker, as the market data spells it.")],
    asset_class: Annotated[
        str | None, typer.Option(help="The ETF's asset class.  [default: as it is, or equity]", show_default=False)
    ] = None,
    group: Annotated[
        str | None, typer.Option(help="The sector group; empty takes it away.  [default: as it is]", show_default=False)
    ] = None,
    form: Format = "table",
) -> None:
    """Add an industry with its ETF, or change it."""
    named = asset_class or ASSET_CLASSES[0]
    require(
        {
            "INDUSTRY": checks.wrong_name(industry),
            "TICKER": checks.wrong_ticker(ticker),
            "--asset-class": checks.wrong_asset_class(named),
            "--group": checks.wrong_name(group) if group else "",
        }
    )
    wanted = IndustryProxy(industry, ticker, asset_class_named(named) or ASSET_CLASSES[0], group or "")
    edit = partial(with_industry, wanted=wanted, keep_class=asset_class is None, keep_group=group is None)
    change(INDUSTRIES, edit, form=form)


@app.command()
def remove(
    industry: Annotated[str, typer.Argument(metavar="INDUSTRY", help="The industry's name, as it is listed.")],
    form: Format = "table",
) -> None:
    """Take an industry out of the table."""
    require({"INDUSTRY": checks.wrong_name(industry)})
    change(INDUSTRIES, partial(without_industry, industry=industry), form=form)
