"""Where the state of a trading session is kept."""
