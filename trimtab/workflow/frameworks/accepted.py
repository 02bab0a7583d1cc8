"""A portfolio as it is accepted: what is kept of it, and what a trading session gets."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from trimtab.domain.errors import BrokenRecord, NotFound
from trimtab.workflow.ports.framework_parts import FrameworkPart
from trimtab.workflow.ports.framework_records import PortfolioRow

_ID_LENGTH: Final = 24


class AcceptedPosition(BaseModel):
    """A product of a leaf. Weights are fractions of the portfolio; a locked one isn't scaled."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    code: str
    weight: Decimal
    locked: bool = False


class AcceptedPortfolio(BaseModel):
    """Everything that a portfolio is; positions with `cash_weight` sum to exactly 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: FrameworkPart
    base_ccy: str
    total_value: float
    cash_weight: Decimal
    positions: tuple[AcceptedPosition, ...]
    products_digest: str
    market_digest: str
    book_digest: str
    accepted_on: date
    asked: str
    """Fingerprint of what was asked for: the framework's content, how products are picked, and the money."""

    @property
    def is_new_money(self) -> bool:
        """Whether it is cash to invest, and no account of the book."""
        return self.part.model.account is not None

    @property
    def mapped_to(self) -> dict[str, list[tuple[str, Decimal]]]:
        """The leaves of each product, with what it weighs in each."""
        found: dict[str, list[tuple[str, Decimal]]] = {}
        for position in self.positions:
            found.setdefault(position.code, []).append((position.path, position.weight))
        return found

    @property
    def row(self) -> PortfolioRow:
        """As the records keep it."""
        part = self.part
        return PortfolioRow(
            portfolio_id=part.portfolio_id,
            framework_id=part.framework_id,
            framework_version=part.framework_version,
            account_number=part.model.account_number,
            document=json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":")),
        )


def accepted_of(row: PortfolioRow) -> AcceptedPortfolio:
    """The portfolio that the records keep.

    Raises:
        BrokenRecord: it isn't one that this release can read.
    """
    try:
        return AcceptedPortfolio.model_validate_json(row.document)
    except ValidationError as error:
        raise BrokenRecord(
            "The portfolio that the records keep isn't of a form that can be read.",
            field="portfolio_id",
            next_action="Call build_portfolio for a new one; whoever runs the server should look at this one.",
        ) from error


def portfolio_id(owner: str, *, content: list[str], key: str | None) -> str:
    """One key is one portfolio; without a key the same content is, so that accepting twice makes one."""
    named = json.dumps([owner, key, [] if key is not None else content])
    return f"pf_{hashlib.sha256(named.encode()).hexdigest()[:_ID_LENGTH]}"


def no_portfolio(field: str) -> NotFound:
    """What is said of a portfolio that isn't the caller's, or isn't there."""
    return NotFound(
        "There is no such framework portfolio of yours.",
        field=field,
        next_action="Call build_portfolio with accept=true; it answers with portfolio_id.",
    )
