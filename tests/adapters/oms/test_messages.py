"""Every message of the wire, word by word: another order system may have been built to them."""

import json
from decimal import Decimal
from typing import Any

import pytest

from trimtab.adapters.oms import messages

BUY = {
    "instrumentKey": "5f1c1e1e-0000-5000-8000-000000000001",
    "decision": "Trade",
    "expectedQuantity": 1200.0,
    "tradeSide": "Buy",
    "clientOrderId": "tt-0123456789abcdef01234567",
    "limitPrice": 12.34,
}
SELL = {"instrumentKey": "k-2", "decision": "Trade", "expectedQuantity": 0.5, "tradeSide": "Sell"}
CREATED = {
    "tradeKey": "t-1",
    "instrumentKey": "k-1",
    "symbol": "CBA",
    "exchange": "ASX",
    "units": 1200.0,
    "tradeValue": 14808.0,
    "tradeSide": "Buy",
    "wasHeld": True,
    "clientOrderId": "tt-0123456789abcdef01234567",
    "status": "Rejected",
    "statusReason": "no whole number of lots",
}
SUMMARY = {"orderKey": "o-1", "portfolioId": "ACC100001", "status": "Executing", "modelCount": 1, "tradeCount": 1}
ITEM = {
    "tradeKey": "t-1",
    "instrumentKey": "k-1",
    "status": "Pending",
    "units": 1200.0,
    "unitPrice": 12.34,
    "tradeSide": "Buy",
    "clientOrderId": "tt-0123456789abcdef01234567",
    "statusReason": "",
}
FULFILMENT = {
    "tradeKey": "t-1",
    "instrumentKey": "k-1",
    "status": "PartiallyFilled",
    "units": 1200.0,
    "unitsFilled": 400.0,
    "averageFillPrice": "12.333333333333333333333333333",
    "fillPercentage": 33.3,
    "tradeSide": "Buy",
    "clientOrderId": "tt-0123456789abcdef01234567",
    "statusReason": "",
}
CLIENT_ORDER = {**FULFILMENT, "orderKey": "o-1", "portfolioId": "ACC100001"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "TradeDecisionRequest": BUY,
    "PortfolioOrderRequest": {"portfolioId": "ACC100001", "tradeDecisions": [BUY, SELL]},
    "BatchOrderCreationRequest": {"portfolioOrders": [{"portfolioId": "ACC100001", "tradeDecisions": [BUY]}]},
    "CreatedTradeItem": CREATED,
    "OrderCreationResult": {
        "portfolioId": "ACC100001",
        "orderKey": "o-1",
        "success": True,
        "createdTrades": [CREATED],
    },
    "BatchOrderCreationResult": {
        "results": [
            {
                "portfolioId": "ACC100002",
                "orderKey": "",
                "success": False,
                "failureReason": "the account is closed",
                "createdTrades": [],
            }
        ]
    },
    "TradeBatchItem": ITEM,
    "OrderBatchSummary": SUMMARY,
    "OrderBatchList": {"batches": [SUMMARY]},
    "OrderBatch": {**SUMMARY, "trades": [ITEM]},
    "TradeFulfilmentItem": FULFILMENT,
    "OrderFulfilmentStatus": {
        "orderKey": "o-1",
        "portfolioId": "ACC100001",
        "tradesFilled": 0,
        "tradesPartiallyFilled": 1,
        "tradesPending": 0,
        "totalBuyValueFilled": 4933.33,
        "totalSellValueFilled": 0.0,
        "trades": [FULFILMENT],
    },
    "ClientOrder": CLIENT_ORDER,
    "ClientOrderList": {"orders": [CLIENT_ORDER]},
    "Refusal": {"error": "There is no order with this id."},
    "PaperStatement": {"kind": "paper-oms", "version": "0.1.0"},
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_message_is_read_and_written_word_by_word(name):
    model = getattr(messages, name)
    message = model.model_validate_json(json.dumps(EXAMPLES[name]))
    assert json.loads(message.model_dump_json(by_alias=True, exclude_none=True)) == EXAMPLES[name]
    always = {field.alias for field in model.model_fields.values() if field.is_required() or field.default is not None}
    assert always <= set(EXAMPLES[name])


def test_every_message_has_its_example():
    written = {
        name
        for name, thing in vars(messages).items()
        if isinstance(thing, type) and issubclass(thing, messages.Message) and thing is not messages.Message
    }
    assert set(EXAMPLES) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("12.34", "12.34"),
        ("100", "100.0"),
        ("0.1", "0.1"),
        ("12.333333333333333333333333333", '"12.333333333333333333333333333"'),
        ("9007199254740993", '"9007199254740993"'),
    ],
)
def test_a_number_is_written_as_one_where_that_says_it_exactly(value, written):
    message = messages.CreatedTradeItem(trade_key="t", instrument_key="k", units=Decimal(value), trade_side="Buy")
    assert f'"units":{written},' in message.model_dump_json(by_alias=True)
    assert messages.CreatedTradeItem.model_validate_json(message.model_dump_json(by_alias=True)) == message


def test_what_another_system_says_beyond_this_is_left_alone():
    message = messages.Refusal.model_validate({"error": "no", "traceId": "7"})
    assert message == messages.Refusal(error="no")
