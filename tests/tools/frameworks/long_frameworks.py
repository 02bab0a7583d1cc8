"""Answers that are longer than a reply, as a desk gives them."""

from tests.tools.frameworks.scripted_frameworks import BACKTEST, DOCUMENT, EQUITY, MAPPED, PARTS, REPORT
from trimtab.workflow.ports.framework_results import (
    AllocationReport,
    FrameworkBacktest,
    MappedBucket,
    MappedProduct,
    MappedProducts,
)
from trimtab.workflow.ports.results import Table

SHARE = 0.123456789012


def long_document(buckets: int) -> dict[str, object]:
    """A framework of so many buckets."""
    each = {"label": "A label of some length", "target_weight": 0.001, "rules": {"include_tags": ["equity", "core"]}}
    return {**DOCUMENT, "buckets": [{"path": f"AssetClass/Part{number}", **each} for number in range(buckets)]}


def long_mapping(buckets: int, per_bucket: int) -> MappedProducts:
    """So many buckets with so many products each."""
    return MAPPED.model_copy(update={"buckets": tuple(_bucket(number, per_bucket) for number in range(buckets))})


def _bucket(number: int, per_bucket: int) -> MappedBucket:
    products = tuple(
        MappedProduct(code=f"C{number}x{rank}", name="A fund of some length", score=SHARE, score_parts=PARTS, share=1.0)
        for rank in range(per_bucket)
    )
    return EQUITY.model_copy(
        update={"path": f"AssetClass/Part{number}", "candidates": per_bucket, "products": products}
    )


def long_backtest(rows: int) -> FrameworkBacktest:
    """Every section with so many rows."""
    days = [f"{2000 + number // 360}-{number // 30 % 12 + 1:02}-{number % 30 + 1:02}" for number in range(rows)]
    return BACKTEST.model_copy(
        update={
            "equity": Table(columns=("day", "static", "band"), rows=tuple((day, 1e6 + SHARE, 1e6) for day in days)),
            "trades": Table(
                columns=("mode", "day", "decided", "reason", "path", "code", "units", "price", "value"),
                rows=tuple(
                    ("band", day, day, "band", "AssetClass/Equity", "SPY", SHARE, 650.5, -1234.5) for day in days
                ),
            ),
            "contributions": Table(
                columns=("path", "code", "static", "band"),
                rows=tuple(("AssetClass/Equity", f"C{number}", SHARE, -SHARE) for number in range(rows)),
            ),
        }
    )


def long_report(rows: int) -> AllocationReport:
    """Every table with so many rows."""
    return REPORT.model_copy(
        update={
            name: Table(columns=table.columns, rows=(table.rows * rows)[:rows])
            for name in ("buckets", "heatmap", "holdings", "trades")
            if (table := getattr(REPORT, name))
        }
    )
