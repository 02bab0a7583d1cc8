"""Keeping sessions in the records: what has to be stored so that a session can be shown years after it expired."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import numpy as np
from pydantic import JsonValue, TypeAdapter

from trimtab.domain.errors import BrokenRecord
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.tax import TaxRule, TaxRules
from trimtab.workflow.evidence import canonical
from trimtab.workflow.evidence_contents import (
    INPUTS,
    LOG,
    PLAN,
    STATE,
    BookInputs,
    Inputs,
    KeptFinding,
    KeptInstrument,
    KeptPlan,
    KeptPortfolio,
    KeptTotals,
    NamedTable,
)
from trimtab.workflow.log import LogEntry, first_head, verify
from trimtab.workflow.plan_document import plan_digest, plan_document
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.records import Effects, Evidence, EvidenceEntry, KeptSession, Standing
from trimtab.workflow.ports.stores import StoredSession
from trimtab.workflow.state import SessionState
from trimtab.workflow.totals import plan_totals
from trimtab.workflow.why_not import why_not_table

SOURCE: Final = "server"
"""Where evidence comes from that nobody asked for by itself."""
_NOT_KEPT: Final = ("remembered", "opened_by")
_TAX_RULES: Final = TypeAdapter(tuple[TaxRule, ...])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SessionCopy:
    """A session as its store has it, with its plan and what that was computed from.

    `log` is the whole log. `plan` is None where it can't be computed any more, because the book or the policy isn't the
    session's; then its inputs aren't known either. `kept_inputs` is what the function of that name found in the
    session's evidence; without it the inputs are kept once more, which does no harm.
    """

    stored: StoredSession
    log: tuple[LogEntry, ...]
    plan: SessionPlan | None
    policy: Policy
    tax_rules: TaxRules
    server_version: str
    kept_inputs: str = ""


def kept_inputs(entries: Iterable[EvidenceEntry]) -> str:
    """The inputs that were kept last, as they stand in the evidence; empty where there are none."""
    found = ""
    for entry in entries:
        if entry.kind == INPUTS:
            found = entry.content
    return found


def kept_effects(standing: Standing, session: SessionCopy, *, at: datetime, actor: str) -> Effects:
    """What to store so that the session is kept as it stands; nothing where it is kept already.

    Args:
        standing: where the session's records stand; only what was kept of it counts.
        session: the copy to be kept.
        at: when.
        actor: who has it kept; the copied log keeps its own actors.

    Raises:
        BrokenRecord: the log isn't what was written, or doesn't continue what was kept.
        ValueError: the plan isn't the state's.
    """
    stored = session.stored
    found = verify(stored.session_id, session.log, head=stored.log_head)
    if found is not None:
        raise BrokenRecord(f"The session's log is broken. {found.message}", field="session_id")
    if session.plan is not None and SessionState.model_validate_json(stored.state) != session.plan.state:
        raise ValueError("The plan isn't the one of the session's state.")
    after_seq = _kept_until(standing.kept, session)
    row = KeptSession(
        session_id=stored.session_id,
        owner=stored.owner,
        version=stored.version,
        log_seq=stored.log_head.seq,
        log_hash=stored.log_head.hash,
    )
    if standing.kept == row:
        return Effects(at=at, actor=actor, source=SOURCE)
    evidence = tuple(_evidence(session, after_seq=after_seq, actor=actor))
    return Effects(at=at, actor=actor, source=SOURCE, evidence=evidence, rows=(row,))


def _kept_until(kept: KeptSession | None, session: SessionCopy) -> int:
    """The last log entry that is kept; raises `BrokenRecord` where the log goes on from another one."""
    if kept is None:
        return 0
    hashes = [first_head(session.stored.session_id).hash, *(entry.hash for entry in session.log)]
    if kept.log_seq >= len(hashes) or hashes[kept.log_seq] != kept.log_hash:
        raise BrokenRecord(
            f"The session's log doesn't continue what is in the records, which ends with entry {kept.log_seq}.",
            field="session_id",
        )
    return kept.log_seq


def _evidence(session: SessionCopy, *, after_seq: int, actor: str) -> Iterator[Evidence]:
    """Everything that isn't kept yet: inputs, log entries, state, plan; inputs and plan only where there is a plan."""
    plan, session_id = session.plan, session.stored.session_id

    def own(kind: str, content: Mapping[str, JsonValue]) -> Evidence:
        return Evidence(kind=kind, actor=actor, source=SOURCE, session_id=session_id, content=dict(content))

    if plan is not None and canonical(inputs := _inputs(session, plan)) != session.kept_inputs:
        yield own(INPUTS, inputs)
    for entry in session.log[after_seq:]:
        yield Evidence(
            kind=LOG,
            actor=clean(entry.actor, None),
            source=clean(entry.source, None),
            session_id=session_id,
            content=entry.model_dump(mode="json"),
        )
    yield own(STATE, _state(session.stored))
    if plan is not None:
        yield own(PLAN, _plan(plan))


