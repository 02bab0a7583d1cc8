"""Analysis of the buys: the analyst picks what waits where cash is short; without it the tiers decide."""

from collections import Counter

from trimtab.domain.columns import CENT
from trimtab.domain.trading.overview import BuyBlock
from trimtab.domain.trading.recommendation import Recommendation
from trimtab.domain.trading.repair import MODEL, LineVerdict, OpenLine, resolve
from trimtab.workflow.analysis import Analyzed, inputs_digest
from trimtab.workflow.lines import CASH_FLAG, open_lines
from trimtab.workflow.overviews import buy_blocks
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.analysts import Analyst, BuyVerdict
from trimtab.workflow.ports.desk import Progress
from trimtab.workflow.state import AnalysisRecord
from trimtab.workflow.verdicts import as_decision


async def analyze_buys(plan: SessionPlan, *, analyst: Analyst, progress: Progress) -> Analyzed:
    """Proposals for the buys of portfolios that are short of cash.

    None for a batch the analyst failed on, so the tiers cut it.
    """
    blocks = buy_blocks(plan, only_short=True)
    lines = _lines_by_account(open_lines(plan, "buy"))
    size = plan.facts.policy.batch_size
    batches = [blocks[first : first + size] for first in range(0, len(blocks), size)]
    verdicts: list[LineVerdict] = []
    degraded: list[str] = []
    removed: Counter[str] = Counter()
    for number, batch in enumerate(batches, 1):
        try:
            found = await _judge(plan, batch, analyst=analyst, lines=lines)
        except Exception as error:  # noqa: BLE001 - a failed batch is cut by the tiers, the others stand
            note = f"buys {number} of {len(batches)}: {analyst.name} failed ({type(error).__name__}); reduced by tiers"
            degraded.append(note)
        else:
            verdicts.extend(found[0])
            removed.update(found[1])
        await progress(number, len(batches), f"Choosing buys {number} of {len(batches)}...")
    record = AnalysisRecord(
        analyst=analyst.name,
        side="buy",
        inputs=inputs_digest(plan),
        summary=_summary(plan, judged=len(blocks)),
        degraded=tuple(degraded),
        removed=dict(removed),
    )
    return Analyzed(tuple(as_decision(verdict) for verdict in verdicts), record)


def _summary(plan: SessionPlan, *, judged: int) -> str:
    """How many portfolios are short of cash for their buys, and how many have none at all."""
    without = int((plan.power.deferral_needed > CENT / 2).sum()) - judged
    counts = (f"{judged} with less cash than they want to buy for", f"{without} with none for any buy")
    told = [text for count, text in zip((judged, without), counts, strict=True) if count]
    return f"Portfolios short of cash: {', '.join(told)}." if told else "There is cash for every buy."


def _lines_by_account(lines: tuple[OpenLine, ...]) -> dict[str, list[OpenLine]]:
    by_account: dict[str, list[OpenLine]] = {}
    for line in lines:
        by_account.setdefault(line.account_number, []).append(line)
    return by_account


async def _judge(
    plan: SessionPlan, batch: tuple[BuyBlock, ...], *, analyst: Analyst, lines: dict[str, list[OpenLine]]
) -> tuple[list[LineVerdict], Counter[str]]:
    answered = (await analyst.buys(batch)).portfolios
    verdicts: list[LineVerdict] = []
    removed: Counter[str] = Counter()
    answer: dict[str, tuple[BuyVerdict, ...]] = {}
    for account, given in answered:
        removed["duplicate_portfolio"] += account in answer
        answer.setdefault(account, given)
    for block in batch:
        own = lines[block.account_number]
        resolution = resolve(
            [_recommendation(verdict) for verdict in answer.get(block.account_number, ())],
            own,
            source=analyst.source,
            known_symbols=frozenset(plan.facts.book.instruments.code),
            manners=MODEL,
        )
        verdicts.extend(resolution.verdicts)
        removed.update(resolution.removed)
        removed["missing_instrument"] += len(own) - len(resolution.verdicts)
    removed["unknown_portfolio"] += len(answer.keys() - {block.account_number for block in batch})
    return verdicts, +removed


def _recommendation(verdict: BuyVerdict) -> Recommendation:
    """Waiting on a buy rests on one fact, the cash; whether it is one is checked like any other flag.

    Not validated here: one bad percent or symbol is repaired and counted, and doesn't fail the batch.
    """
    return Recommendation.model_construct(
        symbol=verdict.symbol,
        action=verdict.action,
        proceed_percent=verdict.proceed_percent,
        reason=verdict.reason,
        flags=() if verdict.action == "proceed" else (CASH_FLAG,),
    )
