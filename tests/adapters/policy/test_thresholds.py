"""The policy's file: the one that ships says what the code's defaults are, and a bad one says all that is wrong."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from trimtab.adapters.books.schema import EXCHANGES, TYPES
from trimtab.adapters.policy.thresholds import SHIPPED, load_policy
from trimtab.domain.errors import SettingsError
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.trading.policy import Exchange, InstrumentType, Limits, Policy

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "firm.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems(path: Path) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        load_policy(path)
    assert "TRIMTAB_POLICY" in caught.value.next_action
    assert str(path.parent) not in str(caught.value)
    return {each.field: each.message for each in caught.value.problems}


def test_the_shipped_file_is_the_defaults() -> None:
    assert load_policy() == Policy()
    assert load_policy().digest == Policy().digest


def test_the_shipped_file_names_every_value_with_a_comment() -> None:
    shipped = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    assert set(shipped) == set(Policy.model_fields)
    assert set(shipped["limits"]) == set(Limits.model_fields)
    assert set(shipped["factors"]) == set(FactorThresholds.model_fields)
    values = [line for line in SHIPPED.read_text(encoding="utf-8").splitlines() if re.match(r"\w+ =", line)]
    assert len(values) == len(Policy.model_fields) - 2 + len(Limits.model_fields) + len(FactorThresholds.model_fields)
    assert [line for line in values if not re.search(r"  # \w", line)] == []


def test_a_file_replaces_what_it_names_and_keeps_the_rest(write: Write) -> None:
    policy = load_policy(
        write(
            'dip_pct = -5\ntier_caps_pct = [10, 20, 30]\nblocking_rules = ["adv_share"]\n[limits]\nprice_move_pct = 1\n'
        )
    )
    assert policy == Policy(
        dip_pct=-5, tier_caps_pct=(10, 20, 30), blocking_rules=("adv_share",), limits=Limits(price_move_pct=1)
    )
    assert policy.digest != Policy().digest


def test_a_file_may_allow_whatever_a_book_may_hold(write: Write) -> None:
    assert (get_args(Exchange), get_args(InstrumentType)) == (EXCHANGES, TYPES)
    listed = "[limits]\n" + f"allowed_exchanges = {list(EXCHANGES)}\nallowed_types = {list(TYPES)}\n"
    assert load_policy(write(listed)).limits == Limits(allowed_exchanges=EXCHANGES, allowed_types=TYPES)


def test_everything_that_is_wrong_is_said_at_once(write: Write) -> None:
    bad = """
min_trade_valu = 3
dip_pct = 2
lot_method = "cheapest"
tier_caps_pct = [1, 2]
batch_size = 1.5
adv_share_pct = inf
stale_price_days = 2026-01-01
min_trade_pct = "0.1"
[limits]
max_order = 3
price_move_pct = true
"""
    found = problems(write(bad))
    assert found.pop("min_trade_valu").startswith(
        "There is no such value. Did you mean min_trade_value? Allowed are: min_trade_value, min_trade_pct, "
    )
    assert found == {
        "dip_pct": "The value should be less than or equal to 0; it is 2.",
        "lot_method": "The value should be 'min_gain', 'fifo', 'lifo' or 'hifo'; it is \"cheapest\".",
        "tier_caps_pct.2": "The value is missing.",
        "batch_size": "The value should be a valid integer; it is 1.5.",
        "adv_share_pct": 'The value should be a valid number; it is "inf".',
        "stale_price_days": 'The value should be a valid integer; it is "2026-01-01".',
        "min_trade_pct": 'The value should be a valid number; it is "0.1".',
        "limits.max_order": "There is no such value. Did you mean max_order_value? Allowed are: max_order_value, "
        "max_session_turnover_pct, max_daily_value, max_book_turnover_pct, allowed_exchanges, allowed_types, "
        "approval_minutes, price_move_pct, four_eyes_value.",
        "limits.price_move_pct": "The value should be a valid number; it is true.",
    }


def test_a_name_like_no_other_gets_no_hint(write: Write) -> None:
    assert problems(write("[limits]\nzzz = 1"))["limits.zzz"].startswith("There is no such value. Allowed are: ")


def test_a_long_value_is_shown_short(write: Write) -> None:
    said = problems(write(f'lot_method = "{"x" * 500}"'))["lot_method"]
    assert said.endswith("x....")
    assert len(said) < 150


def test_a_syntax_error_is_said_with_its_line(write: Write) -> None:
    assert re.search(r"isn't TOML: .*line 2", problems(write("dip_pct = -8\nbatch_size 20\n"))["firm.toml"])


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path / "gone.toml") == {"gone.toml": "The file can't be read: No such file or directory."}
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    assert problems(binary) == {"binary.toml": "The file isn't UTF-8 text."}


def test_the_count_of_problems_is_in_the_message(write: Write) -> None:
    with pytest.raises(SettingsError, match=r"^The policy firm\.toml has 1 problem; the first: dip_pct: "):
        load_policy(write("dip_pct = 2"))
