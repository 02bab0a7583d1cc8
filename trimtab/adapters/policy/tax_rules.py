"""Reads the tax rules from a CSV file: the one that ships, or another.

A rule is a line: country and entity as in a book's portfolios; `valid_from` and `valid_until` (ISO dates, inclusive,
empty: open); `benefit` as in `TaxRule`; `holding_months` and `discount_pct` where the benefit has them; a source.
"""

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from trimtab.domain.errors import Problem, SettingsError
from trimtab.domain.trading.tax import Benefit, TaxRule, TaxRules

SHIPPED: Final = Path(__file__).with_name("tax_rules.csv")

_Text = Annotated[str, Field(min_length=1)]
_NEEDS: Final = {
    "discount": {"holding_months", "discount_pct"},
    "rate": {"holding_months"},
    "none": set[str](),
}


class _Line(BaseModel):
    """A line of the file; the names of its fields are the columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: _Text
    entity: _Text
    valid_from: date | None = None
    valid_until: date | None = None
    benefit: Benefit
    holding_months: Annotated[int, Field(ge=0, le=1200)] | None = None
    discount_pct: Annotated[float, Field(ge=0, le=100)] | None = None
    source: _Text

    @model_validator(mode="after")
    def _makes_sense(self) -> "_Line":
        given = {name for name in ("holding_months", "discount_pct") if getattr(self, name) is not None}
        needed = _NEEDS[self.benefit]
        if given != needed:
            wanted = " and ".join(sorted(needed)) or "neither discount_pct nor holding_months"
            raise ValueError(f"The benefit {self.benefit} goes with {wanted}")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("The rule ends before it begins")
        return self

    def rule(self) -> TaxRule:
        return TaxRule(
            country=self.country,
            entity=self.entity,
            benefit=self.benefit,
            source=self.source,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            holding_months=self.holding_months or 0,
            discount_pct=self.discount_pct or 0.0,
        )


COLUMNS: Final = tuple(_Line.model_fields)


def load_tax_rules(path: Path | None = None) -> TaxRules:
    """The tax rules of this file, or those that ship.

    Raises:
        SettingsError: the file can't be read or holds what isn't allowed: all of it at once, each with its line.
    """
    file = path or SHIPPED
    (_, header), *lines = _cells(file) or [(1, [])]
    if sorted(header) != sorted(COLUMNS):
        raise _refused(file, [Problem(_place(file, 1), f"The columns have to be {', '.join(COLUMNS)}.", "columns")])
    problems: list[Problem] = []
    rules: list[tuple[int, TaxRule]] = []
    for number, cells in lines:
        try:
            rules.append((number, _rule(header, cells)))
        except ValidationError as error:
            problems += _problems(_place(file, number), error)
        except ValueError as error:
            problems.append(Problem(_place(file, number), f"{error}.", "cells"))
    problems += _overlaps(file, rules)
    if problems:
        raise _refused(file, problems)
    return TaxRules(tuple(rule for _, rule in rules))


def _cells(file: Path) -> list[tuple[int, list[str]]]:
    """The lines that aren't empty, with their numbers."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.reader(text, strict=True)
            return [(reader.line_num, cells) for cells in reader if cells]
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise _refused(file, [Problem(file.name, f"The file can't be read: {why}.", "unreadable")]) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(file, [Problem(file.name, "The file isn't CSV in UTF-8.", "syntax")]) from error


def _rule(header: list[str], cells: list[str]) -> TaxRule:
    if len(cells) != len(header):
        raise ValueError(f"The line has {len(cells)} cells, the header {len(header)}")
    return _Line.model_validate({name: cell for name, cell in zip(header, cells, strict=True) if cell}).rule()


def _problems(place: str, error: ValidationError) -> list[Problem]:
    return [
        Problem(" ".join([place, *map(str, each["loc"][:1])]), _said(each), "not_allowed") for each in error.errors()
    ]


def _said(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "The column is empty."
    return f"{error['msg'].replace('Input should', 'The value should').removeprefix('Value error, ')}."


def _overlaps(file: Path, rules: list[tuple[int, TaxRule]]) -> list[Problem]:
    """Where two rules of a country and entity hold on the same day."""
    dated = sorted(
        (rule.country, rule.entity, rule.valid_from or date.min, rule.valid_until or date.max, number)
        for number, rule in rules
    )
    return [
        Problem(
            _place(file, max(before[4], after[4])),
            f"{after[0]} {after[1]} overlaps the rule in line {min(before[4], after[4])}.",
            "overlap",
        )
        for before, after in pairwise(dated)
        if before[:2] == after[:2] and after[2] <= before[3]
    ]


def _refused(file: Path, problems: list[Problem]) -> SettingsError:
    count = f"{len(problems)} problem" + ("s" if len(problems) != 1 else "")
    return SettingsError(
        f"The tax rules {file.name} have {count}; the first: {problems[0].field}: {problems[0].message}",
        problems=problems,
        next_action="Correct the named lines and start again.",
    )


def _place(file: Path, number: int) -> str:
    return f"{file.name}:{number}"
