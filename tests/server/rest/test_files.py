"""Answers that are files: as they are, under a name, and harmless in a spreadsheet."""

import csv
import io

from trimtab.server.rest.files import csv_table, file_of
from trimtab.workflow.ports.results import Table


def test_a_table_as_csv_keeps_its_numbers_and_quotes_what_has_to_be() -> None:
    table = Table(columns=("path", "drift", "status"), rows=(('A/"B", C', -0.06, None), ("A/B", 1e-12, True)))
    assert list(csv.reader(io.StringIO(csv_table(table)))) == [
        ["path", "drift", "status"],
        ['A/"B", C', "-0.06", ""],
        ["A/B", "1e-12", "True"],
    ]


def test_no_text_is_a_formula_and_none_breaks_a_line() -> None:
    table = Table(columns=("label",), rows=(("=HYPERLINK(1)",), (" +1\n2\u202e",), ("-x",), ("@x",), ("x=1",)))
    assert csv_table(table) == "label\n'=HYPERLINK(1)\n'+1 2\n'-x\n'@x\nx=1\n"


def test_a_file_says_what_it_is_and_what_it_is_called() -> None:
    answer = file_of("a,b\n", name="fw_1-v2", kind="csv")
    assert bytes(answer.body) == b"a,b\n"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="fw_1-v2.csv"'
