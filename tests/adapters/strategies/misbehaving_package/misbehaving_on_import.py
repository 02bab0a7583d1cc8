"""A module that isn't there whole."""

raise RuntimeError("no licence\n\u202efor this machine")
