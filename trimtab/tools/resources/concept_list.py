"""Which concepts there are, and what else leads to their pages."""

from typing import Final

CONCEPTS: Final = {
    "drift": ("Drift", "How far a weight is from its target, what it is a share of, and what a withdrawal does to it."),
    "tolerance-bands": (
        "Tolerance bands",
        "When drift is too much, the trade to the target and the one to the edge, and min_proceed_percent.",
    ),
    "deferral": ("Deferral", "The four verdicts, which flags justify waiting, and what waiting costs."),
    "buy-reduction": ("Buy reduction", "What is there to spend, and how buys are cut to it: decisions, then tiers."),
    "holding-period-tax": (
        "Holding periods and tax",
        "When a parcel in gain is taxed less, how the day is counted, and what the flag cgt:12d says.",
    ),
    "why-a-framework": ("Why a framework", "What an allocation framework is, what it brings, and what it can't do."),
    "conservative": ("Conservative", "The template with most in bonds: what it holds, for whom, what can go wrong."),
    "balanced": ("Balanced", "The template in which equity leads and bonds soften its falls."),
    "growth": ("Growth", "The template with most in equity, and what a deep fall takes to make good."),
    "core-satellite": ("Core-Satellite", "The template with a broad core, satellites for convictions, and a hedge."),
    "geographic": ("Geographic Allocation", "The template of equity by region."),
    "sector-by-risk-band": ("Sector by Risk Band", "The template of equity by how sectors follow the economy."),
    "drift-bands": ("Drift bands", "Absolute and relative bands, the 5/25 rule, edges, minimum and maximum."),
    "rebalancing-methods": (
        "Rebalancing methods",
        "By cadence, by band or both; to the target, the band's edge or half of it; what each moves.",
    ),
    "coverage": ("Coverage", "How products fill buckets, why one is short of them, data health and look-through."),
    "metric-returns": ("Metrics of gains", "What came of it: total return, growth a year, wins and losses."),
    "metric-risk": ("Metrics of risk", "Volatility, drawdown, tails, and figures against a benchmark."),
    "metric-ratios": ("Metrics of return for risk", "Sharpe, Sortino, Calmar and the information ratio."),
    "metric-keeping": (
        "Metrics of keeping a framework",
        "What following it took: executions, turnover, costs, time out of band.",
    ),
    "metric-drift": ("Metrics of drift", "How far a portfolio is from its framework, and where its risk comes from."),
}
"""Title and description of each page, in the order in which they are offered."""

_PAGES: Final = {
    "core-satellite": ("core_satellite",),
    "sector-by-risk-band": ("sector_risk_band",),
    "why-a-framework": ("blank",),
    "metric-returns": ("total_return", "cagr", "win_rate", "profit_factor", "average_win_loss"),
    "metric-risk": (
        "volatility", "max_drawdown", "value_at_risk", "expected_shortfall", "beta", "tracking_error",
    ),
    "metric-ratios": (
        "sharpe", "sharpe_ratio", "sortino", "sortino_ratio", "calmar", "calmar_ratio", "information_ratio",
    ),
    "metric-keeping": ("n_executions", "turnover", "largest_turnover", "cost_value", "time_out_of_band"),
    "metric-drift": ("drift_pct", "total_drift", "drift_of_band", "risk_contribution"),
}  # fmt: skip
ALIASES: Final = {alias: page for page, aliases in _PAGES.items() for alias in aliases}
"""Names of templates and metrics, with the page that explains each: what else has no page of its name."""
