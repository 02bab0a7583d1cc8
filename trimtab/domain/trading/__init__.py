"""Drift, trades, tax and cash of a book of portfolios, in columns."""
