"""Orchestration of trading work, and the ports it needs from outside."""
