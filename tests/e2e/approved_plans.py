"""Approved plans in folders of files, which runs copy, and which processes come to."""

import json
import shutil
from pathlib import Path

from tests.clock import FixedClock
from tests.workflow.order_bench import OrderBench, make_order_bench
from trimtab.domain.trading.book import Book

SESSION_ID = "ts_plan"
"""Always the same, and so are the ids of its orders: by these an order system's chance says whom a fault strikes."""
_PLAN = "plan.json"


async def prepare(folder: Path, book: Book, *, clock: FixedClock) -> None:
    """An approved plan in files of this folder, which is made."""
    folder.mkdir()
    bench = make_order_bench(folder, book, clock=clock)
    bench.store.new_id = lambda: SESSION_ID  # type: ignore[method-assign]  # it is the only session of the folder
    plan_hash = await bench.approved()
    await bench.close()
    (folder / _PLAN).write_text(json.dumps([bench.session_id, bench.question_id, plan_hash]))


def copied(template: Path, folder: Path) -> Path:
    """The same files in another folder."""
    shutil.copytree(template, folder)
    return folder


def come_to_plan(bench: OrderBench, folder: Path) -> str:
    """The bench works on the folder's plan from now on; gives its hash."""
    bench.session_id, bench.question_id, plan_hash = json.loads((folder / _PLAN).read_text())
    return str(plan_hash)
