"""What `trimtab signals history` says where it finds nothing."""

from datetime import date
from pathlib import Path

import pytest

from trimtab.cli.records_use import with_records
from trimtab.cli.signal_history import nothing_kept, require_records
from trimtab.domain.errors import NotFound
from trimtab.workflow.ports.signal_requests import ReadSignalRecords


def test_records_that_are_not_there_are_no_empty_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIMTAB_RECORDS", f"sqlite:///{tmp_path}/records.db")
    with pytest.raises(NotFound, match="There are no records at") as caught:
        require_records()
    assert caught.value.next_action.startswith("Name the database with TRIMTAB_RECORDS ")
    assert not [*tmp_path.iterdir()]
    with_records(lambda records: records.sessions(limit=1), create=True)
    require_records()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "No signals were kept for you yet;"),
        (
            {"name": "foo", "symbol": "SPI"},
            "No signals were kept under the name foo of the symbol SPI. `trimtab signals",
        ),
        ({"start_date": date(2026, 1, 1)}, "No signals were kept between these days. "),
    ],
)
def test_it_says_under_what_nothing_was_kept(given: dict[str, object], says: str) -> None:
    assert nothing_kept(ReadSignalRecords.model_validate(given)).startswith(says)
