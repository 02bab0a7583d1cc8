import math

import pytest
import toons
from hypothesis import given
from hypothesis import strategies as st

from tests.formatters.hostile import hostile
from trimtab.domain.outside_text import clean_lines
from trimtab.formatters.tables import to_toon, uniform

SAMPLE = """\
execution_mode: simulated
version: 3
summary:
  lines: 2
  within: 0
lines[2]{code,actual_pct,status,flags}:
  CBA,8.5,over,"div:8d/$2.40"
  "Smith, J: x",0,under,null
next_cursor: null
next_steps[2]: analyze_trades,apply_recommendations
text: "**Plan**\\n• one\""""


def test_a_result_is_its_scalars_and_its_tables():
    payload = {
        "execution_mode": "simulated",
        "version": 3,
        "summary": {"lines": 2, "within": 0},
        "lines": {
            "columns": ("code", "actual_pct", "status", "flags"),
            "rows": (("CBA", 8.5, "over", "div:8d/$2.40"), ("Smith,  J: x\u202e", -0.0, "under", None)),
        },
        "next_cursor": None,
        "next_steps": ["analyze_trades", "apply_recommendations"],
        "text": "**Plan**\n•  one\u200b\n",
    }
    assert to_toon(payload) == SAMPLE


def test_a_table_without_rows_is_an_empty_list():
    assert to_toon({"lines": {"columns": ["code"], "rows": []}}) == "lines: []"


def test_tables_are_found_at_any_depth():
    payload = {"a": [{"b": {"columns": ["x", "y"], "rows": [[1, True], [2, False]]}}]}
    assert uniform(payload) == {"a": [{"b": [{"x": 1, "y": True}, {"x": 2, "y": False}]}]}


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"a": [0.0, math.nan]}, r"a\[1\] is nan; give a finite number"),
        ({"a": {"b": math.inf}}, r"a\.b is inf; give a finite number"),
        (
            {"t": {"columns": ["x", "y"], "rows": [[1, 2], [1, -math.inf]]}},
            r"t\.rows\[1\]\.y is -inf; give a finite number",
        ),
        ({"t": {"columns": ["x", "y"], "rows": [[1]]}}, r"t\.rows\[0\] has 1 cells; give 2, one a column"),
        ({"t": {"columns": ["x", "x"], "rows": []}}, r"t\.columns names a column twice"),
        ({"a": b"x"}, "a is a bytes; give text, a number"),
        ({"a": {1, 2}}, "a is a set; give text, a number"),
    ],
)
def test_what_can_not_be_shown_is_refused_with_its_path(payload, message):
    with pytest.raises(ValueError, match=message):
        to_toon(payload)


keys = st.sampled_from(("code", "status", "a.b", "2", "- x", "columns", "rows", "")) | st.text(max_size=6).map(
    clean_lines
)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-(2.0**53), 2.0**53) | hostile
tables = st.integers(1, 4).flatmap(
    lambda width: st.fixed_dictionaries(
        {
            "columns": st.lists(keys, min_size=width, max_size=width, unique=True),
            "rows": st.lists(st.lists(scalars, min_size=width, max_size=width), max_size=3),
        }
    )
)
payloads = st.dictionaries(keys, scalars | tables | st.lists(scalars, max_size=3), max_size=4)


@given(payloads)
def test_the_text_says_all_that_the_structure_says(payload):
    assert toons.loads(to_toon(payload)) == uniform(payload)
