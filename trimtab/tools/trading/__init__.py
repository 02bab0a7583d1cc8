"""The tools of the trading toolset."""
