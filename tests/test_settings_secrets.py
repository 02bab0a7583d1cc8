"""A secret that isn't allowed is refused by its setting's name, and nothing of it is repeated."""

import pytest

from trimtab.domain.errors import SettingsError
from trimtab.settings import load_settings

PASSWORD = "correct-horse-battery-staple"
SHORT_KEY = "a-key-too-short"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRIMTAB_STATE_KEYS", f"{PASSWORD * 2},{SHORT_KEY}"),
        ("TRIMTAB_SESSIONS", f"postgres://desk:{PASSWORD}@sessions.example/0"),
        ("TRIMTAB_SESSIONS", f"http://desk:{PASSWORD}@sessions.example/0"),
        ("TRIMTAB_RECORDS", f"desk:{PASSWORD}@sessions.example"),
        ("TRIMTAB_OMS", f"ftp://desk:{PASSWORD}@sessions.example"),
        ("TRIMTAB_MODEL_URL", f"ftp://desk:{PASSWORD}@sessions.example"),
    ],
)
def test_a_wrong_secret_is_named_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({name: value}, None)
    said = f"{refused.value} {refused.value.next_action} {refused.value.problems}"
    assert name in said
    for part in (PASSWORD, SHORT_KEY, "sessions.example"):
        assert part not in said
