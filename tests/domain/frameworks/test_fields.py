"""Fields of a document are read one by one, and what is wrong with any is told."""

from decimal import Decimal

import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.fields import Fields, Problems


def fields(**document) -> Fields:
    return Fields(document, Problems(), place="row 1, ")


def told(read: Fields) -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in read.problems.found]


def test_what_is_not_there_or_null_is_left_out() -> None:
    read = fields(gone=None)
    for name in ("gone", "never"):
        assert read.text(name, "default") == "default"
        assert (read.choice(name, ["a"]), read.number(name), read.inside(name)) == (None, None, None)
        assert (read.texts(name), read.each(name)) == ((), ())
    assert told(read) == []


def test_text_is_one_harmless_line_of_limited_length() -> None:
    assert fields(label=" Large\n\u202ecaps ").text("label") == "Large caps"
    read = fields(label="x" * 256, tags=["a"], note="x" * 256)
    read.text("label")
    assert read.text("tags", "default") == "default"
    assert read.text("note", limit=None) == "x" * 256
    assert told(read) == [
        ("row 1, label", "This has 256 characters: shorten it to at most 255."),
        ("row 1, tags", "This must be a text."),
    ]


@pytest.mark.parametrize("text", ["0.25", " 0.25 ", "+0.25", "2.5E-1", "25e-2"])
def test_a_number_is_just_the_decimal_that_is_written(text: str) -> None:
    assert fields(weight=text).number("weight") == Decimal("0.25")


@pytest.mark.parametrize(
    "value", ["0,2,5", "x,1", "25%", "NaN", "Infinity", "1e16", "1e9999", "\u0660.\u0665", ".", "1_0", True, ["1"], {}]
)
def test_what_is_no_number_is_told(value) -> None:
    read = fields(weight=value)
    assert read.number("weight") is None
    assert told(read) == [("row 1, weight", "This must be a number such as 0.25 (for 25 %), at most 1e+15.")]


def test_a_number_with_a_comma_is_told_how_it_is_written() -> None:
    read = fields(weight="0,25")
    read.number("weight")
    assert told(read)[0][1] == "This must be a number such as 0.25 (for 25 %), at most 1e+15. Write it with a point."


def test_an_empty_cell_is_no_number_and_no_fault_and_a_comma_is_read_where_it_may_be() -> None:
    read = Fields({"empty": "", "weight": "0,25"}, Problems(), decimal_comma=True)
    assert (read.number("empty"), read.number("weight")) == (None, Decimal("0.25"))
    assert told(read) == []


def test_a_word_has_to_be_one_of_those_allowed() -> None:
    read = fields(right="low", near="Hihg", far=3)
    assert read.choice("right", ["low", "high"]) == "low"
    assert read.choice("near", ["low", "high"]) is None
    assert read.choice("far", ["low", "high"]) is None
    assert told(read) == [
        ("row 1, near", "This must be one of low, high. Did you mean high?"),
        ("row 1, far", "This must be one of low, high."),
    ]


def test_lists_and_objects_have_to_be_such() -> None:
    read = fields(tags="ETF", mixed=["ETF", None], rules=[], buckets={}, rows=[{"a": "1"}, "b"])
    assert (read.texts("tags"), read.texts("mixed"), read.inside("rules"), read.each("buckets")) == ((), (), None, ())
    assert [each.place for each in read.each("rows")] == ["row 1, rows[0]."]
    assert told(read) == [
        ("row 1, tags", 'This must be a list of texts, such as ["ETF", "Stock"].'),
        ("row 1, mixed", 'This must be a list of texts, such as ["ETF", "Stock"].'),
        ("row 1, rules", "This must be an object: {...}."),
        ("row 1, buckets", "This must be a list of objects: [{...}, ...]."),
        ("row 1, rows[1]", "This must be an object: {...}."),
    ]


def test_an_object_inside_is_read_with_its_place_before_its_fields() -> None:
    inside = fields(rules={"tags": ["ETF"], "weight": "x"}).inside("rules")
    assert inside is not None
    assert inside.texts("tags") == ("ETF",)
    inside.number("weight")
    assert told(inside)[0][0] == "row 1, rules.weight"


def test_an_unknown_field_is_told_without_repeating_what_it_is_called() -> None:
    read = fields(path="a", lable="b")
    read.only(["path", "label"])
    top = Fields({"\x1b[31m": "1"}, Problems())
    top.only(["path"])
    assert told(read) == [("row 1", "A field is unknown here; there are path, label. Did you mean label?")]
    assert told(top) == [("document", "A field is unknown here; there are path.")]


def test_with_an_unknown_field_what_is_needed_and_not_there_is_told_too() -> None:
    read = fields(path="", weight="0.6")
    read.only(["path", "target_weight"], needed=["path", "target_weight"])
    assert told(read) == [
        (
            "row 1",
            "A field is unknown here; there are path, target_weight. It needs path and target_weight. Did you mean "
            "target_weight?",
        )
    ]


def test_one_thing_under_two_names_is_told() -> None:
    read = fields(band="1", bps="2", old=None)
    assert read.name_among(["bps", "band"]) == "bps"
    assert read.name_among(["new", "old"]) == "old"
    assert read.name_among(["a", "b"]) == "a"
    assert told(read) == [("row 1, band", "This says the same as bps: give one of the two.")]


def test_all_problems_are_refused_at_once_and_none_is_no_refusal() -> None:
    problems = Problems()
    problems.refuse("document")
    problems.add("line 1", "This is wrong.", code="missing")
    with pytest.raises(InvalidInput, match=r"^1 place of the document can't be read, and nothing was taken of it; the"):
        problems.refuse("document")
    problems.add("line 2", "That too.")
    with pytest.raises(InvalidInput, match=r"^2 places .* the first is line 1: This is wrong\.$") as refused:
        problems.refuse("document")
    assert [(each.field, each.code) for each in refused.value.problems] == [
        ("line 1", "missing"),
        ("line 2", "invalid"),
    ]
    assert refused.value.next_action == "Correct the listed places and send it again."
