"""The evidence pack as one page that stands alone: no script, no network, readable on screen and on paper.

Text from outside is escaped, and characters that can't be seen are left out of it or shown as codes; the pack itself
has every text as it was.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import JsonValue

from trimtab.adapters.records.pack_orders import by_account, by_state
from trimtab.domain.outside_text import clean_lines
from trimtab.workflow.evidence_models import Entry, EvidencePack, StateAt
from trimtab.workflow.evidence_terms import (
    EXECUTION_MODES,
    MODES,
    flag_words,
    plural,
    set_aside,
    state_words,
    words_for,
)

TEMPLATE: Final = "evidence.html.j2"
NONE: Final = "\u2013"
"""Stands where there is nothing to say."""
_MINUS: Final = "\u2212"
_HASH: Final = re.compile(r"\b([0-9a-f]{64})\b")
MOST_RECORDS: Final = 1_000
"""Records of the chain that are listed; the JSON has all."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ACTIONS: Final[Mapping[str, str]] = {
    "proceed": "Goes ahead",
    "defer": "Put off",
    "partial": "In part",
    "review": "Waits for review",
}
_TAGS: Final[Mapping[str, str]] = {"tiers": "buying order", "default": "as computed", "model": "language model"}
_SHORT_FORMS: Final[Mapping[str, str]] = {
    "adv": "average daily volume",
    "cgt": "capital gains tax",
    "ttl": "life",
}
_UNITS: Final[Mapping[str, str]] = {
    "pct": "%",
    "days": "days",
    "hours": "hours",
    "minutes": "minutes",
    "value": "in money",
}


def pack_page(pack: EvidencePack) -> str:
    """The page, as HTML. The same pack always gives the same page."""
    shown = {
        "pack": pack,
        "held": sum(line.held for instrument in pack.decisions for line in instrument.lines),
        "latest": pack.inputs[-1].inputs if pack.inputs else None,
        "accounts": tuple(by_account(pack)),
        "states": tuple(by_state(pack.orders)),
        "order_day": min((order.history[0].at for order in pack.orders), default=None),
        "records": _ends(pack.entries),
    }
    return _environment().get_template(TEMPLATE).render(shown).lstrip()


def _ends(entries: Sequence[Entry]) -> tuple[Sequence[Entry], Sequence[Entry]]:
    """All records, or the first and the last of very many: a page of hashes that nobody can open proves nothing."""
    if len(entries) <= MOST_RECORDS:
        return entries, ()
    return entries[: MOST_RECORDS // 2], entries[-MOST_RECORDS // 2 :]


def _environment() -> Environment:
    """Strict and escaping: a name that the pack lacks is an error, and every text from it is made harmless."""
    made = Environment(
        loader=PackageLoader("trimtab.adapters.records", ""),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(_FILTERS)
    return made


@dataclass(frozen=True, slots=True)
class _Verbatim:
    """Text that is harmless on its lines as they are; it is escaped like any other."""

    text: str

    def __str__(self) -> str:
        return self.text


def _visible(value: object) -> object:
    """What a template prints in place of a value: text on clean lines; what a macro has made as it is."""
    return clean_lines(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _money(value: float | Decimal, currency: str = "") -> str:
    """`AUD 1,234.50`; a sell has a minus in front of its number."""
    number = f"{abs(value):,.2f}"
    signed = f"{_MINUS}{number}" if value < 0 else number
    return f"{currency} {signed}".strip()


def _number(value: object) -> str:
    """Thousands apart, and no zeros that say nothing."""
    if isinstance(value, str):
        value = Decimal(value or 0)
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exact(value: Decimal, currency: str = "") -> str:
    """A recorded number with every digit that was recorded, and no other."""
    return f"{currency} {value:f}".strip()


def _hash_parts(text: str) -> list[_Verbatim]:
    """Text on clean lines in parts: every second one is a hash."""
    return [_Verbatim(part) for part in _HASH.split(clean_lines(text))]


def _step(step: StateAt) -> str:
    """A state that an order came to: `PartiallyFilled 40`, `Accepted (to be cancelled)`."""
    partly = f" {step.filled_quantity}" if step.state == "PartiallyFilled" else ""
    return state_words(f"{step.state}{partly}", cancel=step.cancel)


def _step_time(step: StateAt, first: datetime) -> str:
    """The time of day at which an order came to a state, with the day where it isn't that of `first`."""
    at = step.at.astimezone(UTC)
    same = at.date() == first.astimezone(UTC).date()
    return f"{at:%H:%M:%S}" if same else f"{at.day} {_MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S}"


def _percent(value: float) -> str:
    return f"{value:.2f} %"


def _utc(at: datetime) -> str:
    """`2 Mar 2026, 12:00:00 UTC`."""
    moment = at.astimezone(UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M:%S} UTC"


def _day(day: date | None) -> str:
    return NONE if day is None else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _json(value: JsonValue) -> _Verbatim:
    """JSON over several lines; what can't be seen is shown as a code. Text that is JSON already is laid out anew."""
    laid_out = json.dumps(json.loads(value) if isinstance(value, str) else value, indent=2, ensure_ascii=False)
    return _Verbatim("".join(c if c == "\n" or c.isprintable() else f"\\u{ord(c):04x}" for c in laid_out))


def _label(name: str) -> str:
    """A threshold's name in words: `min_trade_value` is `Min trade`."""
    words = name.rpartition("_")[0] if name.rpartition("_")[2] in _UNITS else name
    said = [_SHORT_FORMS.get(word, word) for word in words.split("_")]
    return " ".join((said[0][:1].upper() + said[0][1:], *said[1:]))


def _setting(value: JsonValue, name: str) -> str:
    """A threshold's value with its unit."""
    if isinstance(value, list):
        empty = "all" if name.startswith("allowed_") else "none"
        return ", ".join(_setting(each, name) for each in value) if value else empty
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    unit = _UNITS.get(name.rpartition("_")[2], "")
    return f"{value:,.2f}".removesuffix(".00") + (f" {unit}" if unit else "")


_FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "money": _money,
    "number": _number,
    "exact": _exact,
    "step": _step,
    "step_time": _step_time,
    "hash_parts": _hash_parts,
    "percent": _percent,
    "utc": _utc,
    "iso": lambda at: at.astimezone(UTC).isoformat(),
    "day": _day,
    "date_of": lambda at: _day(at.astimezone(UTC).date()),
    "as_json": _json,
    "label": _label,
    "setting": _setting,
    "plural": plural,
    "action": lambda action: words_for(action, _ACTIONS),
    "tag": lambda source: words_for(source, _TAGS),
    "mode": lambda mode: words_for(mode, MODES),
    "execution": lambda mode: words_for(mode, EXECUTION_MODES),
    "flag": flag_words,
    "words": lambda code: code.replace("_", " "),
    "set_aside": set_aside,
}
