"""CSV as a source of cells: columns of numbers are read at once where every cell surely is a number, or empty."""

import math

import pytest

from trimtab.adapters.books.cells import Cells, TextCells, Wanted
from trimtab.adapters.books.csv_table import read_csv_table
from trimtab.adapters.books.faults import FaultList

WANTED = Wanted(frozenset({"code", "sparse", "full"}), numeric=frozenset({"full"}), sparse=frozenset({"sparse"}))


def _listed(column: Cells) -> list:
    return list(column.rows()) if isinstance(column, TextCells) else column.tolist()


def cells(*rows):
    content = "\n".join(["code,sparse,full", *rows]).encode()
    table = read_csv_table(content, "table.csv", wanted=WANTED, faults=FaultList())
    assert table is not None
    return {name: _listed(column) for name, column in table.cells.items()}


def test_an_empty_cell_of_a_sparse_column_is_missing_and_text_stays_text():
    read = cells("NA,2,3", ",,4", 'x,"",5')
    assert (read["code"], read["full"]) == (["NA", "", "x"], [3, 4, 5])
    assert read["sparse"][0] == 2
    assert all(map(math.isnan, read["sparse"][1:]))


@pytest.mark.parametrize("doubtful", ["1e999", "True", "0", ""])
def test_only_a_doubtful_column_is_read_as_text(doubtful):
    read = cells(f"a,{doubtful},3")
    assert (read["sparse"], read["full"]) == ([doubtful], [3])


@pytest.mark.parametrize("wrong", ["nan", "NULL", "1_0", " ", "0x1"])
def test_a_cell_that_is_no_number_makes_all_columns_text(wrong):
    read = cells("a,2,3", f"b,{wrong},4")
    assert (read["sparse"], read["full"]) == (["2", wrong], ["3", "4"])


def test_an_empty_cell_of_a_full_column_is_told_by_text():
    assert cells("a,2,3", "b,2,")["full"] == ["3", ""]
