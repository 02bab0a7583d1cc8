"""Allocation frameworks: trees of target weights, what is wrong with them, and how they are kept over time."""
