import pytest

from trimtab.domain.errors import (
    Blocked,
    BookRefused,
    BrokenRecord,
    Conflict,
    Fault,
    InvalidInput,
    NewerVersion,
    NotFound,
    Problem,
    SettingsError,
    TrimtabError,
    Unavailable,
    WrongPhase,
)


def test_an_error_names_the_field_of_its_first_problem_unless_it_names_its_own():
    problems = (Problem("cash", "give a number"), Problem("units", "give units above 0"))
    assert InvalidInput("2 problems", problems=problems).field == "cash"
    assert InvalidInput("2 problems", problems=problems, field="lots").field == "lots"
    assert InvalidInput("no place").field is None
    assert InvalidInput("2 problems", problems=problems).problems == problems


def test_an_error_says_what_to_do_next_in_its_own_words_or_its_kinds():
    assert NotFound("no such session").next_action == "Call open_session to start a new session."
    assert NotFound("no such session", next_action="Ask for another.").next_action == "Ask for another."
    assert str(NotFound("no such session")) == NotFound("no such session").message == "no such session"


def test_a_conflict_carries_the_version_to_retry_with():
    error = Conflict("changed meanwhile", version=7)
    assert (error.version, error.field, error.retryable) == (7, "expected_version", True)
    assert error.next_action == "Read the session again and retry with expected_version 7."
    assert Conflict("changed", version=7, next_action="Read it again.").next_action == "Read it again."


@pytest.mark.parametrize(
    ("kind", "code", "retryable"),
    [
        (InvalidInput, "invalid_argument", False),
        (NotFound, "not_found", False),
        (WrongPhase, "wrong_phase", False),
        (Blocked, "blocked", False),
        (Unavailable, "unavailable", True),
        (NewerVersion, "newer_version", False),
        (BrokenRecord, "broken_record", False),
        (SettingsError, "settings", False),
    ],
)
def test_every_kind_has_a_code_a_next_step_and_says_whether_trying_again_helps(
    kind: type[TrimtabError], code: str, retryable: bool
) -> None:
    error = kind("it failed")
    assert (error.code, error.retryable) == (code, retryable)
    assert error.next_action.endswith(".")


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("lots.csv", 12, "units", "not a number"), "lots.csv:12 units: not a number"),
        (Fault("lots.csv", 12, None, "two cells too many"), "lots.csv:12: two cells too many"),
        (Fault("lots.csv", None, "units", "the column is missing"), "lots.csv units: the column is missing"),
        (Fault("lots.csv", None, None, "the file is missing"), "lots.csv: the file is missing"),
    ],
)
def test_a_fault_is_written_as_editors_understand_it(fault: Fault, text: str) -> None:
    assert str(fault) == text


def test_a_refused_book_counts_its_faults_and_tells_the_first():
    first, second = Fault("fx.csv", 2, "rate", "not a number"), Fault("fx.csv", 3, "rate", "not above 0")
    one, two = BookRefused("demo", [first]), BookRefused("demo", [first, second])
    assert str(one) == "The book demo has 1 fault; the first: fx.csv:2 rate: not a number"
    assert str(two) == "The book demo has 2 faults; the first: fx.csv:2 rate: not a number"
    assert (two.faults, two.field, two.code) == ((first, second), "book", "book_refused")
