"""All input and output: files, sessions, language models, the clock."""
