"""A desk with its back office over real parts: sessions and records in files, the clock of the test."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import FixedClock
from tests.workflow.desks import JANE, Bench, make_bench, shelf_of
from trimtab.adapters.approver_secrets import ScryptSecrets
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.domain.errors import Blocked
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.approvers import Approvers
from trimtab.workflow.books import BookShelf
from trimtab.workflow.delivering import Delivery
from trimtab.workflow.delivery_pace import DeliveryPace
from trimtab.workflow.keeping import Keeper
from trimtab.workflow.kill_switch import Kill
from trimtab.workflow.order_base import Backing, OrderBase
from trimtab.workflow.order_terms import OrderTerms
from trimtab.workflow.orders import Orders
from trimtab.workflow.ports import results as answer
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.execution import CancelOrders, ExecutionStatus, GetExecutionStatus, OrdersCancelled
from trimtab.workflow.ports.order_system import OrderSystem
from trimtab.workflow.ports.records import Decide, OrderRow, Scope
from trimtab.workflow.ports.requests import ExecuteOrders, PreviewOrders
from trimtab.workflow.ports.secrets import Proof

ANNE = Proof("anne", "correct horse battery")
BERT = Proof("bert", "staple of a different kind")
CLEO = Proof("cleo", "something else entirely")
NOBODY_THERE = "http://127.0.0.1:9"
"""An address of this machine at which nobody listens."""


@dataclass
class OrderBench(Bench):
    """A bench that makes orders of its session's plan."""

    orders: Orders = field(kw_only=True)
    records: SqlRecordStore = field(kw_only=True)
    approvers: Approvers = field(kw_only=True)
    kill: Kill = field(kw_only=True)
    keeper: Keeper = field(kw_only=True)
    shelf: BookShelf = field(kw_only=True)
    delivery: Delivery = field(kw_only=True)
    question_id: str = field(default="q_never_asked", kw_only=True)

    async def to_review(self, mode: str = "QuickRebalance", **request: object) -> answer.OrderPreview:
        """Opens a session, brings it to Review, and previews its orders."""
        await self.open(mode, **request)
        await self.advance()
        await self.advance()
        return await self.preview()

    async def preview(self, **request: object) -> answer.OrderPreview:
        asked = PreviewOrders.model_validate({"session_id": self.session_id, "limit": 1000, **request})
        return await self.orders.preview(JANE, asked)

    def request(self, plan_hash: str) -> ExecuteOrders:
        return ExecuteOrders(session_id=self.session_id, plan_hash=plan_hash)

    async def staffed(self, *people: Proof) -> None:
        """Adds approvers; the first vouches for the others."""
        vouching: list[Proof] = []
        for each in people:
            await self.approvers.add(each, by=vouching[:2], actor="test")
            vouching.append(each)

    async def approve(self, plan_hash: str, proof: Proof = ANNE, caller: Caller = JANE) -> answer.OrderPreview:
        return await self.orders.approve(caller, self.request(plan_hash), proof=proof)

    async def execute(self, plan_hash: str, caller: Caller = JANE) -> answer.OrdersExecuted:
        return await self.orders.execute(caller, self.request(plan_hash))

    async def ask(self, plan_hash: str, caller: Caller = JANE) -> str | None:
        """The text of the question, which is then the one that `reply` answers."""
        asked = await self.orders.question(caller, self.request(plan_hash))
        if asked is None:
            return None
        self.question_id = asked.question_id
        return asked.text

    async def reply(self, plan_hash: str, *, approved: bool = True, caller: Caller = JANE) -> None:
        request = self.request(plan_hash)
        await self.orders.take_answer(caller, request, question_id=self.question_id, approved=approved)

    async def approved(self, mode: str = "QuickRebalance", **request: object) -> str:
        """The hash of a plan in Review that the person at the client has approved."""
        plan = await self.to_review(mode, **request)
        await self.approve_by_client(plan.plan_hash)
        return plan.plan_hash

    async def approve_by_client(self, plan_hash: str) -> None:
        await self.ask(plan_hash)
        await self.reply(plan_hash)

    async def order_rows(self) -> tuple[OrderRow, ...]:
        return (await self.records.standing(Scope(session_id=self.session_id))).orders

    async def order_states(self) -> list[str]:
        return [order.state for order in await self.order_rows()]

    async def status(self, **request: object) -> ExecutionStatus:
        asked = GetExecutionStatus.model_validate({"session_id": self.session_id, "limit": 1000, **request})
        return await self.orders.execution_status(JANE, asked)

    async def cancel(self, *client_order_ids: str) -> OrdersCancelled:
        named = client_order_ids or None
        asked = CancelOrders(session_id=self.session_id, reason="a change of mind", client_order_ids=named)
        return await self.orders.cancel(JANE, asked)

    async def is_sound(self) -> bool:
        return not (await self.records.verify()).breaks

    async def close(self) -> None:
        await self.delivery.system.close()
        await self.records.close()
        await self.store.close()


def make_order_bench(
    folder: Path,
    book: Book,
    *,
    clock: FixedClock,
    policy: Policy | None = None,
    shelf: BookShelf | None = None,
    terms: OrderTerms | None = None,
    url: str | None = None,
    system: OrderSystem | None = None,
    pace: DeliveryPace | None = None,
) -> OrderBench:
    """Benches over the same folder share their sessions and records. Without an order system it is one that is away."""
    bench = make_bench(folder / "sessions.db", book, policy=policy, clock=clock)
    used = shelf or shelf_of(book, policy)
    records = SqlRecordStore(url or f"sqlite:///{folder / 'records.db'}")
    secrets = ScryptSecrets()
    approvers = Approvers(records, secrets=secrets, clock=clock)
    sessions = bench.desk.sessions
    keeper = Keeper(sessions, bench.store, shelf=used, records=records, clock=clock, by="1.2.3")
    delivery = Delivery(
        records, system or HttpOrderSystem(NOBODY_THERE), clock=clock, terms=terms or OrderTerms(), pace=pace
    )
    backing = Backing(secrets=secrets, approvers=approvers, keeper=keeper, delivery=delivery)
    return OrderBench(
        desk=bench.desk,
        store=bench.store,
        clock=clock,
        orders=Orders(OrderBase(sessions, used, backing=backing)),
        records=records,
        approvers=approvers,
        kill=Kill(records, clock=clock, under_way_seconds=0.2),
        keeper=keeper,
        shelf=used,
        delivery=delivery,
    )


def rules_of(error: Blocked) -> Sequence[str]:
    """The names of the rules that refused."""
    return [problem.code for problem in error.problems]


def later(bench: OrderBench, **passed: float) -> None:
    """Lets time pass."""
    bench.clock.advance(timedelta(**passed))


async def refused(call: Awaitable[object]) -> list[str]:
    """The rules by which the call was refused."""
    with pytest.raises(Blocked) as error:
        await call
    return list(rules_of(error.value))


async def refusals(bench: OrderBench) -> list[str]:
    """What the session's evidence says of refusals, as JSON."""
    entries = await bench.records.entries(bench.session_id)
    return [entry.content for entry in entries if entry.kind == "refusal"]


async def killed_in_mid_execution(bench: OrderBench, plan_hash: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Executes, and dies between closing the session and recording its orders."""
    write = bench.records.write

    async def dies(scope: Scope, decide: Decide) -> object:
        if scope.day is not None:
            raise ConnectionResetError("the process was killed here")
        return await write(scope, decide)

    with monkeypatch.context() as patched:
        patched.setattr(bench.records, "write", dies)
        with pytest.raises(ConnectionResetError):
            await bench.execute(plan_hash)
