"""The front page names every tool, and every prompt a person may pick."""

from tests.house.tree import read
from trimtab.tools.registry import PROMPTS, TOOLS


def test_the_readme_names_every_tool_and_every_prompt() -> None:
    page = read("README.md")
    names = [tool.name for tool in TOOLS] + [prompt.name for prompt in PROMPTS]
    assert [name for name in names if f"`{name}`" not in page] == []
