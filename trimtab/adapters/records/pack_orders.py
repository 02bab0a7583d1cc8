"""What the page of an evidence pack shows of orders: by portfolio with their fills, and by state."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from trimtab.workflow.evidence_models import EvidencePack, OrderStory
from trimtab.workflow.evidence_orders import money_sums
from trimtab.workflow.evidence_terms import plural
from trimtab.workflow.filled_values import filled_value
from trimtab.workflow.ports.records import Fill, OrderRow

NO_ACCOUNT: Final = "no portfolio"
"""Where fills stand whose order isn't in the pack."""


@dataclass(frozen=True, slots=True)
class AccountOrders:
    """The orders of a portfolio and what was traded of them, each in the order they were recorded.

    A fill stands with its order, None where the pack has no such order.
    """

    account_number: str
    client_name: str
    orders: list[OrderStory] = field(default_factory=list)
    fills: list[tuple[Fill, OrderRow | None]] = field(default_factory=list)

    @property
    def value(self) -> str:
        """What was ordered, in the portfolio's base currency."""
        return money_sums((each.order.base_currency, each.order.value) for each in self.orders)

    @property
    def filled(self) -> str:
        """What was filled, in the portfolio's base currency; empty where nothing was."""
        traded = [each.order for each in self.orders if each.order.filled_quantity]
        return money_sums((order.base_currency, filled_value(order, order.value)) for order in traded)


def by_account(pack: EvidencePack) -> Iterator[AccountOrders]:
    """Orders and fills by portfolio, by account number; a fill without its order comes last."""
    clients = {line.account_number: line.client_name for each in pack.decisions for line in each.lines}
    orders = {story.order.client_order_id: story.order for story in pack.orders}
    accounts = sorted({order.account_number for order in orders.values()})
    found = {account: AccountOrders(account, clients.get(account, "")) for account in accounts}
    lost = AccountOrders(NO_ACCOUNT, "")
    for story in pack.orders:
        found[story.order.account_number].orders.append(story)
    for fill in pack.fills:
        order = orders.get(fill.client_order_id)
        (lost if order is None else found[order.account_number]).fills.append((fill, order))
    yield from found.values()
    if lost.fills:
        yield lost


def by_state(orders: Sequence[OrderStory]) -> Iterable[tuple[str, str]]:
    """Each state that orders are in, in the order in which it is first met, with what is in it in words."""
    grouped: dict[str, list[OrderRow]] = {}
    for story in orders:
        grouped.setdefault(story.order.state, []).append(story.order)
    for state, found in grouped.items():
        money = money_sums((order.reporting_currency, order.reported_value) for order in found)
        yield state, f"{plural(len(found), 'order')} for {money}"
