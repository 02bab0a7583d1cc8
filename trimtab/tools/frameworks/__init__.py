"""The tools of the frameworks toolset."""
