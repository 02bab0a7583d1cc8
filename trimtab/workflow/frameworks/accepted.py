"""A portfolio as it is accepted: what is kept of it, and what a trading session gets."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Final

from pydantic import BaseModel, ConfigDict

from trimtab.domain.errors import NotFound
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

    @property
    def is_new_money(self) -> bool:
        """Whether it is cash to invest, and no account of the book."""
        return self.part.model.account is not None

    @property
    def mapped_to(self) -> dict[str, str]:
        """The leaf of each product; of a product in several the first."""
        found: dict[str, str] = {}
        for position in self.positions:
            found.setdefault(position.code, position.path)
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
    """The portfolio that the records keep."""
    return AcceptedPortfolio.model_validate_json(row.document)


def portfolio_id(owner: str, *, content: str, key: str | None) -> str:
    """The same for the same content, so that accepting twice makes one; another key makes another."""
    named = json.dumps([owner, key, content])
    return f"pf_{hashlib.sha256(named.encode()).hexdigest()[:_ID_LENGTH]}"


def no_portfolio(field: str) -> NotFound:
    """What is said of a portfolio that isn't the caller's, or isn't there."""
    return NotFound(
        "There is no such framework portfolio of yours.",
        field=field,
        next_action="Call build_portfolio with accept=true; it answers with portfolio_id.",
    )
