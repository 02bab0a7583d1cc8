"""Prompt templates and the typed context of each."""
