"""How commands that check files show what is wrong: for people as groups of lines, for scripts as objects."""

from collections.abc import Iterable

from trimtab.domain.errors import Fault
from trimtab.domain.outside_text import clean


def fault_object(fault: Fault) -> dict[str, object]:
    """The fault for scripts."""
    return {name: getattr(fault, name) for name in ("file", "line", "column", "message", "code")}


def group_lines(title: str, found: Iterable[object]) -> list[str]:
    """The title and a clean line for each; nothing where there is none."""
    lines = [f"  {clean(str(each), None)}" for each in found]
    return [f"\n{title}", *lines] if lines else []


def counted(count: int, noun: str) -> str:
    """`1 fault`, `2 faults`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
