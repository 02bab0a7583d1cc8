"""Allocation frameworks as callers ask for them: chosen, saved, mapped, built, reported, backtested."""
