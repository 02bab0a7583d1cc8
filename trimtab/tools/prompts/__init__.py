"""MCP prompts: what a person picks from a menu, filled with facts that the desk computed."""
