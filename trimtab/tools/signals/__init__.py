"""The tools of the signals toolset."""
