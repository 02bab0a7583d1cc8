"""Alpha signals, and what a return series was worth."""
