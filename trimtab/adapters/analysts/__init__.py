"""Who judges a trade from the facts it is given."""
