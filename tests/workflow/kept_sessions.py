"""Sessions of the demo book and of a small one, kept as evidence; and evidence of what happens around them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.clock import NOON, FixedClock
from tests.e2e.judged_sessions import POLICY, judged_book, judging
from tests.model_wire.turns import Answer
from tests.workflow.desks import DEMO, JANE, TAX_RULES, Bench, make_bench, recommend, shelf_of
from trimtab.domain.errors import Blocked, InvalidInput
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.archive import SessionCopy, kept_effects
from trimtab.workflow.evidence import EMPTY, chained, head_after
from trimtab.workflow.evidence_models import EvidencePack
from trimtab.workflow.evidence_pack import evidence_pack
from trimtab.workflow.planning import plan_session
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.records import (
    Approval,
    Effects,
    Evidence,
    EvidenceEntry,
    EvidenceHead,
    Exposure,
    Fill,
    KeptSession,
    OrderRow,
    Parked,
    Question,
    Row,
    Standing,
    moment,
)
from trimtab.workflow.state import SessionState

OFFICER = "trimtab keep"
PLAN_HASH = "5f" * 32
LATER = NOON + timedelta(minutes=30)


@dataclass
class Records:
    """A chain of evidence in memory, made by the same functions as the one in a database."""

    head: EvidenceHead = EMPTY
    entries: list[EvidenceEntry] = field(default_factory=list)
    kept: KeptSession | None = None
    written: list[Effects] = field(default_factory=list)

    @property
    def standing(self) -> Standing:
        return Standing(
            head=self.head,
            kill=None,
            approvers=(),
            questions=(),
            approvals=(),
            orders=(),
            undone=(),
            kept=self.kept,
            of_day=Exposure(),
            of_book=Exposure(),
            waiting=(),
            has_known=True,
        )

    def write(self, effects: Effects) -> None:
        self.written.append(effects)
        rows = (
            Evidence(
                kind=row.KIND,
                actor=effects.actor,
                source=effects.source,
                session_id=row.session_id,
                content=row.model_dump(mode="json"),
            )
            for row in effects.rows
        )
        made = tuple(chained(self.head, (*effects.evidence, *rows), at=effects.at))
        self.head = head_after(self.head, made, at=effects.at)
        self.entries += made
        self.kept = next((row for row in reversed(effects.rows) if isinstance(row, KeptSession)), self.kept)

    def note(self, *rows: Row, at: datetime, actor: str, source: str = "person") -> None:
        self.write(Effects(at=at, actor=actor, source=source, rows=rows))

    def pack(self, made_at: datetime = LATER) -> EvidencePack:
        return evidence_pack(self.entries, head=self.head, made_at=made_at)


async def copy_of(bench: Bench, *, book: Book = DEMO, policy: Policy | None = None, **changed: Any) -> SessionCopy:
    """The bench's session as its store has it, with its plan."""
    stored = await bench.store.read(bench.session_id, JANE.owner)
    log = await bench.store.log(bench.session_id, JANE.owner, limit=10_000)
    state = SessionState.model_validate_json(stored.state)
    shelf = shelf_of(book, policy)
    facts, rules = shelf.facts_for(state)
    given = {
        "stored": stored,
        "log": log,
        "plan": plan_session(facts, state, rules=rules),
        "policy": shelf.policy,
        "tax_rules": TAX_RULES,
        "server_version": "1.2.3",
        **changed,
    }
    return SessionCopy(**given)


async def keep(records: Records, bench: Bench, **changed: Any) -> Effects:
    """Keeps the bench's session as it stands."""
    effects = kept_effects(records.standing, await copy_of(bench, **changed), at=bench.clock.now(), actor=OFFICER)
    records.write(effects)
    return effects


