"""Composition root and transports: the only place that knows every concrete class."""
