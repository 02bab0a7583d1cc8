"""The rules of the house that no ready-made linter knows, as pure functions from source text to complaints.

Each limit is a constant here. They only tighten.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 50
MAX_PARAMETERS = 6
MAX_POSITIONAL = 2
MAX_FRONT_PAGE_LINES = 150
MIN_REASON_LETTERS = 8

FRONT_PAGES = ("README.md", "AGENTS.md")
DEFERRED_IMPORTS = "trimtab/server/late.py"
UNMIRRORED = ("docs", "house", "e2e", "oracle")
TOOLS = "trimtab/tools/"
COMMANDS = "trimtab/cli/"

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Codes only, so that what follows is the reason. Assembled, because this file is under the same rule.
_MARK = re.compile(r"#\s*(?:type:\s*" + r"ignore|no" + r"qa|pragma:\s*no\s+(?:cover|branch))(?P<rest>[^\n]*)")
_CODES = re.compile(r"^\s*(?:\[[^\]]*\]|:\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)?")


def long_file(text: str) -> list[str]:
    """Say so when a file has more lines than the house allows."""
    lines = len(text.splitlines())
    return [f"{lines} lines, at most {MAX_FILE_LINES}"] if lines > MAX_FILE_LINES else []


def long_front_page(text: str) -> list[str]:
    """Say so when README.md or AGENTS.md has more lines than a reader takes in at once."""
    lines = len(text.splitlines())
    return [f"{lines} lines, at most {MAX_FRONT_PAGE_LINES}"] if lines > MAX_FRONT_PAGE_LINES else []


def long_functions(text: str) -> list[str]:
    """Name every function longer than the house allows, its docstring included."""
    lengths = ((f, (f.end_lineno or f.lineno) - f.lineno + 1) for f, _ in _functions(text))
    return [
        f"line {f.lineno}: {f.name} has {length} lines, at most {MAX_FUNCTION_LINES}"
        for f, length in lengths
        if length > MAX_FUNCTION_LINES
    ]


def many_parameters(text: str, *, path: str) -> list[str]:
    """Name every function with too many parameters; a tool may have more, as they are its public schema."""
    if path.startswith(TOOLS):
        return []
    counted = ((f, len(_parameters(f, in_class=in_class))) for f, in_class in _functions(text))
    return [
        f"line {f.lineno}: {f.name} has {count} parameters, at most {MAX_PARAMETERS}"
        for f, count in counted
        if count > MAX_PARAMETERS
    ]


def many_positional(text: str, *, path: str) -> list[str]:
    """Name every function that takes more than two arguments by position; a call must read without a lookup.

    Free are magic methods, tool functions, and the commands, whose parameters are command-line options.
    """
    if path.startswith(TOOLS):
        return []
    found = []
    for function, in_class in _functions(text):
        if _is_magic(function) or (path.startswith(COMMANDS) and not function.name.startswith("_")):
            continue
        count = len(_positional(function, in_class=in_class))
        if count > MAX_POSITIONAL:
            found.append(
                f"line {function.lineno}: {function.name} takes {count} arguments by position, at most {MAX_POSITIONAL}"
            )
    return found


def hidden_imports(text: str, *, path: str) -> list[str]:
    """Name every import not seen at the head of the file: in a function, or for the type checker only."""
    found = []
    for node, inside in _imports(ast.parse(text)):
        if inside == "function" and path != DEFERRED_IMPORTS:
            found.append(f"line {node.lineno}: import inside a function; only {DEFERRED_IMPORTS} may")
        if inside == "type checking":
            found.append(f"line {node.lineno}: import under TYPE_CHECKING; move the shared type down a layer")
    return found


def unexplained_exceptions(text: str) -> list[str]:
    """Name every line that silences a checker without a reason behind the mark."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        for mark in _MARK.finditer(line):
            reason = _CODES.sub("", mark["rest"], count=1)
            if sum(letter.isalpha() for letter in reason) < MIN_REASON_LETTERS:
                found.append(f"line {number}: a silenced checker needs its reason after the mark")
    return found


def unmirrored_test(path: str, *, modules: frozenset[str]) -> list[str]:
    """Say so when a test file stands for no module or package of the product.

    `tests/a/test_b.py` is for `trimtab/a/b`; `tests/a/test_b_detail.py` is one more aspect of it.
    """
    parts = PurePosixPath(path).parts[1:]
    if parts[0] in UNMIRRORED:
        return []
    folder = "/".join(("trimtab", *parts[:-1]))
    words = PurePosixPath(path).stem.removeprefix("test_").split("_")
    wanted = {f"{folder}/{'_'.join(words[:n])}" for n in range(1, len(words) + 1)}
    return [] if wanted & modules else [f"no module or package {folder}/{'_'.join(words)}"]


def _functions(text: str) -> Iterator[tuple[Function, bool]]:
    """Every function of a module, and whether it is written in the body of a class."""
    for node in ast.walk(ast.parse(text)):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                yield child, isinstance(node, ast.ClassDef)


def _parameters(function: Function, *, in_class: bool) -> list[ast.arg]:
    given = function.args
    rest = [star for star in (given.vararg, given.kwarg) if star is not None]
    return [*_positional(function, in_class=in_class), *given.kwonlyargs, *rest]


def _positional(function: Function, *, in_class: bool) -> list[ast.arg]:
    found = [*function.args.posonlyargs, *function.args.args]
    static = any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)
    return found[1:] if in_class and not static else found


def _is_magic(function: Function) -> bool:
    return function.name.startswith("__") and function.name.endswith("__")


def _imports(node: ast.AST, inside: str = "") -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, inside
        elif isinstance(child, Function | ast.Lambda):
            yield from _imports(child, "function")
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            yield from _imports(child, "type checking")
        else:
            yield from _imports(child, inside)
