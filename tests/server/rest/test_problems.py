"""Problem documents: the status says whose trouble it is, the fields say the rest, and nothing of the inside shows."""

import json

import pytest

from trimtab.domain.errors import (
    Blocked,
    BookRefused,
    BrokenRecord,
    Conflict,
    Fault,
    InvalidInput,
    MarketRefused,
    NewerVersion,
    NotFound,
    OlderVersion,
    Problem,
    ProductsRefused,
    SettingsError,
    TooManyRequests,
    TrimtabError,
    Unavailable,
    WrongPhase,
)
from trimtab.server.rest.problems import STATUS, ProblemDocument, describe
from trimtab.server.rest.refusals import RequestRefused, no_method
from trimtab.tools.errors import InternalError

BOOK = BookRefused("demo", [Fault("tax_lots.csv", 7, "unit_cost", "not a number")])
SETTING = SettingsError("It is empty.", problems=[Problem("TRIMTAB_ALLOWED_HOSTS", "It is empty.", "missing")])
ERRORS = [
    (InvalidInput("Wrong."), 422),
    (NotFound("Gone."), 404),
    (Conflict("Changed.", version=8), 409),
    (WrongPhase("Not now."), 409),
    (Blocked("No."), 409),
    (NewerVersion("Newer."), 409),
    (OlderVersion("Older."), 409),
    (TooManyRequests("Too often.", seconds=90), 429),
    (BrokenRecord("Changed."), 409),
    (Unavailable("Away."), 503),
    (SETTING, 503),
    (BOOK, 503),
    (MarketRefused("demo", [Fault("prices.csv", 7, "close", "not a number")]), 503),
    (ProductsRefused("demo", [Fault("products.csv", 7, "type", "empty")]), 503),
    (KeyError("a secret"), 500),
]


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_every_kind_of_error_has_its_status_and_its_fields(error: Exception, status: int) -> None:
    said = describe(error)
    assert (said.status, said.document["status"], said.document["type"]) == (status, status, "about:blank")
    assert ProblemDocument.model_validate(
        {"".join(f"_{c.lower()}" if c.isupper() else c for c in name): value for name, value in said.document.items()}
    ).retryable is (isinstance(error, TrimtabError) and error.retryable)
    assert "secret" not in json.dumps(said.document)


def test_no_kind_of_error_is_forgotten() -> None:
    codes = {error.code for error, _ in ERRORS if isinstance(error, TrimtabError)}
    assert set(STATUS) == codes | {InternalError.code}


def test_a_response_says_what_it_is_and_when_to_try_again() -> None:
    response = describe(Unavailable("Away.")).response()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.headers["cache-control"], response.headers["retry-after"]) == ("no-store", "5")
    assert json.loads(bytes(response.body)) == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "Away.",
        "code": "unavailable",
        "field": None,
        "retryable": True,
        "nextAction": "Try again in a few seconds.",
    }
    assert "retry-after" not in describe(BOOK).response().headers


def test_who_asked_too_often_is_told_when_to_try_again() -> None:
    said = describe(TooManyRequests("Too often.", seconds=90, headers={"RateLimit": '"day";r=0;t=90'}))
    assert said.headers == {"Retry-After": "90", "RateLimit": '"day";r=0;t=90'}
    assert said.document["nextAction"] == "Try again in 2 min; tools over MCP aren't counted."


def test_places_are_spelled_as_the_caller_spells_them() -> None:
    problems = [Problem("recommendations[0].proceed_percent", "Too much."), Problem("session_id", "Wrong.")]
    document = describe(InvalidInput("Two.", problems=problems)).document
    assert document["field"] == "recommendations[0].proceedPercent"
    assert document["problems"] == [
        {"field": "recommendations[0].proceedPercent", "message": "Too much.", "code": "invalid"},
        {"field": "sessionId", "message": "Wrong.", "code": "invalid"},
    ]
    assert document["problemCount"] == 2


def test_a_buckets_path_is_data_and_its_field_is_spelled_as_the_caller_spells_it() -> None:
    places = ("AssetClass/us_large", "AssetClass/U.S./us_small.target_weight", "rebalancing.absolute_band_bps")
    document = describe(InvalidInput("Three.", problems=[Problem(place, "Wrong.") for place in places])).document
    assert [each["field"] for each in document["problems"]] == [  # type: ignore[attr-defined]  # a list of objects
        "AssetClass/us_large",
        "AssetClass/U.S./us_small.targetWeight",
        "rebalancing.absoluteBandBps",
    ]


def test_a_name_that_is_not_known_stays_as_it_was_given() -> None:
    unknown = Problem("gradual_exits[0].target_unit", "Unknown field; allowed: targetUnits.", "unknown_field")
    for problems in ([unknown, Problem("session_id", "Wrong.")], [Problem("session_id", "Wrong."), unknown]):
        document = describe(InvalidInput("Wrong.", problems=problems)).document
        spelled = [each["field"] for each in document["problems"]]  # type: ignore[attr-defined]  # a list of objects
        assert sorted(spelled) == ["gradual_exits[0].target_unit", "sessionId"]
        assert document["field"] == spelled[0]


def test_places_in_files_and_in_the_environment_stay_as_they_are() -> None:
    assert describe(BOOK).document["problems"] == [
        {"field": "tax_lots.csv:7", "message": "tax_lots.csv:7 unit_cost: not a number", "code": "fault"}
    ]
    assert describe(SETTING).document["field"] == "TRIMTAB_ALLOWED_HOSTS"


def test_a_conflict_carries_the_version_that_stands() -> None:
    document = describe(Conflict("Changed.", version=8)).document
    assert (document["version"], document["field"]) == (8, "expectedVersion")


def test_a_request_that_is_turned_away_says_with_what_status_and_headers() -> None:
    said = describe(no_method({"PUT", "GET"}))
    assert (said.status, said.headers, said.document["field"]) == (405, {"Allow": "GET, PUT"}, "method")
    assert isinstance(no_method(set()), RequestRefused)
