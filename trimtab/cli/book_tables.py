"""What `trimtab book show` prints: a book's models and portfolios, and the lines of one portfolio."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trimtab.cli.console import table, terminal
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.drift import Drift, compute_drift
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.positions import Positions, build_positions
from trimtab.domain.trading.valuation import find_unable

Row = dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class BookView:
    """A book with the weights of those portfolios that can be checked; `number` is a book row's place among these."""

    book: Book
    positions: Positions
    drift: Drift
    number: Mapping[int, int]
    unable: Mapping[str, str]

    @classmethod
    def of(cls, book: Book, policy: Policy) -> "BookView":
        """Values the book."""
        unable = {
            portfolio.account_number: "; ".join(reason.message for reason in portfolio.reasons)
            for portfolio in find_unable(book, policy)
        }
        rows = [row for row, account in enumerate(book.portfolios.account_number) if account not in unable]
        positions = build_positions(book, np.array(rows, dtype=np.int64))
        number = {row: number for number, row in enumerate(rows)}
        return cls(book, positions, compute_drift(positions), number, unable)

    def models(self) -> list[Row]:
        """Every model with its number of lines and portfolios."""
        models = self.book.models
        return [
            {
                "model": name,
                "target_cash_pct": float(models.target_cash_pct[row]),
                "tolerance_pct": float(models.tolerance_pct[row]),
                "lines": int((models.line_model == row).sum()),
                "portfolios": int((self.book.portfolios.model == row).sum()),
            }
            for row, name in enumerate(models.name)
        ]

    def portfolios(self) -> list[Row]:
        """Every portfolio."""
        return [self.portfolio(row) for row in range(len(self.book.portfolios.account_number))]

    def portfolio(self, row: int) -> Row:
        """One portfolio; its total and cash weight are None where it can't be checked."""
        portfolios, number = self.book.portfolios, self.number.get(row)
        total = None if number is None else float(self.drift.total[number])
        cash = float(portfolios.cash[row]) if number is None else float(self.drift.cash[number])
        return {
            "account_number": portfolios.account_number[row],
            "client_name": portfolios.client_name[row],
            "entity": portfolios.entity[row],
            "model": portfolios.model_name[row],
            "currency": portfolios.base_currency[row],
            "total_value": None if total is None else round(total, 2),
            "cash_pct": round(cash / total * 100, 4) if total else None,
            "pending_withdrawal": float(portfolios.pending_withdrawal[row]),
            "unable_to_check": self.unable.get(portfolios.account_number[row]),
        }


def portfolio_lines(view: BookView, row: int) -> list[Row]:
    """The lines of one portfolio, by code; none where it can't be checked. Weights are of what stays invested."""
    number = view.number.get(row)
    if number is None:
        return []
    positions, drift, instruments = view.positions, view.drift, view.book.instruments
    first, last = positions.start[number : number + 2]
    return [
        {
            "code": instruments.code[positions.instrument[line]],
            "name": instruments.name[positions.instrument[line]],
            "units": float(positions.units[line]),
            "value": round(float(drift.value[line]), 2),
            "actual_pct": round(float(drift.actual_pct[line]), 4),
            "target_pct": round(float(drift.target_pct[line]), 4),
            "tolerance_pct": round(float(drift.tolerance_pct[line]), 4),
        }
        for line in range(first, last)
    ]


def print_book(view: BookView, headline: str) -> None:
    """Prints a book's models and portfolios."""
    out = terminal()
    out.print(headline, style="bold", soft_wrap=True)
    for title, rows in (("Models", view.models()), ("Portfolios", view.portfolios())):
        _print_rows(rows, title)


def print_portfolio(view: BookView, row: int) -> None:
    """Prints one portfolio and its lines."""
    out = terminal()
    for name, value in view.portfolio(row).items():
        if value is not None:
            shown = f"{value:,.2f}" if isinstance(value, float) else clean(str(value), None)
            out.print(f"{name.replace('_', ' ')}: {shown}", soft_wrap=True)
    _print_rows(portfolio_lines(view, row), "Lines")


def _print_rows(rows: list[Row], title: str) -> None:
    if rows:
        columns = [name for name in rows[0] if any(row[name] is not None for row in rows)]
        out = terminal()
        out.print()
        out.print(table(columns, [[row[name] for name in columns] for row in rows], title=title))
