"""Where the records of execution are kept: a SQL database."""
