"""The tools of the factors toolset."""