def _state(stored: StoredSession) -> dict[str, JsonValue]:
    state: dict[str, JsonValue] = json.loads(stored.state)
    return {name: value for name, value in state.items() if name not in _NOT_KEPT}


def _inputs(session: SessionCopy, plan: SessionPlan) -> dict[str, JsonValue]:
    book, policy = plan.facts.book, session.policy
    rules = _TAX_RULES.dump_python(session.tax_rules.rules, mode="json")
    kept = Inputs(
        server_version=session.server_version,
        book=BookInputs(
            name=book.name,
            digest=book.digest,
            as_of=book.as_of,
            portfolios=len(book.portfolios.account_number),
            instruments=len(book.instruments.code),
            models=len(book.models.name),
            lots=len(book.lots.units),
            restrictions=len(book.restrictions),
        ),
        policy=policy.model_dump(mode="json", exclude={"factors"}),
        policy_digest=policy.digest,
        tax_rules=rules,
        tax_rules_digest=hashlib.sha256(canonical(rules).encode()).hexdigest(),
        rules_digest=plan.state.policy_digest,
    )
    return kept.model_dump(mode="json")


def _plan(plan: SessionPlan) -> dict[str, JsonValue]:
    not_traded = NamedTable.model_validate(why_not_table(plan))
    kept = KeptPlan(
        digest=plan_digest(plan),
        document=json.loads(plan_document(plan)),
        totals=KeptTotals.model_validate(plan_totals(plan)),
        hard_failures=tuple(KeptFinding.model_validate(asdict(found)) for found in plan.hard_failures),
        soft_warnings=tuple(KeptFinding.model_validate(asdict(found)) for found in plan.soft_warnings),
        not_traded=not_traded,
        portfolios=tuple(_portfolios(plan)),
    )
    named = kept.model_copy(update={"instruments": _instruments(plan, (*kept.trades.records, *not_traded.records))})
    return named.model_dump(mode="json")


def _portfolios(plan: SessionPlan) -> Iterator[KeptPortfolio]:
    """The portfolios of the session, whether they trade or not."""
    columns = plan.facts.book.portfolios
    for row, rate in zip(plan.facts.positions.portfolio_row.tolist(), plan.facts.reporting_rate.tolist(), strict=True):
        yield KeptPortfolio(
            account_number=columns.account_number[row],
            client_name=columns.client_name[row],
            currency=columns.base_currency[row],
            reporting_rate=rate if np.isfinite(rate) else None,
        )


def _instruments(plan: SessionPlan, rows: Sequence[Mapping[str, object]]) -> tuple[KeptInstrument, ...]:
    """The instruments that rows of the plan name."""
    columns = plan.facts.book.instruments
    named = {row["code"] for row in rows}
    return tuple(
        KeptInstrument(code=code, name=name, exchange=exchange)
        for code, name, exchange in zip(columns.code, columns.name, columns.exchange, strict=True)
        if code in named
    )
