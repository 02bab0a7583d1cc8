"""What the workflow needs from outside, and what it offers, as protocols and models."""
