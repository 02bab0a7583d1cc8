"""A framework read of JSON, without losing a digit."""

import json
from typing import Final, NoReturn

from trimtab.domain.frameworks.fields import Document, Fields, Problems
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.reading import framework_of

_PLACE: Final = "document"
_BOM: Final = "\ufeff"


def read_json(content: bytes | str) -> Framework:
    """The framework of a JSON document, with or without a byte order mark.

    It is read whole or not at all. Whether it is valid is another question, for `validate`.

    Raises:
        InvalidInput: with every place that can't be read.
    """
    problems = Problems()
    text = plain_text(content, problems=problems)
    problems.refuse(_PLACE)
    document = parsed_object(text, place=_PLACE, problems=problems)
    problems.refuse(_PLACE)
    framework = framework_of(Fields(document, problems))
    problems.refuse(_PLACE)
    return framework


def plain_text(content: bytes | str, *, problems: Problems) -> str:
    """Text without a byte order mark; empty where it isn't UTF-8."""
    if isinstance(content, str):
        return content.removeprefix(_BOM)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(_PLACE, f"Byte {error.start + 1} isn't UTF-8: save it as UTF-8.", code="not_utf8")
        return ""


def parsed_object(text: str, *, place: str, problems: Problems) -> Document:
    """A JSON object whose numbers are the text they were written in; empty where there is none."""
    try:
        document = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=_refuse, object_pairs_hook=_with_each_name_once
        )
    except json.JSONDecodeError as error:
        said = f"This isn't JSON: {error.msg}, at line {error.lineno}, column {error.colno}."
        problems.add(place, said, code="not_json")
    except RecursionError:
        problems.add(place, "This is nested too deep to be read.", code="not_json")
    except ValueError as error:
        problems.add(place, str(error), code="not_json")
    else:
        if isinstance(document, dict):
            return document
        problems.add(place, "This must be a JSON object: {...}.", code="not_json")
    return {}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} isn't a number: use null where there is none.")


def _with_each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Of two values under one name JSON takes the last, and says nothing."""
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("An object has two fields of one name: keep one of the two.")
    return document
