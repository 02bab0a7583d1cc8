"""MCP resources: what a client can read, attach to a conversation, or watch."""
