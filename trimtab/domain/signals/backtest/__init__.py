"""A portfolio of strategies over past days. `docs/signal-backtest.md` has the formulas."""
