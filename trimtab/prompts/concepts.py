"""Education on what the server computes: short texts in plain words, with numbers that add up."""

from importlib.resources import files


def concept_text(name: str) -> str:
    """The Markdown text of a concept that this package has."""
    return (files("trimtab.prompts") / "concepts" / f"{name}.md").read_text(encoding="utf-8")
