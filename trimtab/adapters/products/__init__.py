"""Products that buckets are filled with, from folders of files."""
