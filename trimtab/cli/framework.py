"""`trimtab framework`: allocation frameworks from the command line."""

import typer

from trimtab.cli.framework_asking import add
from trimtab.cli.framework_backtest import BacktestOptions, backtest
from trimtab.cli.framework_build import (
    BuildOptions,
    MapOptions,
    OnlyJson,
    build,
    map_products,
    portfolios,
    profiles,
    workflows,
)
from trimtab.cli.framework_check import check
from trimtab.cli.framework_documents import (
    ExportOptions,
    GenerateOptions,
    SaveOptions,
    ShelveOptions,
    archive,
    export,
    generate,
    restore,
    save,
)
from trimtab.cli.framework_lists import ListOptions, ShowOptions, ValidateOptions, list_frameworks, show, validate
from trimtab.cli.framework_report import ReportOptions, report

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

add(app, list_frameworks, options=ListOptions, name="list")
add(app, show, options=ShowOptions)
add(app, validate, options=ValidateOptions)
add(app, generate, options=GenerateOptions)
add(app, save, options=SaveOptions, named={"framework_id": "--id", "document": "FILE"})
add(app, export, options=ExportOptions)
add(app, archive, options=ShelveOptions)
add(app, restore, options=ShelveOptions)
add(app, map_products, options=MapOptions, name="map")
add(app, build, options=BuildOptions)
add(app, portfolios, options=OnlyJson)
add(app, profiles, options=OnlyJson)
add(app, workflows, options=OnlyJson)
add(app, report, options=ReportOptions, named={"framework_id": "--framework", "portfolio_id": "PORTFOLIO_ID"})
add(app, backtest, options=BacktestOptions)
app.command()(check)
