"""The tables of reference data: how each is kept in the database, written as YAML, and what ships of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Generic

from sqlalchemy import Table

from trimtab.adapters.records.tables import ASSET_PROXIES, CASH_PROXIES, INDUSTRY_PROXIES
from trimtab.adapters.reference import yaml_files
from trimtab.adapters.reference.yaml_nodes import Place, Reading
from trimtab.domain.factors.reference import AssetProxy, CashProxy, IndustryProxy, Reference
from trimtab.domain.factors.reference_edits import P, merged, with_asset_proxies, with_industries

_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, eq=False)
class Kind(Generic[P]):
    """A table of reference data, whose columns are the fields of its rows.

    `merge` brings what a file names into the rows that are there. With `keeps_rows` they are taken out of use, and
    never deleted.
    """

    row: type[P]
    table: Table
    read: Callable[[Reading, Place], Iterable[P]]
    text: Callable[[Iterable[P]], str]
    merge: Callable[[Sequence[P], Iterable[P]], tuple[P, ...]]
    keeps_rows: bool = False

    @property
    def file(self) -> Path:
        """The file that ships."""
        return _FOLDER / f"{self.table.name}.yaml"

    def load(self, path: Path) -> tuple[P, ...]:
        """The rows that a file names; raises ReferenceRefused with every fault."""
        return yaml_files.load(path, self.read)


ASSETS: Final = Kind(
    AssetProxy,
    ASSET_PROXIES,
    yaml_files.asset_proxies,
    text=yaml_files.asset_proxies_text,
    merge=with_asset_proxies,
    keeps_rows=True,
)
INDUSTRIES: Final = Kind(
    IndustryProxy,
    INDUSTRY_PROXIES,
    yaml_files.industry_proxies,
    text=yaml_files.industry_proxies_text,
    merge=with_industries,
)
CASH: Final = Kind(CashProxy, CASH_PROXIES, yaml_files.cash_proxies, text=yaml_files.cash_proxies_text, merge=merged)


@cache
def shipped() -> Reference:
    """The reference data that ships: the files don't change while the program runs."""
    return Reference(ASSETS.load(ASSETS.file), INDUSTRIES.load(INDUSTRIES.file), CASH.load(CASH.file))
