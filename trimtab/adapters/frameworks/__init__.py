"""Where frameworks, profiles and portfolios are kept."""
