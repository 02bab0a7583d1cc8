"""A long reply is cut to what a client shows whole, and always says where it goes on."""

import json
import random
import string

import pytest
from pydantic import BaseModel

from tests.tools.payloads import entries, rows
from tests.tools.scripted_desk import COLUMNS, line
from tests.tools.serving import tokens
from trimtab.tools.fitting import MOST_TOKENS, Shape, cost, fit
from trimtab.tools.paging import Page
from trimtab.tools.payload import Payload, as_json, as_text
from trimtab.workflow.ports import results
from trimtab.workflow.ports.cursors import decode_cursor

SEEDED = random.Random(20260302)
PAGE = Page(start=100, view="abc")


def table(count: int) -> Payload:
    return {"columns": list(COLUMNS), "rows": [list(line(index)) for index in range(count)]}


def assert_fits(payload: Payload, plain_field: str | None = None) -> None:
    assert tokens(as_json(payload)) <= MOST_TOKENS
    assert tokens(as_text(payload, plain_field)) <= MOST_TOKENS


def test_a_short_reply_is_left_alone() -> None:
    payload: Payload = {"version": 3, "next_cursor": None, "lines": table(50)}
    assert fit(payload, Shape(page=PAGE)) is payload


@pytest.mark.parametrize("field", ["lines", "items"])
def test_a_page_is_cut_by_rows_and_goes_on_at_the_row_that_follows(field: str) -> None:
    payload: Payload = {"version": 3, "next_cursor": None, field: table(1000)}
    shown = fit(payload, Shape(page=PAGE))
    assert_fits(shown)
    kept = rows(shown, field)
    assert kept == rows(payload, field)[: len(kept)]
    assert decode_cursor(str(shown["next_cursor"]), 3) == 100 + len(kept)
    assert "truncated" not in shown


def test_a_page_is_not_cut_shorter_than_it_must_be() -> None:
    payload: Payload = {"version": 3, "next_cursor": None, "lines": table(1000)}
    shown = fit(payload, Shape(page=PAGE))
    assert tokens(as_json(shown)) > MOST_TOKENS * 2 / 3


def test_any_other_list_says_how_much_of_it_is_shown_and_where_the_rest_is() -> None:
    verdicts = [{"symbol": f"C{index}", "reason": "Over its band, sell."} for index in range(3000)]
    shown = fit({"version": 3, "recommendations": verdicts}, Shape(rest="Call get_session."))
    assert_fits(shown)
    kept = shown["recommendations"]
    assert isinstance(kept, list)
    assert kept == verdicts[: len(kept)]
    assert shown["truncated"] == [
        {"field": "recommendations", "shown": len(kept), "total": 3000, "next_action": "Call get_session."}
    ]


def test_the_largest_list_is_cut_first_wherever_it_lies() -> None:
    payload: Payload = {"few": [1, 2, 3], "actuals": {"portfolios": 5, "instrument_summaries": table(1000)}}
    shown = fit(payload, Shape(rest="Call get_session."))
    assert_fits(shown)
    assert shown["few"] == [1, 2, 3]
    (note,) = entries(shown, "truncated")
    assert (note["field"], note["total"]) == ("actuals.instrument_summaries", 1000)


def test_two_long_lists_are_both_cut_and_both_noted_once() -> None:
    payload: Payload = {"a": ["word " * 20] * 2000, "b": ["word " * 20] * 2100}
    shown = fit(payload, Shape(rest="Ask for less."))
    assert_fits(shown)
    notes = {note["field"]: note["total"] for note in entries(shown, "truncated")}
    assert notes == {"a": 2000, "b": 2100}


def test_unvalued_portfolios_do_not_push_the_rows_of_a_page_out() -> None:
    unable = [{"account_number": f"A{index}", "message": "No price."} for index in range(5000)]
    payload: Payload = {"version": 3, "next_cursor": None, "unable_to_check": unable, "lines": table(50)}
    shown = fit(payload, Shape(page=PAGE, rest="Name portfolios."))
    assert_fits(shown)
    assert shown["lines"] == payload["lines"]
    assert shown["next_cursor"] is None


def test_a_page_keeps_at_least_one_row() -> None:
    wide: Payload = {"columns": ["note"], "rows": [["é" * 9000], ["é" * 9000]]}
    shown = fit({"version": 3, "next_cursor": None, "lines": wide}, Shape(page=PAGE))
    assert len(rows(shown, "lines")) == 1
    assert decode_cursor(str(shown["next_cursor"]), 3) == 101


def test_a_single_text_that_is_too_long_is_cut_at_last_and_says_so() -> None:
    payload: Payload = {"version": 3, "note": "é" * 30_000, "one": ["é" * 30_000], "short": "CBA", "count": 5}
    shown = fit(payload, Shape())
    assert_fits(shown)
    assert str(shown["note"]).endswith("éé…")
    assert (shown["short"], shown["count"]) == ("CBA", 5)


