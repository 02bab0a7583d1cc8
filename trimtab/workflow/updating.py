"""Changes to a session's mode and rules: all checked against the book first, then added to what is there."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeVar

from trimtab.domain.errors import InvalidInput, Problem, WrongPhase
from trimtab.domain.trading.recommendation import PortfolioException, Recommendation
from trimtab.workflow.judging import judge
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.requests import GradualExit, InstrumentRule, Override, Substitution, UpdateSession
from trimtab.workflow.state import SessionState

Rule = InstrumentRule | Substitution | GradualExit | Override
R = TypeVar("R", InstrumentRule, Substitution, GradualExit, Override)


def update_state(plan: SessionPlan, request: UpdateSession) -> SessionState:
    """The state with the request's changes, overrides not yet decided.

    Raises:
        InvalidInput: Codes or accounts the session doesn't have, a substitute that can't serve; all at once.
        WrongPhase: The plan is under review or further.
    """
    if plan.state.phase not in ("Sells", "Buys"):
        raise WrongPhase(
            f"In {plan.state.phase} nothing may change any more.",
            next_action="Call advance_phase with to='Buys' and a reason to go back first.",
        )
    problems = [*_problems(plan, request), *_substitute_problems(plan, request)]
    if problems:
        raise InvalidInput(f"{len(problems)} problem(s); nothing was stored.", problems=problems)
    state = plan.state
    mode = request.workflow_mode or state.workflow_mode
    return state.changed(
        workflow_mode=mode,
        instrument_rules=merge(state.instrument_rules, request.instrument_rules),
        substitutions=merge(state.substitutions, request.substitutions),
        gradual_exits=merge(state.gradual_exits, request.gradual_exits),
        overrides=merge(state.overrides, request.overrides),
        decisions=() if mode == "QuickRebalance" and state.workflow_mode != mode else state.decisions,
    )


def decide_overrides(plan: SessionPlan, overrides: Sequence[Override]) -> SessionState:
    """The state in which a person's overrides are decisions on the open side."""
    if not overrides:
        return plan.state
    named = {(override.code, override.account_number) for override in overrides}
    judged = judge(
        plan,
        tuple(_as_recommendations(overrides)),
        source="person",
        concerns=lambda line: bool({(line.symbol, None), (line.symbol, line.account_number)} & named),
    )
    return judged.after.state


def merge(standing: tuple[R, ...], added: tuple[R, ...]) -> tuple[R, ...]:
    """Adds; an entry for the same code and account replaces the one before."""
    by_key: dict[tuple[str, str | None], R] = {}
    for rule in chain(standing, added):
        by_key[rule.code, rule.account_number] = rule
    return tuple(by_key.values())


def _problems(plan: SessionPlan, request: UpdateSession) -> Iterable[Problem]:
    book = plan.facts.book
    codes, accounts = frozenset(book.instruments.code), frozenset(book.portfolios.account_number)
    lists: tuple[tuple[str, Sequence[Rule]], ...] = (
        ("instrument_rules", request.instrument_rules),
        ("substitutions", request.substitutions),
        ("gradual_exits", request.gradual_exits),
        ("overrides", request.overrides),
    )
    for name, rules in lists:
        for number, rule in enumerate(rules):
            where = f"{name}[{number}]"
            if rule.code not in codes:
                yield Problem(f"{where}.code", "the book has no such instrument", "unknown_symbol")
            if rule.account_number is not None and rule.account_number not in accounts:
                yield Problem(f"{where}.account_number", "the book has no such portfolio", "unknown_portfolio")
            if isinstance(rule, Override) and rule.amount is not None and rule.account_number is None:
                yield Problem(f"{where}.amount", "an amount is of one portfolio: give its account_number, or a percent")


def _substitute_problems(plan: SessionPlan, request: UpdateSession) -> Iterable[Problem]:
    instruments = plan.facts.book.instruments
    every = merge(plan.state.substitutions, request.substitutions)
    replaced = {swap.code for swap in every}
    priced = {code for code, price in zip(instruments.code, instruments.price, strict=True) if price > 0}
    for number, swap in enumerate(request.substitutions):
        where = f"substitutions[{number}].substitute"
        if swap.substitute not in instruments.code:
            yield Problem(where, "the book has no such instrument", "unknown_symbol")
        elif swap.substitute not in priced:
            yield Problem(where, "the substitute has no price", "missing_price")
        elif swap.substitute in replaced:
            yield Problem(where, "a substitute may not be substituted itself; name the final instrument")


def _as_recommendations(overrides: Sequence[Override]) -> Iterable[Recommendation]:
    """Overrides for all portfolios as verdicts, for one portfolio as exceptions from proceeding as planned."""
    by_code: dict[str, list[Override]] = {}
    for override in overrides:
        by_code.setdefault(override.code, []).append(override)
    for code, of_code in by_code.items():
        general = next((o for o in of_code if o.account_number is None), None)
        own = tuple(
            PortfolioException(
                account_number=o.account_number,
                action=o.action,
                proceed_percent=o.proceed_percent,
                amount=o.amount,
                reason=o.reason,
                flags=(),
            )
            for o in of_code
            if o.account_number is not None
        )
        yield Recommendation(
            symbol=code,
            action=general.action if general else "proceed",
            proceed_percent=general.proceed_percent if general else None,
            reason=general.reason if general else None,
            flags=(),
            exceptions=own,
        )