async def refused(records: Records, bench: Bench, *recommendations: Any) -> None:
    """Hands in what the desk refuses, and notes the refusal."""
    try:
        await bench.apply(*recommendations)
    except (Blocked, InvalidInput) as error:
        content: dict[str, Any] = {
            "rules": [problem.code for problem in error.problems],
            "message": error.message,
            "what": "recommendations",
        }
        evidence = Evidence(
            kind="refusal", actor=JANE.actor, source="assistant", session_id=bench.session_id, content=content
        )
        records.write(Effects(at=bench.clock.now(), actor=JANE.actor, source="assistant", evidence=(evidence,)))
        return
    raise AssertionError("nothing was refused")


ADVISER = Caller(owner=JANE.owner, actor="Tom Adviser", source="person")


async def demo_records(folder: Path) -> Records:
    """A whole session over the demo book: a refusal, an override with its reason, two approvals, orders and fills."""
    clock = FixedClock()
    bench, records = make_bench(folder / "sessions.db", DEMO, clock=clock), Records()
    try:
        await bench.open()
        await keep(records, bench)
        await refused(records, bench, recommend("NOWHERE", "defer", reason="It is nowhere."))
        clock.advance(timedelta(minutes=2))
        await bench.analyze()
        clock.advance(timedelta(minutes=3))
        await _override(bench)
        await bench.advance()
        clock.advance(timedelta(minutes=4))
        await bench.advance()
        await keep(records, bench)
        await _execute(records, bench)
    finally:
        await bench.store.close()
    return records


async def model_records(folder: Path, answers: Answer | None = None) -> Records:
    """A whole session over a small book that a model judges over the wire."""
    records = Records()
    async with judging("openai", folder) as room:
        await room.play(answers)
        await keep(records, room.bench, book=judged_book(), policy=POLICY)
    return records


async def _override(bench: Bench) -> None:
    """A person decides the first line that waits."""
    row = next(row for row in await bench.rows("plan") if row["decision"] != "proceed")
    override = {
        "code": row["code"],
        "account_number": row["account_number"],
        "action": "proceed",
        "reason": "The client needs the money for a house next week.",
    }
    asked = ask.UpdateSession.model_validate({"session_id": bench.session_id, "overrides": [override]})
    await bench.desk.update(ADVISER, asked)


async def _execute(records: Records, bench: Bench) -> None:
    """A person declines once, then approves; the three largest trades are ordered and go to an order system."""
    session_id, clock = bench.session_id, bench.clock
    for number, answer in ((1, "declined"), (2, "approved")):
        question = Question(
            session_id=session_id,
            question_id=f"q{number}",
            plan_hash=PLAN_HASH,
            asked_at=clock.now(),
            expires_at=clock.now() + timedelta(minutes=30),
        )
        records.note(question, at=clock.now(), actor=JANE.actor, source="assistant")
        clock.advance(timedelta(minutes=1))
        records.note(question.model_copy(update={"answer": answer}), at=clock.now(), actor="Ann Officer")
    approval = Approval(
        session_id=session_id,
        approval_id="a1",
        plan_hash=PLAN_HASH,
        approver="Ann Officer",
        means="client",
        approved_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=30),
    )
    records.note(approval, at=clock.now(), actor="Ann Officer")
    rows = sorted(await bench.rows("plan"), key=lambda row: -abs(float(row["amount"])))[:3]
    orders = [_order(session_id, number, row, at=clock.now()) for number, row in enumerate(rows, start=1)]
    execution = Evidence(
        kind="execution",
        actor=ADVISER.actor,
        source="person",
        session_id=session_id,
        content={"plan_hash": PLAN_HASH, "orders": len(orders), "approved_by": ["Ann Officer"]},
    )
    used = approval.model_copy(update={"used": True})
    records.write(
        Effects(at=clock.now(), actor=ADVISER.actor, source="person", evidence=(execution,), rows=(used, *orders))
    )
    _deliver(records, orders, clock=clock)