def test_a_row_that_is_too_long_by_itself_is_cut_inside_and_the_next_page_follows() -> None:
    table: Payload = {"columns": ["seq", "detail"], "rows": [[1, '{"reason": "a1-Z"}' * 20_000], [2, "{}"]]}
    shown = fit({"version": 3, "next_cursor": None, "items": table}, Shape(page=PAGE))
    assert_fits(shown)
    ((seq, detail),) = rows(shown, "items")
    assert (seq, str(detail)[-1]) == (1, "…")
    assert decode_cursor(str(shown["next_cursor"]), 3) == 101


def test_text_for_reading_is_cut_between_lines() -> None:
    text = "\n".join(f"CBA{index},8.5,6.0,2.5,div:8d/$2.40" for index in range(5000))
    shown = fit({"version": 3, "text": text}, Shape(plain_field="text", rest="Use compact."))
    assert_fits(shown, "text")
    assert text.startswith(str(shown["text"]))
    assert str(shown["text"]).endswith("\n")
    (note,) = entries(shown, "truncated")
    assert (note["field"], note["total"]) == ("text", len(text))


def test_text_without_lines_is_cut_all_the_same() -> None:
    shown = fit({"text": "word " * 50_000}, Shape(plain_field="text"))
    assert_fits(shown, "text")


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([line(index) for index in range(300)], separators=(",", ":")),
        "ACC100002,CBA,8.5123,6,2,2.5123,over,-1234.56\n" * 200,
        "The portfolio stays over its band; the dividend is near. " * 100,
        "持仓超出目标区间建议卖出" * 100,
        "é" * 1000,
        "\u00e9\U0001f600" * 500,
        json.dumps([SEEDED.random() * 1e6 for _ in range(2000)]),
        "CBA,8.5,6.0,2.5,div:8d/$2.40\n" * 300,
        "".join(SEEDED.choices(string.ascii_letters, k=3000)),
        "".join(SEEDED.choices(string.ascii_uppercase, k=3000)),
        "".join(SEEDED.choices(string.ascii_lowercase + "  ", k=3000)),
        "".join(SEEDED.choices(string.printable, k=3000)),
        "".join(SEEDED.choices(string.hexdigits, k=3000)),
        "".join(SEEDED.choices(string.punctuation, k=3000)),
        " \n\t " * 300,
    ],
)
def test_the_cost_is_never_less_than_the_tokens(text: str) -> None:
    assert cost(text) >= tokens(text)


FIELDS = sorted(
    {
        name
        for kind in vars(results).values()
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name in kind.model_fields
    }
)


@pytest.mark.parametrize("entry", ['{{"{name}":7}}', "\n{name}: 7", "\n    {name}[1]: 7", "\n  - {name}: 7"])
def test_the_names_of_fields_cost_no_less_than_their_tokens(entry: str) -> None:
    assert len(FIELDS) > 100
    for name in FIELDS:
        text = entry.format(name=name) * 20
        assert cost(text) >= tokens(text), name


def test_text_from_outside_is_not_taken_for_the_name_of_a_field() -> None:
    forged = as_json({"note": '"qzxvkjwpyhgfbnmt":' * 100, "more": "\nqzxvkjwpyhgfbnmt: " * 100})
    assert cost(forged) >= tokens(forged)
    written = as_text({"note": '"qzxvkjwpyhgfbnmt":' * 100, "more": "\nqzxvkjwpyhgfbnmt: " * 100})
    assert cost(written) >= tokens(written)


def test_a_long_document_is_whole_or_left_out_and_never_half() -> None:
    shape = Shape(rest="Export it.", whole=(("framework", "framework"), ("document",)))
    buckets = [{"path": f"AssetClass/Part{number}", "label": "A label of some length"} for number in range(2_000)]
    shown = fit({"framework": {"framework": {"buckets": buckets}}, "document": None, "name": "x"}, shape)
    assert_fits(shown)
    assert shown["framework"] == {"framework": {}}
    [note] = entries(shown, "truncated")
    assert (note["field"], note["shown"], note["next_action"]) == ("framework.framework", 0, "Export it.")
    text = "AssetClass/Equity,Equity,0.6\n" * 5_000
    shown = fit({"framework": None, "document": text}, shape)
    assert (shown["document"], entries(shown, "truncated")[0]["total"]) == ("", len(text))


def test_a_document_that_has_room_stays_whole_where_lists_are_cut_beside_it() -> None:
    document = {"buckets": [{"path": f"AssetClass/Part{number}"} for number in range(300)]}
    payload: Payload = {"framework": document, "versions": table(2_000)}
    shown = fit(payload, Shape(whole=(("framework",),)))
    assert_fits(shown)
    assert shown["framework"] == document
    assert [note["field"] for note in entries(shown, "truncated")] == ["versions"]
