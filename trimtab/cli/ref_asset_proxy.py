"""`trimtab ref asset-proxy`."""

import inspect
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import typer

from trimtab.adapters.reference.kinds import ASSETS
from trimtab.cli.ref_tables import table_app
from trimtab.cli.ref_use import Format, change, require
from trimtab.domain.factors import reference_checks as checks
from trimtab.domain.factors.reference import ASSET_CLASSES, AssetProxy, asset_class_named
from trimtab.domain.factors.reference_edits import with_asset_proxy, with_deactivation, with_replacement

_Class = Annotated[str, typer.Argument(metavar="ASSET_CLASS", help=f"One of {', '.join(ASSET_CLASSES)}.")]
_Key = Annotated[str, typer.Argument(metavar="PROXY_KEY", help="What is stood for, such as UST10Y or gold.")]
_Ticker = Annotated[str, typer.Argument(metavar="TICKER", help="The ETF's ticker, as the market data spells it.")]

app = table_app(ASSETS, lambda reference: reference.asset_proxies, what="the ETFs that stand for asset classes")


@dataclass(frozen=True, slots=True)
class AddOptions:
    """The options of `add`: more than a function may have parameters."""

    asset_class: _Class
    proxy_key: _Key
    ticker: _Ticker
    priority: Annotated[
        int | None, typer.Option(help="The lowest comes first.  [default: as it is, or 100]", show_default=False)
    ] = None
    description: Annotated[
        str | None, typer.Option(help="What it stands for, in a line.  [default: as it is]", show_default=False)
    ] = None
    alternate: Annotated[bool, typer.Option("--alternate", help="Keep it beside the one in use, out of use.")] = False
    force: Annotated[bool, typer.Option("--force", help="Put it in the place of the one in use.")] = False
    form: Format = "table"


def _add(**given: Any) -> None:
    """Add a proxy, or change one; another in use for the same key is only replaced with --force."""
    options = AddOptions(**given)
    wanted = _proxy(
        options.asset_class,
        options.proxy_key,
        ticker=options.ticker,
        also={
            "--priority": "" if options.priority is None else checks.wrong_priority(options.priority),
            "--description": checks.wrong_description(options.description or ""),
        },
        is_canonical=not options.alternate,
    )
    edit = partial(
        with_asset_proxy,
        wanted=wanted,
        priority=options.priority,
        description=options.description,
        force=options.force,
    )
    change(ASSETS, edit, form=options.form)


_add.__signature__ = inspect.signature(AddOptions)  # type: ignore[attr-defined]  # `inspect` documents it
app.command("add")(_add)


@app.command()
def replace(asset_class: _Class, proxy_key: _Key, ticker: _Ticker, form: Format = "table") -> None:
    """Put another ETF in the place of the one in use, which stays as an alternate."""
    wanted = _proxy(asset_class, proxy_key, ticker=ticker)
    change(ASSETS, partial(with_replacement, wanted=wanted), form=form)


@app.command()
def deactivate(
    asset_class: _Class,
    proxy_key: _Key,
    ticker: Annotated[
        str | None, typer.Argument(metavar="[TICKER]", help="One ETF of the key; without it, all of them.")
    ] = None,
    form: Format = "table",
) -> None:
    """Take the ETFs of a key out of use; they stay in the table, and out of the universe."""
    wanted = _proxy(asset_class, proxy_key, ticker=ticker or "none")
    edit = partial(with_deactivation, asset_class=wanted.asset_class, proxy_key=proxy_key, etf_ticker=ticker)
    change(ASSETS, edit, form=form)


def _proxy(
    asset_class: str, proxy_key: str, *, ticker: str, also: dict[str, str] | None = None, is_canonical: bool = True
) -> AssetProxy:
    """The proxy of these arguments; raises InvalidInput with everything that is wrong with them."""
    known = asset_class_named(asset_class)
    wrong = {
        "ASSET_CLASS": checks.wrong_asset_class(asset_class),
        "PROXY_KEY": checks.wrong_name(proxy_key),
        "TICKER": checks.wrong_ticker(ticker),
    }
    require(wrong | (also or {}))
    return AssetProxy(known or ASSET_CLASSES[0], proxy_key, ticker, is_canonical)
