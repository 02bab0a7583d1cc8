"""What callers give isn't kindly turned into something else."""

from datetime import date
from typing import Annotated

import pytest
from pydantic import BaseModel, ValidationError

from trimtab.domain.given import BOOLEAN, DAY, NAME, NOT_A_DAY, NUMBER, PROSE, UNSEEN


class Given(BaseModel):
    count: Annotated[int, NUMBER] = 0
    share: Annotated[float, NUMBER] = 0.0
    until: Annotated[date, DAY] | None = None
    name: Annotated[str, NAME] = ""
    prose: Annotated[str, PROSE] = ""


def kind_of_error(**fields: object) -> str:
    with pytest.raises(ValidationError) as caught:
        Given.model_validate(fields)
    (error,) = caught.value.errors()
    return error["type"]


@pytest.mark.parametrize("field", ["count", "share"])
@pytest.mark.parametrize("value", [True, False])
def test_true_and_false_are_no_numbers(field: str, value: bool) -> None:
    assert kind_of_error(**{field: value}) == BOOLEAN


def test_numbers_are_numbers_also_as_text() -> None:
    assert Given.model_validate({"count": "5", "share": 2.5}).count == 5


@pytest.mark.parametrize("value", [1_700_006_400, 0, "1700006400", "2026-11-20T00:00:00", "20 Nov", "\uff12026-11-20"])
def test_a_date_is_written_year_month_day(value: object) -> None:
    assert kind_of_error(until=value) == NOT_A_DAY


def test_a_date_is_a_date() -> None:
    day = date(2026, 11, 20)
    assert Given.model_validate({"until": "2026-11-20"}).until == day
    assert Given.model_validate({"until": day}).until == day
    assert kind_of_error(until="2026-02-30") == "date_from_datetime_parsing"


@pytest.mark.parametrize("value", ["a\u200bb", "a\nb", " a", "a  b", "a\ud800", "e\u0301", "\u202ea"])
def test_a_name_that_is_not_clean_is_refused_and_never_mended(value: str) -> None:
    assert kind_of_error(name=value) == UNSEEN


def test_a_clean_name_stands_and_prose_is_cleaned() -> None:
    given = Given.model_validate({"name": "株式 A-1", "prose": " asked\u200b\nby \ud800phone "})
    assert (given.name, given.prose) == ("株式 A-1", "asked by phone")


@pytest.mark.parametrize("field", ["name", "prose"])
def test_what_is_no_text_is_left_to_the_model(field: str) -> None:
    assert kind_of_error(**{field: 5}) == "string_type"