def _order(session_id: str, number: int, row: dict[str, Any], *, at: datetime) -> OrderRow:
    quantity, value = Decimal(str(row["quantity"])), abs(Decimal(str(row["amount"])))
    return OrderRow(
        session_id=session_id,
        client_order_id=f"o{number}",
        plan_hash=PLAN_HASH,
        execution_mode="simulated",
        book_digest=DEMO.digest,
        day=at.date(),
        state="Intent",
        account_number=row["account_number"],
        code=row["code"],
        exchange="ASX",
        side=row["action"],
        quantity=quantity,
        price=value / quantity,
        limit_price=value / quantity,
        currency="AUD",
        value=value,
        base_currency="AUD",
        reported_value=value,
        reporting_currency="AUD",
        valid_until=at + timedelta(hours=5),
    )


def _deliver(records: Records, orders: list[OrderRow], *, clock: FixedClock) -> None:
    """The first order is filled in two parts, the second cancelled half filled, the third rejected."""
    clock.advance(timedelta(seconds=2))
    sent = {"state": "Submitted", "order_system": "paper-oms", "sent_at": moment(clock.now())}
    first, second, third = _moved(records, *((order, sent) for order in orders), at=clock.now())
    clock.advance(timedelta(seconds=1))
    keys = [{"state": "Accepted", "order_key": f"k{number}", "trade_key": f"t{number}"} for number in (1, 2)]
    refused = {"state": "Rejected", "why": "It is halted there."}
    first, second, third = _moved(records, (first, keys[0]), (second, keys[1]), (third, refused), at=clock.now())
    clock.advance(timedelta(seconds=1))
    [first] = _moved(records, (first, _half(first)), at=clock.now())
    clock.advance(timedelta(seconds=1))
    whole = {"state": "Filled", "filled_quantity": first.quantity}
    first, second = _moved(records, (first, whole), (second, _half(second)), at=clock.now())
    clock.advance(timedelta(minutes=1))
    cancellation = Evidence(
        kind="cancellation",
        actor=ADVISER.actor,
        source="person",
        session_id=second.session_id,
        content={"reason": "The client called.", "orders": 3, "cancelled": 0, "asked": 1},
    )
    records.write(Effects(at=clock.now(), actor=ADVISER.actor, source="person", evidence=(cancellation,)))
    [second] = _moved(records, (second, {"cancel": "asked"}), at=clock.now(), actor=ADVISER.actor, source="person")
    clock.advance(timedelta(seconds=1))
    _moved(records, (second, {"state": "Cancelled", "why": "Cancelled: The client called."}), at=clock.now())
    strange = Parked(
        session_id=first.session_id,
        parked_id="p1",
        rule="oms_overfilled",
        message="9,999 units filled of fewer ordered",
        client_order_id=first.client_order_id,
        order_key=first.order_key,
        seen_at=clock.now(),
    )
    records.note(strange, at=clock.now(), actor="delivery", source="rules")


def _half(order: OrderRow) -> dict[str, Any]:
    return {"state": "PartiallyFilled", "filled_quantity": order.quantity / 2, "average_price": order.price}


def _moved(
    records: Records,
    *moves: tuple[OrderRow, dict[str, Any]],
    at: datetime,
    actor: str = "delivery",
    source: str = "rules",
) -> list[OrderRow]:
    """The orders as they stand after a write of all these moves, with a fill for whatever was traded in each."""
    rows: list[Row] = []
    moved = []
    for order, changes in moves:
        after = order.model_copy(update=changes)
        moved.append(after)
        rows.append(after)
        if after.filled_quantity != order.filled_quantity:
            rows.append(
                Fill(
                    session_id=order.session_id,
                    fill_id=f"{order.client_order_id}:{after.filled_quantity:f}",
                    client_order_id=order.client_order_id,
                    quantity=after.filled_quantity - order.filled_quantity,
                    price=after.average_price,
                    filled_at=at,
                )
            )
    records.note(*rows, at=at, actor=actor, source=source)
    return moved
