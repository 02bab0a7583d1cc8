"""What a paper order system does beyond a real one: it shows what it keeps, takes faults, and moves its market."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from trimtab.adapters.oms.messages import Exact, Message, TradeSide, TradeStatus
from trimtab.server.paper_oms.answering import average_price
from trimtab.server.paper_oms.faults import FaultRule
from trimtab.server.paper_oms.replies import Reply, content_of
from trimtab.server.paper_oms.trades import SIDE_NAMES, Trade, all_trades
from trimtab.server.paper_oms.turns import Turn

MOST_TICKS = 1_000_000


class Ticks(BaseModel):
    """By how much to move the market."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: Annotated[int, Field(ge=1, le=MOST_TICKS)] = 1


class PaperOrder(Message):
    """A trade as it is kept, whatever the answers said; `faults` counts those that struck it."""

    trade_key: str
    order_key: str
    portfolio_id: str
    client_order_id: str | None
    instrument_key: str
    code: str
    exchange: str
    trade_side: TradeSide
    units: Exact
    limit_price: Exact | None
    status: TradeStatus
    status_reason: str
    units_filled: Exact
    average_fill_price: Exact
    times_received: int
    faults: dict[str, int]


class PaperOrderList(Message):
    """All trades, in the order in which they were made, after so many ticks of the market."""

    tick: int
    orders: tuple[PaperOrder, ...]


class FaultList(BaseModel):
    """The faults that are switched on."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)

    faults: tuple[FaultRule, ...]


def list_orders(turn: Turn) -> Reply:
    """Everything that is kept."""
    faults = turn.strikes.of_subjects()
    orders = tuple(_paper_order(each, faults.get(each.subject, {})) for each in all_trades(turn.connection))
    return Reply(content_of(PaperOrderList(tick=turn.tick, orders=orders)))


def list_faults(turn: Turn) -> Reply:
    """The faults that are switched on."""
    listed = FaultList(faults=turn.strikes.in_force())
    return Reply(listed.model_dump(mode="json", by_alias=True))


def switch_on(turn: Turn, rule: FaultRule) -> Reply:
    """Switches one more fault on."""
    turn.strikes.switch_on(rule)
    return list_faults(turn)


def switch_off(turn: Turn) -> Reply:
    """Switches all off but those that the process was started with."""
    turn.strikes.switch_off()
    return list_faults(turn)


def tell_tick(turn: Turn) -> Reply:
    """How many ticks there were."""
    return Reply({"tick": turn.tick})


def _paper_order(trade: Trade, faults: dict[str, int]) -> PaperOrder:
    return PaperOrder(
        trade_key=trade.trade_key,
        order_key=trade.order_key,
        portfolio_id=trade.portfolio_id,
        client_order_id=trade.client_order_id,
        instrument_key=trade.instrument_key,
        code=trade.code,
        exchange=trade.exchange,
        trade_side=SIDE_NAMES[trade.side],
        units=trade.units,
        limit_price=trade.limit_price,
        status=trade.state,
        status_reason=trade.reason,
        units_filled=trade.units_filled,
        average_fill_price=average_price(trade),
        times_received=trade.times_received,
        faults=faults,
    )
