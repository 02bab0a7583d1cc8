"""Where what was computed of signals is kept."""
