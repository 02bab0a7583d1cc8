"""Strategies that are installed: ours, and those of other packages."""
