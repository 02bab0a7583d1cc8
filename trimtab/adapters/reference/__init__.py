"""Where reference data and factor groups are kept."""
