"""Strategies and methods judged by what they would have earned. Sections 8 and 9 of `docs/signal-backtest.md`."""
