"""Market data: from folders of files, and from Yahoo."""
