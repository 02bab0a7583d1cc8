"""The plan as canonical JSON."""

import hashlib
import json

from tests.workflow.desks import JANE, MakeBench, plan_of
from tests.workflow.small_books import two_portfolios
from tests.workflow.states import DEFERRAL
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.plan_document import canonical, plan_digest, plan_document


def test_the_same_plan_has_the_same_bytes() -> None:
    assert plan_document(plan_of(two_portfolios())) == plan_document(plan_of(two_portfolios()))


def test_whatever_changes_the_plan_changes_its_digest() -> None:
    book = two_portfolios()
    plans = [
        plan_of(book),
        plan_of(book, decisions=(DEFERRAL,)),
        plan_of(book, phase="Buys"),
        plan_of(book, workflow_mode="Manual"),
        plan_of(book, policy=Policy(dip_pct=-9)),
        plan_of(book, portfolios=("P1",)),
    ]
    assert len({plan_digest(plan) for plan in plans}) == len(plans)


def test_the_document_holds_the_plan_and_nothing_of_the_session() -> None:
    document = json.loads(plan_document(plan_of(two_portfolios())))
    assert set(document) == {
        "as_of",
        "book",
        "book_digest",
        "columns",
        "phase",
        "policy_digest",
        "rows",
        "workflow_mode",
    }
    assert len(document["rows"]) == 3


def test_canonical_json_is_sorted_and_without_spaces() -> None:
    assert canonical({"b": [1, 2.5], "a": "ä"}) == '{"a":"ä","b":[1,2.5]}'


async def test_a_desk_gives_the_document_of_a_session(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    document = await bench.desk.export_plan(JANE, bench.session_id)
    assert document == plan_document(plan_of(two_portfolios()))
    assert hashlib.sha256(document.encode()).hexdigest() == (await bench.page("plan")).plan_digest
