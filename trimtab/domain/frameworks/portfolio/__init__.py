"""A portfolio from a framework. Section 6 of `docs/framework-maths.md`."""

from trimtab.domain.frameworks.portfolio.building import portfolio_of
from trimtab.domain.frameworks.portfolio.result import Override, Portfolio, PortfolioFinding, Position

__all__ = ["Override", "Portfolio", "PortfolioFinding", "Position", "portfolio_of"]
