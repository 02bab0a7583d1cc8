"""Orders as they are sent, and as an order system tells them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from trimtab.workflow.ports.order_system import Placing


def an_order(number: int = 1, **changes: Any) -> Placing:
    """An order; those with different numbers differ in id and instrument."""
    order = Placing(
        client_order_id=f"tt-{number:024x}",
        account_number="ACC100001",
        instrument_key=f"key-{number}",
        code=f"CODE{number}",
        exchange="ASX",
        side="buy",
        quantity=Decimal(100),
        limit_price=Decimal("12.34"),
        currency="AUD",
    )
    return replace(order, **changes)


def known(order: Placing) -> Placing:
    """The order once the order system has said what it calls it, as `told` and `made` do."""
    return replace(order, order_key=f"order-{order.account_number}", trade_key=f"trade-{order.client_order_id}")


def told(order: Placing, **changes: Any) -> dict[str, Any]:
    """The order as a trade of an answer to a question, as JSON."""
    return {
        "orderKey": f"order-{order.account_number}",
        "portfolioId": order.account_number,
        "tradeKey": f"trade-{order.client_order_id}",
        "instrumentKey": order.instrument_key,
        "status": "Accepted",
        "units": float(order.quantity),
        "unitsFilled": 0,
        "averageFillPrice": 0,
        "tradeSide": order.side.title(),
        "clientOrderId": order.client_order_id,
        **changes,
    }


def without_id(trade: dict[str, Any]) -> dict[str, Any]:
    """The same, as an order system tells it that doesn't keep our ids."""
    return {name: value for name, value in trade.items() if name != "clientOrderId"}


def made(order: Placing, **changes: Any) -> dict[str, Any]:
    """The order as a trade that was just made, as JSON."""
    trade = {
        "tradeKey": f"trade-{order.client_order_id}",
        "instrumentKey": order.instrument_key,
        "symbol": order.code,
        "exchange": order.exchange,
        "units": float(order.quantity),
        "tradeValue": 1234.5,
        "tradeSide": order.side.title(),
        "wasHeld": False,
        "clientOrderId": order.client_order_id,
    }
    return {**trade, **changes}


def result(*trades: object, account: str = "ACC100001", **changes: Any) -> dict[str, Any]:
    """What became of one portfolio's order."""
    return {
        "portfolioId": account,
        "orderKey": f"order-{account}",
        "success": True,
        "createdTrades": list(trades),
        **changes,
    }


def batch(*trades: object, account: str = "ACC100001", **changes: Any) -> dict[str, Any]:
    """How far one portfolio's order is."""
    return {"orderKey": f"order-{account}", "portfolioId": account, "trades": list(trades), **changes}


def batches(*keys_and_accounts: tuple[str, str]) -> dict[str, Any]:
    """A list of batches that work."""
    listed = [
        {"orderKey": key, "portfolioId": account, "status": "Executing", "modelCount": 1, "tradeCount": 1}
        for key, account in keys_and_accounts
    ]
    return {"batches": listed}


def rules(strays: Sequence[Any]) -> list[str]:
    """By what rules something was set aside."""
    return [stray.rule for stray in strays]
