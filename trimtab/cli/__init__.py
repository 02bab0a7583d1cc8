"""Commands: a file per command, which parses arguments and calls what lies below."""
