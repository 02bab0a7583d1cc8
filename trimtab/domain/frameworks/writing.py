"""Frameworks written as JSON and CSV; read again they are the same."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import Final

from trimtab.domain.frameworks.framework import Bucket, BucketRules, Framework
from trimtab.domain.frameworks.reading import BUCKET_FIELDS

_NO_RULES: Final = BucketRules()
_INDENT: Final = 2


def json_of(framework: Framework) -> str:
    """The framework as a JSON document."""
    document = asdict(framework) | {"buckets": [_document_of(bucket) for bucket in framework.buckets]}
    return json.dumps(document, default=_number, ensure_ascii=False, indent=_INDENT) + "\n"


def csv_of(buckets: Iterable[Bucket]) -> str:
    """Buckets as CSV, with their rules as JSON; an empty cell where there are none."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(BUCKET_FIELDS)
    for bucket in buckets:
        weights = (bucket.target_weight, bucket.min_weight, bucket.max_weight)
        writer.writerow(
            (bucket.path, bucket.label, *("" if each is None else each for each in weights), _rules(bucket))
        )
    return text.getvalue()


def _document_of(bucket: Bucket) -> dict[str, object]:
    return asdict(bucket) | {"rules": _rules_of(bucket)}


def _rules_of(bucket: Bucket) -> dict[str, object]:
    """The rules that leave anything out."""
    return {name: rule for name, rule in asdict(bucket.rules).items() if rule not in ((), None)}


def _rules(bucket: Bucket) -> str:
    return "" if bucket.rules == _NO_RULES else json.dumps(_rules_of(bucket), default=_number, ensure_ascii=False)


def _number(value: Decimal) -> float | str:
    """The number, or its text where a float isn't just that decimal."""
    figure = float(value)
    return figure if Decimal(repr(figure)) == value else str(value)
