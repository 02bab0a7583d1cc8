"""`trimtab framework check`: what is wrong with a folder of products, and what is in it."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from trimtab.cli.asking import AsJson
from trimtab.cli.console import print_json
from trimtab.cli.faults import counted, fault_object, group_lines
from trimtab.domain.outside_text import clean
from trimtab.fixtures import DEMO_PRODUCTS
from trimtab.server import late
from trimtab.settings import load_settings

DEMO: Final = "demo"
REFUSED: Final = 2
_FOLDER: Final = "trimtab.adapters.products.folder"


def check(
    path: Annotated[
        str | None, typer.Argument(metavar="[PATH]", help="A folder, or demo; without it the settings' products.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List every fault of products.csv and lookthrough.csv with its file, line and column.

    Exit code 0: fine, maybe with warnings. 2: the products are refused.
    """
    named = path or str(load_settings(analyst="rules").products or DEMO)
    read: Any = late.command(_FOLDER, "read_products")
    reading = read(DEMO_PRODUCTS if named == DEMO else Path(named))
    exit_code = REFUSED if reading.universe is None else 0
    if as_json:
        print_json(_object(reading, exit_code))
    else:
        typer.echo("\n".join(_lines(reading, named)))
    raise typer.Exit(exit_code)


def _lines(reading: Any, path: str) -> list[str]:
    if reading.universe is None:
        lines = [f"{clean(path, None)} is refused: {counted(len(reading.faults), 'fault')}"]
    else:
        shares = len(reading.universe.look_through.share)
        lines = [
            f"{clean(path, None)}: {counted(len(reading.universe.products), 'product')}, "
            f"{counted(shares, 'look-through share')}"
        ]
    lines += group_lines("Faults", reading.faults)
    lines += group_lines("Warnings", reading.warnings)
    return lines if reading.faults or reading.warnings else [*lines, "No faults."]


def _object(reading: Any, exit_code: int) -> dict[str, object]:
    found = reading.universe
    products = None
    if found is not None:
        shares = len(found.look_through.share)
        products = {"n_products": len(found.products), "n_shares": shares, "digest": found.digest}
    return {
        "exit_code": exit_code,
        "products": products,
        "faults": [fault_object(fault) for fault in reading.faults],
        "warnings": [fault_object(warning) for warning in reading.warnings],
    }
