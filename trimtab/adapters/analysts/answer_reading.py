"""From a model's JSON to what the workflow knows. Entry by entry: one that can't be read is left out and named."""

import json
from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

from trimtab.domain.outside_text import clean
from trimtab.domain.trading.model_answer import (
    LONGEST_PROSE,
    MEANT_PCT,
    NotAnAnswer,
    Refused,
    action_fault,
    entries,
    read_recommendations,
    usable_percent,
)
from trimtab.workflow.ports.analysts import (
    BuyAnswer,
    BuyVerdict,
    ExchangeRemark,
    MomentumAnswer,
    PortfolioAnswer,
    SectorRemark,
    SynthesisAnswer,
)

Entry = Mapping[str, object]
T = TypeVar("T")

_FENCES: Final = ("```", "```json")


def parsed(text: str) -> object:
    """The JSON of an answer, also of one between fences with words around it.

    An object that says a thing twice isn't one, because nobody knows which was meant: it becomes its pairs.

    Raises:
        ValueError: There is none.
        RecursionError: It is nested too deeply.
    """
    lines = text.split("\n")
    fences = [number for number, line in enumerate(lines) if line.strip().lower() in _FENCES]
    inside = "\n".join(lines[fences[0] + 1 : fences[1]]) if len(fences) == 2 else text
    found: object = json.loads(inside, object_pairs_hook=_told_once)
    return found


def _told_once(pairs: list[tuple[str, object]]) -> object:
    told = dict(pairs)
    return told if len(told) == len(pairs) else tuple(pairs)


def read_portfolios(answer: object) -> PortfolioAnswer:
    """The verdicts on sells; raises NotAnAnswer where the whole isn't one, as all of these do."""
    return PortfolioAnswer(*read_recommendations(answer, side="sell"))


def read_momentum(answer: object) -> MomentumAnswer:
    """The words on markets."""
    refused: list[Refused] = []
    exchanges = [
        ExchangeRemark(exchange, comment, _optional(entry, "cross_exchange_insight", refused=refused))
        for entry in _objects(answer, "exchanges", refused=refused)
        if (exchange := _text(entry, "exchange", refused=refused))
        and (comment := _text(entry, "comment", refused=refused))
    ]
    sectors = [
        SectorRemark(
            exchange,
            sector,
            comment,
            _optional(entry, "exchange_context", refused=refused),
            _optional(entry, "cross_exchange_insight", refused=refused),
        )
        for entry in _objects(answer, "sectors", refused=refused)
        if (exchange := _text(entry, "exchange", refused=refused))
        and (sector := _text(entry, "sector", refused=refused))
        and (comment := _text(entry, "comment", refused=refused))
    ]
    return MomentumAnswer(_summary(answer), tuple(exchanges), tuple(sectors), tuple(refused))


def read_synthesis(answer: object) -> SynthesisAnswer:
    """The summary and the notes."""
    refused: list[Refused] = []
    notes = [
        (symbol, note)
        for entry in _objects(answer, "notes", refused=refused)
        if (symbol := _text(entry, "symbol", refused=refused)) and (note := _text(entry, "note", refused=refused))
    ]
    return SynthesisAnswer(_summary(answer), tuple(notes), tuple(refused))


def read_buys(answer: object) -> BuyAnswer:
    """The verdicts on buys."""
    refused: list[Refused] = []
    portfolios = [
        (account, tuple(_verdicts(entry, where=f"portfolios[{number}]", refused=refused)))
        for number, entry in enumerate(_objects(answer, "portfolios", refused=refused))
        if (account := _text(entry, "account_number", refused=refused))
    ]
    return BuyAnswer(tuple(portfolios), tuple(refused))


def _verdicts(portfolio: Entry, *, where: str, refused: list[Refused]) -> Iterator[BuyVerdict]:
    for number, entry in enumerate(_objects(portfolio, "recommendations", refused=refused, where=f"{where}.")):
        place = f"{where}.recommendations[{number}]"
        fault = action_fault(entry.get("action"), side="buy", where=place)
        if fault is not None:
            refused.append(fault)
            continue
        symbol = _text(entry, "symbol", refused=refused)
        if symbol:
            percent = _percent(entry, where=place, refused=refused)
            reason = _optional(entry, "reason", refused=refused) or ""
            if len(reason) > LONGEST_PROSE:
                reason = clean(reason, LONGEST_PROSE)
            yield BuyVerdict(symbol, entry["action"], percent, reason)  # type: ignore[arg-type]  # one of the actions, as was checked


def _percent(entry: Entry, *, where: str, refused: list[Refused]) -> float | None:
    """A partial's percent; with another action it is refused, unless it says the same."""
    percent, meant = entry.get("proceed_percent"), MEANT_PCT.get(str(entry["action"]))
    usable = usable_percent(percent)
    if meant is None:
        return float(str(percent)) if usable else None
    if percent is not None and not (usable and percent == meant):
        refused.append(Refused("percent_ignored", f"{where}.proceed_percent belongs to a partial only"))
    return None


def _objects(answer: object, name: str, *, refused: list[Refused], where: str = "") -> Iterator[Entry]:
    """The objects of a list; what isn't one is refused, and so is a missing list that isn't the whole answer's."""
    try:
        found = entries(answer, name)
    except NotAnAnswer as error:
        if not where:
            raise
        refused.append(Refused("wrong_schema", f"{where.rstrip('.')}: {error}"))
        return
    for number, entry in enumerate(found):
        if isinstance(entry, dict):
            yield entry
        else:
            refused.append(Refused("wrong_schema", f"{where}{name}[{number}] is no object"))


def _summary(answer: object) -> str:
    found = answer.get("summary") if isinstance(answer, dict) else None
    if not isinstance(found, str):
        raise NotAnAnswer("the answer has no text `summary`")
    return found


def _text(entry: Entry, name: str, *, refused: list[Refused]) -> str:
    """A text of the entry; empty and refused where there is none."""
    found = entry.get(name)
    if isinstance(found, str) and found.strip():
        return found
    refused.append(Refused("wrong_schema", f"an entry has no text `{name}`"))
    return ""


def _optional(entry: Entry, name: str, *, refused: list[Refused]) -> str | None:
    """A text that may be left out; anything else in its place is refused."""
    found = entry.get(name)
    if isinstance(found, str):
        return found if found.strip() else None
    if found is not None:
        refused.append(Refused("wrong_schema", f"an entry's `{name}` is no text"))
    return None
