"""Frameworks read and written as documents; loaded when there is one, as it loads what computes."""

import json
from collections.abc import Mapping

from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.reading_csv import read_csv
from trimtab.domain.frameworks.reading_json import read_json
from trimtab.domain.frameworks.writing import csv_of, json_of
from trimtab.workflow.ports.framework_requests import DocumentFormat


def framework_of(document: Mapping[str, object]) -> Framework:
    """The framework of an answer's document."""
    return read_json(json.dumps(document))


def document_of(text: str, *, kind: DocumentFormat, called: str) -> dict[str, object]:
    """The document of a file's text, whatever is wrong with its buckets; `called` is the name of one of CSV.

    Raises:
        InvalidInput: it can't be read as a framework: every place.
    """
    framework = read_json(text) if kind == "json" else _of_csv(text, called)
    document: dict[str, object] = json.loads(json_of(framework))
    return document


def _of_csv(text: str, called: str) -> Framework:
    return Framework(name=called, buckets=read_csv(text), method="imported")


def text_of(document: Mapping[str, object], *, kind: DocumentFormat) -> str:
    """A framework of an answer as a file has it; a CSV has its buckets only."""
    framework = framework_of(document)
    return json_of(framework) if kind == "json" else csv_of(framework.buckets)
