"""Size, shape and place of every file, read from the source without importing it."""

from collections.abc import Callable, Iterable

import pytest

from tests.house import guards, tree

PLAIN = "trimtab/domain/example.py"
MODULES = frozenset({"trimtab/domain/money", "trimtab/domain/trading", "trimtab/domain/trading/tax_lots"})


def refuse(paths: Iterable[str], guard: Callable[[str, str], list[str]]) -> None:
    """Fail with what the guard says of each file, a line each."""
    found = [f"{path}: {said}" for path in paths for said in guard(path, tree.read(path))]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_no_file_is_longer_than_the_house_allows() -> None:
    refuse(tree.python_files(tree.CODE), lambda _, text: guards.long_file(text))


def test_no_function_is_longer_than_the_house_allows() -> None:
    refuse(tree.python_files(tree.CODE), lambda _, text: guards.long_functions(text))


def test_no_function_has_too_many_parameters() -> None:
    refuse(tree.python_files(tree.PRODUCT), lambda path, text: guards.many_parameters(text, path=path))


def test_no_function_takes_more_than_two_arguments_by_position() -> None:
    refuse(tree.python_files(tree.PRODUCT), lambda path, text: guards.many_positional(text, path=path))


def test_imports_stand_at_the_head_of_the_file() -> None:
    refuse(tree.python_files(tree.PRODUCT), lambda path, text: guards.hidden_imports(text, path=path))


def test_every_silenced_checker_has_its_reason() -> None:
    refuse(tree.python_files(tree.CODE), lambda _, text: guards.unexplained_exceptions(text))


def test_front_pages_are_short() -> None:
    pages = [page for page in guards.FRONT_PAGES if page in tree.files()]
    refuse(pages, lambda _, text: guards.long_front_page(text))


def test_tests_mirror_the_source() -> None:
    sources = [path.removesuffix(".py") for path in tree.python_files(tree.PRODUCT)]
    modules = frozenset({*sources, *(path.rpartition("/")[0] for path in sources)})
    tests = [path for path in tree.python_files(("tests/",)) if path.rpartition("/")[2].startswith("test_")]
    refuse(tests, lambda path, _: guards.unmirrored_test(path, modules=modules))


def test_a_file_one_line_over_is_refused() -> None:
    assert guards.long_file("\n" * (guards.MAX_FILE_LINES + 1))
    assert not guards.long_file("\n" * guards.MAX_FILE_LINES)


def test_a_front_page_one_line_over_is_refused() -> None:
    assert guards.long_front_page("\n" * (guards.MAX_FRONT_PAGE_LINES + 1))
    assert not guards.long_front_page("\n" * guards.MAX_FRONT_PAGE_LINES)


@pytest.mark.parametrize("head", ["def f():\n", "async def f():\n"])
def test_a_function_one_line_over_is_refused(head: str) -> None:
    assert guards.long_functions(head + "    pass\n" * guards.MAX_FUNCTION_LINES)
    assert not guards.long_functions(head + "    pass\n" * (guards.MAX_FUNCTION_LINES - 1))


@pytest.mark.parametrize(
    ("source", "path", "refused"),
    [
        ("def f(a, b, *, c, d, e, g): ...", PLAIN, False),
        ("def f(a, b, *, c, d, e, g, h): ...", PLAIN, True),
        ("def f(*a, c, d, e, g, h, **k): ...", PLAIN, True),
        ("class C:\n    def f(self, a, b, *, c, d, e, g): ...", PLAIN, False),
        ("class C:\n    def f(self, a, b, *, c, d, e, g, h): ...", PLAIN, True),
        ("class C:\n    @staticmethod\n    def f(a, b, *, c, d, e, g, h): ...", PLAIN, True),
        ("def f(a, b, *, c, d, e, g, h): ...", "trimtab/tools/trading/example.py", False),
    ],
)
def test_parameters_are_counted(source: str, path: str, refused: bool) -> None:
    assert bool(guards.many_parameters(source, path=path)) is refused


@pytest.mark.parametrize(
    ("source", "path", "refused"),
    [
        ("def f(a, b, *, c): ...", PLAIN, False),
        ("def f(a, b, c): ...", PLAIN, True),
        ("def f(a, /, b, c): ...", PLAIN, True),
        ("def f():\n    def g(a, b, c): ...", PLAIN, True),
        ("class C:\n    def f(self, a, b): ...", PLAIN, False),
        ("class C:\n    def f(self, a, b, c): ...", PLAIN, True),
        ("class C:\n    def __exit__(self, a, b, c): ...", PLAIN, False),
        ("def f(a, b, c): ...", "trimtab/tools/trading/example.py", False),
        ("def f(a, b, c): ...", "trimtab/cli/example.py", False),
        ("def _f(a, b, c): ...", "trimtab/cli/example.py", True),
    ],
)
def test_arguments_by_position_are_counted(source: str, path: str, refused: bool) -> None:
    assert bool(guards.many_positional(source, path=path)) is refused


@pytest.mark.parametrize(
    ("source", "path", "refused"),
    [
        ("import json", PLAIN, False),
        ("def f():\n    import json", PLAIN, True),
        (
            "class C:\n    async def f(self):\n        if self:\n            from json import loads",
            PLAIN,
            True,
        ),
        ("def f():\n    import json", guards.DEFERRED_IMPORTS, False),
        ("if TYPE_CHECKING:\n    import json", PLAIN, True),
        ("if typing.TYPE_CHECKING:\n    import json", guards.DEFERRED_IMPORTS, True),
        ("try:\n    import json\nexcept ImportError:\n    json = None", PLAIN, False),
    ],
)
def test_hidden_imports_are_found(source: str, path: str, refused: bool) -> None:
    assert bool(guards.hidden_imports(source, path=path)) is refused


@pytest.mark.parametrize(
    ("mark", "refused"),
    [
        ("type: " + "ignore[arg-type]", True),
        ("type: " + "ignore[arg-type]  # the stub lacks this overload", False),
        ("no" + "qa", True),
        ("no" + "qa: E501", True),
        ("no" + "qa: E501, PLR0911  # a table reads better unbroken", False),
        ("pragma: no " + "cover", True),
        ("pragma: no " + "cover - only on Windows, see the guide", False),
    ],
)
def test_silenced_checkers_without_a_reason_are_found(mark: str, refused: bool) -> None:
    assert bool(guards.unexplained_exceptions(f"x = 1  # {mark}\n")) is refused


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("tests/domain/test_money.py", False),
        ("tests/domain/test_trading.py", False),
        ("tests/domain/trading/test_tax_lots.py", False),
        ("tests/domain/trading/test_tax_lots_by_day.py", False),
        ("tests/domain/trading/test_tax.py", True),
        ("tests/formatters/test_money.py", True),
        ("tests/test_money.py", True),
        ("tests/house/test_money.py", False),
    ],
)
def test_a_test_without_its_module_is_found(path: str, refused: bool) -> None:
    assert bool(guards.unmirrored_test(path, modules=MODULES)) is refused
