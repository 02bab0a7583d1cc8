"""Trimtab: one set of tools for steering portfolios, served over MCP."""
