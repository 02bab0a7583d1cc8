"""`trimtab ref`: which ETF stands for what."""

from collections.abc import Iterator
from typing import Final

import typer

from trimtab.cli import ref_asset_proxy, ref_cash, ref_industry
from trimtab.cli.console import print_json, table, terminal
from trimtab.cli.factor_asking import ask_factors
from trimtab.cli.ref_use import Format, with_reference
from trimtab.domain.factors.reference import Reference

FINDINGS: Final = 1
_COLUMNS: Final = ("proxy", "etf_ticker", "reason", "detail")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(ref_asset_proxy.app, name="asset-proxy", help="Which ETF stands for a part of an asset class.")
app.add_typer(ref_industry.app, name="industry", help="Which ETF stands for an industry, and in which sector group.")
app.add_typer(ref_cash.app, name="cash", help="Which ETF stands for cash in a currency.")


@app.command()
def verify(form: Format = "table") -> None:
    """Name each proxy that is dead, has a thin history, or has no sound prices; ends with 1 if there is one."""
    found = with_reference(lambda reference: reference.read())
    verified = ask_factors(lambda desk: desk.verify())
    source = verified.data_source
    proxies = list(_proxies(found.reference))
    faults = {ticker: (reason, detail) for ticker, _, reason, detail in verified.candidates.rows}
    rows = [(proxy, ticker, *faults[ticker]) for proxy, ticker in proxies if ticker in faults]
    if form == "json":
        findings = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
        note = {"source": found.source, "note": found.note, "market": source.market, "as_of": source.market_as_of}
        print_json({**note, "proxies": len(proxies), "findings": findings})
    else:
        if rows:
            terminal().print(table(_COLUMNS, rows))
        typer.echo(
            f"{len(proxies)} proxies over {source.market} as of {source.market_as_of}: "
            f"{len(rows) or 'nothing'} to look at."
        )
        typer.echo(found.note or "The proxies are the database's.")
    if rows:
        raise typer.Exit(FINDINGS)


def _proxies(reference: Reference) -> Iterator[tuple[str, str]]:
    """Every proxy in use by name, with its ticker."""
    for asset in reference.asset_proxies:
        if asset.is_canonical:
            yield f"{asset.asset_class} {asset.proxy_key}", asset.etf_ticker
    for industry in reference.industry_proxies:
        yield f"industry {industry.industry}", industry.etf_ticker
    for cash in reference.cash_proxies:
        yield f"cash {cash.currency}", cash.etf_ticker
