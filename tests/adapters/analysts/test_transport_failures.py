"""Waits that a provider asks for, in either header, and what is no wait."""

import pytest

from trimtab.adapters.analysts.transport_failures import failure_of_status


@pytest.mark.parametrize(
    ("headers", "wait_seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "Sun, 29 Nov 2026 10:00:00 GMT"}, None),
    ],
)
def test_a_wait_is_asked_for_in_seconds_or_milliseconds(headers, wait_seconds):
    assert failure_of_status(429, headers=headers, body=None).wait_seconds == wait_seconds
