"""What a client tells its model about this server: short, because it is read in every conversation."""

from typing import Final

INSTRUCTIONS: Final = """\
Trimtab steers portfolios back to their models: it finds holdings outside their band, plans trades in \
whole lots, and lets an analyst, you or a person decide which proceed. All arithmetic is done here; \
judge only from facts that tools return; never invent a flag or number.

Usual order: open_session (workflow_mode AiPlan) > analyze_trades > get_session or get_tolerance_status \
to look > advance_phase (Sells > Buys > Review). To decide yourself: get_trading_overview, then \
validate_recommendations (stores nothing), then apply_recommendations. update_session sets rules, \
substitutions, gradual exits and a person's overrides. In Review: preview_orders, then execute_orders \
with its plan_hash; people approve, you can't. Then get_execution_status, seconds apart, until done; \
cancel_orders stops what isn't filled. Unknown: nobody knows yet, never order it again.

Verdicts per instrument: proceed (default), defer, partial (with proceed_percent) or review (trades \
nothing until decided). In Sells a defer or partial needs a flag that is in the data: div (ex-date near), \
dip (price fell), cgt (holding period nearly complete). min_proceed_percent is the smallest percent that \
leaves no line outside its band.

Units: *_pct percentage points, *_value and *_amount money in the portfolio's base currency, *_days \
days from the book's as_of. Trades: buy > 0, sell < 0.

No session needed, returns and weights are fractions: compute_correlations, compute_performance, \
recommend_offsets, compute_signals, allocate_capital, evaluate_strategies, backtest_portfolio. data_quality \
or basis says who is missing. Allocation frameworks: list_frameworks or generate_framework, map_products, \
build_portfolio, then open_session with framework_portfolio. get_allocation_report says what drifted.

Replies about a session carry execution_mode (simulated unless it says live), phase and version. A \
session_id expires when unused. Lists have total and next_cursor; what was cut says so in truncated, or \
shown (of total). Errors carry a next_action: do what it says.
"""
