"""What `trimtab signals` prints of runs over past days: evaluations and backtests."""

from typing import Final

from trimtab.cli.printing import print_lines, print_rows, print_table
from trimtab.cli.signal_tables import by_name, percent, print_foot, print_head
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_results import Backtested, Comparison, Evaluation, Scatter

DIGITS: Final = 4
SECTIONS: Final = {
    "equity": "Equity in money; drawdown as a fraction",
    "weights": "Weights after each execution, as fractions",
    "trades": "Trades, at adjusted prices",
    "contributions_over_time": "Contributions so far, as fractions of the capital at the start",
    "histogram": "",
    "confidence": "Mean confidence, 0 to 1",
}
UNITS: Final = (
    "Returns, drawdowns, volatility and win_rate are fractions; turnover and average_holding_period are per decision."
)
OWN_DAYS: Final = "Each column has its own first_day: compare columns that begin together."


def print_evaluation(found: Evaluation) -> None:
    """Prints what each strategy was worth."""
    print_head(f"{found.n_days} days, {found.first_day} to {found.last_day}", found.basis)
    print_table("Each strategy alone", found.metrics, digits=DIGITS)
    print_table("Its signals", found.signals, digits=DIGITS)
    print_table("Information coefficient by horizon", found.decay, digits=DIGITS)
    _print_histogram(found.histogram)
    lines = [f"{UNITS} ic_mean is over the strategy's own horizon.", OWN_DAYS]
    if found.strategies_without_signal:
        lines.append(f"Without a signal: {', '.join(map(clean, found.strategies_without_signal))}")
    print_foot(found.recorded, found.basis, lines=lines)


def print_backtested(found: Backtested) -> None:
    """Prints what the portfolio came to."""
    print_head(f"{found.n_days} days, {found.first_day} to {found.last_day}", found.basis)
    print_table(f"Combined by {found.combination_method}, {found.allocation_method}", found.metrics, digits=DIGITS)
    rows = [(row["source"], row["value"], percent(row["contribution"])) for row in by_name(found.contributions)]
    print_rows("Where the return comes from", ("source", "value", "contribution %"), rows=rows)
    if found.comparison is not None:
        _print_comparison(found.comparison)
    _print_sections(found)
    for title, table in (
        ("Limits that weren't kept", found.unmet),
        ("Decided and not executed yet, as fractions", found.pending),
        ("Held at the end without a price any more, as fractions", found.stuck),
    ):
        if table.rows:
            print_table(title, table, digits=DIGITS)
    print_foot(found.recorded, found.basis, lines=_outcome(found))


def _outcome(found: Backtested) -> list[str]:
    lines = [
        f"{found.final_value:,.2f} at the end; {found.n_decisions} decisions, {found.n_trades} trades, "
        f"{found.cost_value:,.2f} of costs.",
        f"{found.untraded} trades had no price, {found.without_estimate} positions no estimate.",
        UNITS,
        OWN_DAYS,
    ]
    if found.ruined_on is not None:
        lines.append(f"Nothing was left on {found.ruined_on}.")
    return [*lines, *(f"{each.section}: {each.shown} of {each.total} rows are shown." for each in found.shown)]


def _print_comparison(found: Comparison) -> None:
    print_table("Every way to combine", found.metrics, digits=DIGITS)
    print_table(f"Deflated by {found.n_trials} trials; 0.95 is usually asked for", found.deflated, digits=DIGITS)
    print_table("Chosen without knowing what came", found.walk_forward, digits=DIGITS)
    print_rows("What that choice would have earned", ("metric", "value"), rows=[*found.joined.items()], digits=DIGITS)


def _print_sections(found: Backtested) -> None:
    for name, title in SECTIONS.items():
        table: Table | None = getattr(found, name)
        if table is not None and name == "histogram":
            _print_histogram(table)
        elif table is not None:
            print_table(title, table, digits=DIGITS)
    if found.scatter is not None:
        _print_scatter(found.scatter)


def _print_histogram(found: Table) -> None:
    print_table("How often which alpha, in days and symbols", found)


def _print_scatter(found: Scatter) -> None:
    print_table(
        f"Alpha and the return over the next {found.horizon_days} trading days, a fraction", found.points, digits=DIGITS
    )
    pearson, spearman = ("-" if value is None else f"{value:.4f}" for value in (found.pearson, found.spearman))
    print_lines([f"{found.n} points; Pearson {pearson}, Spearman {spearman}."])
