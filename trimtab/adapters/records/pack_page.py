"""The evidence pack as one page that stands alone: no script, no network, readable on screen and on paper.

Text from outside is escaped, and characters that can't be seen are left out of it or shown as codes; the pack itself
has every text as it was.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import JsonValue

from trimtab.domain.outside_text import clean_lines
from trimtab.workflow.evidence_models import EvidencePack, Happening, OrderStory, StateAt
from trimtab.workflow.evidence_terms import EXECUTION_MODES, MODES, flag_words, listed, plural, words_for
from trimtab.workflow.ports.records import Fill, OrderRow

TEMPLATE: Final = "evidence.html.j2"
NONE: Final = "\u2013"
"""Stands where there is nothing to say."""
_MINUS: Final = "\u2212"
_HASH: Final = re.compile(r"\b([0-9a-f]{64})\b")
_MOVES: Final = frozenset({OrderRow.KIND, Fill.KIND})
"""What the timeline has by the hundred, all at once."""
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


@dataclass(frozen=True, slots=True)
class AccountOrders:
    """The orders of a portfolio, in the order they were recorded; `value` is money of its base currency."""

    account_number: str
    client_name: str
    orders: tuple[OrderStory, ...]
    value: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Something in the timeline; `also` is what happened in the same moment in the same way."""

    first: Happening
    also: tuple[Happening, ...]

    @property
    def words(self) -> str:
        """What happened, of all of it: `484 orders came to Cancelled`."""
        count = len(self.also) + 1
        if self.first.kind == Fill.KIND:
            return f"{plural(count, 'fill')} of orders"
        return f"{plural(count, 'order')} came to {self.first.headline.partition(':')[0].removeprefix('Order ')}"


def pack_page(pack: EvidencePack) -> str:
    """The page, as HTML. The same pack always gives the same page."""
    shown = {
        "pack": pack,
        "held": sum(line.held for instrument in pack.decisions for line in instrument.lines),
        "latest": pack.inputs[-1].inputs if pack.inputs else None,
        "accounts": tuple(_by_account(pack)),
        "states": tuple(_by_state(pack.orders)),
        "order_day": min((order.history[0].at for order in pack.orders), default=None),
        "moments": tuple(_moments(pack.timeline)),
    }
    return _environment().get_template(TEMPLATE).render(shown).lstrip()


def _by_account(pack: EvidencePack) -> Iterable[AccountOrders]:
    """The orders by portfolio, by account number."""
    clients = {line.account_number: line.client_name for each in pack.decisions for line in each.lines}
    grouped: dict[str, list[OrderStory]] = {}
    for story in pack.orders:
        grouped.setdefault(story.order.account_number, []).append(story)
    for account, stories in sorted(grouped.items()):
        value = _sums((each.order.base_currency, each.order.value) for each in stories)
        yield AccountOrders(account, clients.get(account, ""), tuple(stories), value)


def _by_state(orders: Sequence[OrderStory]) -> Iterable[str]:
    """A sentence for each state that orders are in, in the order in which it is first met."""
    grouped: dict[str, list[OrderRow]] = {}
    for story in orders:
        grouped.setdefault(story.order.state, []).append(story.order)
    for state, found in grouped.items():
        money = _sums((order.reporting_currency, order.reported_value) for order in found)
        yield f"{state}: {plural(len(found), 'order')} for {money}."


def _sums(money: Iterable[tuple[str, Decimal]]) -> str:
    """Exact sums of each currency: `AUD 1,234.50 and USD 7.00`."""
    sums: dict[str, Decimal] = {}
    for currency, value in money:
        sums[currency] = sums.get(currency, Decimal(0)) + abs(value)
    return listed([f"{currency} {value:,f}" for currency, value in sorted(sums.items())])


def _moments(timeline: Iterable[Happening]) -> Iterable[Moment]:
    """The timeline, with orders and fills together that were recorded at once and in the same way."""
    for (_, kind, *_), group in groupby(timeline, key=_moment):
        happened = tuple(group)
        if kind in _MOVES:
            yield Moment(happened[0], happened[1:])
        else:
            yield from (Moment(each, ()) for each in happened)


def _moment(happening: Happening) -> tuple[datetime, str, str, str, str]:
    way = happening.headline.partition(":")[0] if happening.kind == OrderRow.KIND else ""
    return happening.at, happening.kind, happening.actor, happening.source, way


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
}
