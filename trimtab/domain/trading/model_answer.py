"""A model's JSON, read entry by entry: what has the right shape counts, what hasn't is refused and named.

One bad entry doesn't cost the others. Whether what is read may stand is another question, which `repair` answers.
Nothing here repeats what the model wrote: the names of rules and the place in its answer say enough.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

from pydantic import ValidationError

from trimtab.domain.outside_text import clean
from trimtab.domain.trading.recommendation import Action, PortfolioException, Recommendation

Direction = Literal["sell", "buy"]
RefusedBy = Literal["wrong_schema", "wrong_direction", "percent_ignored", "amount_ignored", "markup_in_prose"]

ACTIONS: Final[tuple[Action, ...]] = ("proceed", "defer", "partial", "review")
LONGEST_PROSE: Final = 500
WHOLE_PCT: Final = 100.0
MEANT_PCT: Final[Mapping[str, float]] = {"proceed": WHOLE_PCT, "defer": 0.0, "review": 0.0}
"""The percent that an action says already."""
_OPPOSITE: Final[Mapping[Direction, str]] = {"sell": "buy", "buy": "sell"}
_MOST_ENTRIES: Final = 5_000

ReadT = TypeVar("ReadT", Recommendation, PortfolioException)


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry of an answer that counts for nothing: by which rule, and what was wrong, in our words.

    `symbol` is set where the entry said something else of a portfolio than of the instrument, and nobody can read what:
    that line, or all of the instrument's without an account, have no verdict then.
    """

    rule: RefusedBy
    message: str
    symbol: str = ""
    account_number: str | None = None


class NotAnAnswer(ValueError):
    """The whole isn't what was asked for; the message is ours."""


def entries(answer: object, name: str) -> list[object]:
    """The list of this name in an answer.

    Raises:
        NotAnAnswer: There is none.
    """
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise NotAnAnswer(f"the answer has no list `{name}`")
    if len(found) > _MOST_ENTRIES:
        raise NotAnAnswer(f"the list `{name}` has over {_MOST_ENTRIES:,} entries")
    return found


def read_recommendations(answer: object, *, side: Direction) -> tuple[tuple[Recommendation, ...], tuple[Refused, ...]]:
    """The recommendations of an answer about portfolios, and the entries that are none.

    Raises:
        NotAnAnswer: It has no list of recommendations.
    """
    read: list[Recommendation] = []
    refused: list[Refused] = []
    for number, entry in enumerate(entries(answer, "recommendations")):
        found = _recommendation(entry, side=side, where=f"recommendations[{number}]", refused=refused)
        if found is not None:
            read.append(found)
    return tuple(read), tuple(refused)


def _recommendation(entry: object, *, side: Direction, where: str, refused: list[Refused]) -> Recommendation | None:
    """The entry, without the exceptions that can't be read; None where it can't be read itself."""
    if not isinstance(entry, dict):
        refused.append(Refused("wrong_schema", f"{where} is no object"))
        return None
    fault = action_fault(entry.get("action"), side=side, where=where)
    if fault is not None:
        refused.append(fault)
        return None
    exceptions = tuple(_exceptions(entry, side=side, where=where, refused=refused))
    return _read(Recommendation, {**entry, "exceptions": exceptions}, where=where, refused=refused)


def _exceptions(
    entry: Mapping[str, object], *, side: Direction, where: str, refused: list[Refused]
) -> Iterator[PortfolioException]:
    given, symbol = entry.get("exceptions"), str(entry.get("symbol"))
    if given is None:
        return
    if not isinstance(given, list) or len(given) > _MOST_ENTRIES:
        message = f"{where}.exceptions is no list, or over {_MOST_ENTRIES:,} long"
        refused.append(Refused("wrong_schema", message, symbol))
        return
    for number, exception in enumerate(given):
        place = f"{where}.exceptions[{number}]"
        if not isinstance(exception, dict):
            refused.append(Refused("wrong_schema", f"{place} is no object", symbol))
            continue
        account = exception.get("account_number")
        whose = account if isinstance(account, str) else None
        fault = action_fault(exception.get("action"), side=side, where=place)
        if fault is not None:
            refused.append(replace(fault, symbol=symbol, account_number=whose))
            continue
        if exception.get("amount") is not None:
            refused.append(Refused("amount_ignored", f"{place}.amount is money, which no model sets"))
        read = _read(PortfolioException, {**exception, "amount": None}, where=place, refused=refused)
        if read is None:
            refused[-1] = replace(refused[-1], symbol=symbol, account_number=whose)
        else:
            yield read


def _read(kind: type[ReadT], entry: Mapping[str, object], *, where: str, refused: list[Refused]) -> ReadT | None:
    try:
        return kind.model_validate(_tidy(entry, where=where, refused=refused))
    except ValidationError as error:
        refused.append(Refused("wrong_schema", f"{where}: {_wrong_fields(error)}"))
        return None


def action_fault(action: object, *, side: Direction, where: str) -> Refused | None:
    """Why an action is none: not one of ours, or a trade against the line's direction."""
    if isinstance(action, str) and action in ACTIONS:
        return None
    if isinstance(action, str) and action.strip().casefold() == _OPPOSITE[side]:
        return Refused("wrong_direction", f"{where}.action trades against the line, which is a {side}")
    return Refused("wrong_schema", f"{where}.action has to be one of {', '.join(ACTIONS)}")


def _tidy(entry: Mapping[str, object], *, where: str, refused: list[Refused]) -> dict[str, object]:
    """Without what is null or can't be a percent, and with prose of one plain line that a decision may have.

    Neither is a reason to lose a verdict: a partial without a percent gets the one that ends the breach.
    """
    kept = {name: value for name, value in entry.items() if value is not None}
    if not usable_percent(kept.get("proceed_percent", 0)) or not _says_the_same(kept):
        del kept["proceed_percent"]
        if kept["action"] != "partial":
            refused.append(Refused("percent_ignored", f"{where}.proceed_percent belongs to a partial only"))
    reason = kept.get("reason")
    if isinstance(reason, str) and _hides(reason):
        # Whoever holds prose against the facts only sees it cleaned.
        del kept["reason"]
        refused.append(Refused("markup_in_prose", f"{where}.reason isn't one line of what can be seen"))
    elif isinstance(reason, str) and len(reason) > LONGEST_PROSE:
        kept["reason"] = clean(reason, LONGEST_PROSE)
    return kept


def _hides(text: str) -> bool:
    """Whether a text has several lines, or characters that can't be seen; spaces are nothing."""
    line = text.strip()
    return len(line.splitlines()) > 1 or clean(line, None) != " ".join(line.split())


def usable_percent(value: object) -> bool:
    """Whether it is a number from 0 to 100."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= WHOLE_PCT


def _says_the_same(kept: Mapping[str, object]) -> bool:
    """Whether a percent fits its action: 100 to proceed, 0 to wait."""
    meant = MEANT_PCT.get(str(kept["action"]))
    return meant is None or kept.get("proceed_percent", meant) == meant


def _wrong_fields(error: ValidationError) -> str:
    """The fields that a validator complains of, without what stood there."""
    fields = dict.fromkeys(_field(each["loc"]) for each in error.errors())
    return f"{', '.join(fields)} can't be read"


def _field(place: tuple[int | str, ...]) -> str:
    known = {*Recommendation.model_fields, *PortfolioException.model_fields}
    return next((str(part) for part in place if part in known), "an unknown field")
