"""Where books of portfolios are read from."""
