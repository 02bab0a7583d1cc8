"""The book as a document: what a session over it works on, and nothing about a single client."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from trimtab.domain.columns import DateColumn, FloatColumn
from trimtab.domain.errors import NotFound
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.valuation import reporting_currency
from trimtab.workflow.books import BookShelf
from trimtab.workflow.plan_document import canonical

INSTRUMENT_COLUMNS: Final = (
    "code",
    "name",
    "exchange",
    "sector",
    "type",
    "currency",
    "price",
    "price_date",
    "lot_size",
    "ex_date",
    "dividend_per_share",
    "return_1m_pct",
    "return_6m_pct",
    "return_12m_pct",
)
MODEL_COLUMNS: Final = ("model", "portfolios", "target_cash_pct", "tolerance_pct")
LINE_COLUMNS: Final = ("model", "code", "target_pct", "tolerance_pct")
RULE_COLUMNS: Final = ("code", "rule", "account_number", "until")
UNABLE_COLUMNS: Final = ("account_number", "code", "message")


def book_document(shelf: BookShelf, name: str) -> str:
    """Canonical JSON; what the file leaves open is null.

    Prices are per unit in the instrument's currency, targets and returns in percent, tolerances in points. Portfolios
    are counted, not listed, and the reasons of restrictions are left out: clients' names stand in both.

    Raises:
        NotFound: The server works on a book of another name.
    """
    book = shelf.book
    if clean(name) != clean(book.name):
        raise NotFound(
            "This server works on a book of another name.",
            field="book",
            next_action="Call get_server_status: book.name is the name of the book.",
        )
    return canonical(
        {
            "name": clean(book.name),
            "as_of": book.as_of.isoformat(),
            "digest": book.digest,
            "policy_digest": shelf.policy_digest,
            "reporting_currency": reporting_currency(book),
            "portfolios": _portfolio_counts(book),
            "models": _table(MODEL_COLUMNS, _models(book)),
            "model_lines": _table(LINE_COLUMNS, _model_lines(book)),
            "instruments": _table(INSTRUMENT_COLUMNS, _instruments(book)),
            "fx": {f"{clean(source)}/{clean(target)}": rate for (source, target), rate in sorted(book.fx.items())},
            "restrictions": _table(RULE_COLUMNS, _restrictions(book)),
            "unable_to_check": _table(UNABLE_COLUMNS, _unable(shelf)),
        }
    )


def _table(columns: Sequence[str], rows: Iterator[tuple[object, ...]]) -> dict[str, object]:
    return {"columns": columns, "rows": list(rows)}


def _portfolio_counts(book: Book) -> dict[str, object]:
    portfolios = book.portfolios
    return {
        "count": len(portfolios.account_number),
        "by_base_currency": _counts(portfolios.base_currency),
        "by_tax_country": _counts(portfolios.tax_country),
        "by_entity": _counts(portfolios.entity),
        "with_pending_withdrawal": int(np.count_nonzero(portfolios.pending_withdrawal > 0)),
        "with_unknown_cash": int(np.count_nonzero(np.isnan(portfolios.cash))),
    }


def _counts(texts: Sequence[str]) -> dict[str, int]:
    return dict(Counter(map(clean, texts)))


def _models(book: Book) -> Iterator[tuple[object, ...]]:
    models = book.models
    users = np.bincount(book.portfolios.model[book.portfolios.model >= 0], minlength=len(models.name)).tolist()
    cash, tolerance = _numbers(models.target_cash_pct), _numbers(models.tolerance_pct)
    return zip(map(clean, models.name), users, cash, tolerance, strict=True)


def _model_lines(book: Book) -> Iterator[tuple[object, ...]]:
    models = book.models
    names = (clean(models.name[row]) for row in models.line_model.tolist())
    target, tolerance = _numbers(models.line_target_pct), _numbers(models.line_tolerance_pct)
    return zip(names, map(clean, models.line_code), target, tolerance, strict=True)


def _instruments(book: Book) -> Iterator[tuple[object, ...]]:
    of = book.instruments
    texts = (of.code, of.name, of.exchange, of.sector, of.type, of.currency)
    return zip(
        *(map(clean, column) for column in texts),
        _numbers(of.price),
        _dates(of.price_date),
        _numbers(of.lot_size),
        _dates(of.ex_date),
        _numbers(of.dividend_per_share),
        _numbers(of.return_1m_pct),
        _numbers(of.return_6m_pct),
        _numbers(of.return_12m_pct),
        strict=True,
    )


def _restrictions(book: Book) -> Iterator[tuple[object, ...]]:
    for rule in book.restrictions:
        account = None if rule.account_number is None else clean(rule.account_number)
        yield clean(rule.code), rule.rule, account, None if rule.until is None else rule.until.isoformat()


def _unable(shelf: BookShelf) -> Iterator[tuple[object, ...]]:
    for entry in shelf.unable():
        for reason in entry.reasons:
            yield clean(entry.account_number), reason.code, clean(reason.message, None)


def _numbers(column: FloatColumn) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in column.tolist()]


def _dates(column: DateColumn) -> list[str | None]:
    return [None if value == "NaT" else value for value in np.datetime_as_string(column, unit="D").tolist()]
