claude mcp add trimtab -- /path/to/trimtab/.venv/bin/trimtab serve                        # Claude Code starts it
claude mcp add --transport http trimtab http://127.0.0.1:8765/mcp                         # Claude Code calls it
code --add-mcp '{"name": "trimtab", "type": "http", "url": "http://127.0.0.1:8765/mcp"}'  # VS Code calls it
