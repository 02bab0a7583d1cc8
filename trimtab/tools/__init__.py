"""MCP tools: a file per tool, the registry of what is exposed, and error translation."""
