"""Changes to a session's mode and rules: all checked against the book first, then added to what is there."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final, NamedTuple, TypeVar

import numpy as np

from trimtab.domain.errors import InvalidInput, Problem, WrongPhase
from trimtab.domain.trading.recommendation import PortfolioException, Recommendation
from trimtab.domain.trading.repair import Side
from trimtab.domain.trading.valuation import base_rows, stale_instruments, unit_values
from trimtab.workflow.judging import judge, refuse_if_blocked
from trimtab.workflow.lines import lines_under_review, open_lines
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.requests import (
    GradualExit,
    InstrumentRule,
    Override,
    Substitution,
    UpdateSession,
    WorkflowMode,
)
from trimtab.workflow.state import SessionState
from trimtab.workflow.verdicts import adopt

Rule = InstrumentRule | Substitution | GradualExit | Override
_ByCode = dict[str, list[tuple[int, Override]]]
_FIELD: Final = re.compile(r"recommendations\[(?P<number>\d+)\](?:\.exceptions\[(?P<exception>\d+)\])?\.(?P<name>\w+)")
R = TypeVar("R", InstrumentRule, Substitution, GradualExit, Override)


class _Fault(NamedTuple):
    message: str
    code: str

    def at(self, field: str) -> Problem:
        return Problem(field, self.message, self.code)


def update_state(plan: SessionPlan, request: UpdateSession) -> SessionState:
    """The state with the request's changes, overrides not yet decided.

    Raises:
        InvalidInput: Codes or accounts the session doesn't have, a substitute that can't serve; all at once.
        WrongPhase: The plan is under review or further.
    """
    _refuse_nothing(request)
    if plan.state.phase not in ("Sells", "Buys"):
        raise WrongPhase(
            f"In {plan.state.phase} nothing may change any more.",
            next_action="Call advance_phase with to='Buys' and a reason to go back first.",
        )
    problems = [*_problems(plan, request), *_substitute_problems(plan, request)]
    if problems:
        raise InvalidInput(f"{len(problems)} problem(s); nothing was stored.", problems=problems)
    state = _in_mode(plan.state, request.workflow_mode or plan.state.workflow_mode)
    return state.changed(
        instrument_rules=merge(state.instrument_rules, request.instrument_rules),
        substitutions=merge(state.substitutions, request.substitutions),
        gradual_exits=merge(state.gradual_exits, request.gradual_exits),
        overrides=merge(state.overrides, request.overrides),
    )


def _refuse_nothing(request: UpdateSession) -> None:
    rules = (request.instrument_rules, request.substitutions, request.gradual_exits, request.overrides)
    if request.workflow_mode is None and not any(rules):
        raise InvalidInput(
            "There is nothing to change: every argument is left out or empty.",
            field="instrument_rules",
            next_action="Give a workflow_mode, instrument_rules, substitutions, gradual_exits or overrides.",
        )


def _in_mode(state: SessionState, mode: WorkflowMode) -> SessionState:
    """QuickRebalance keeps decisions of a finished phase only; AiPlan decides what is proposed for this phase."""
    if mode == state.workflow_mode:
        return state
    moved = state.changed(workflow_mode=mode)
    if mode == "QuickRebalance":
        if state.phase == "Sells":
            return moved.changed(decisions=(), overrides=())
        return moved.changed(decisions=tuple(d for d in state.decisions if d.side == "sell"))
    side: Side = "sell" if state.phase == "Sells" else "buy"
    return adopt(moved, state.proposals, side=side) if mode == "AiPlan" and state.proposals else moved


def decide_overrides(plan: SessionPlan, overrides: Sequence[Override]) -> SessionState:
    """The state in which a person's overrides are decisions, on the open side and on sells still under review.

    Raises:
        InvalidInput: Nothing waits where an override points to, or it can't be done; all at once.
        Blocked: A hard failure would follow.
    """
    if not overrides:
        return plan.state
    waiting = open_lines(plan, plan.open_side)
    if plan.open_side == "buy":
        waiting += lines_under_review(plan, "sell")
    named = {(override.code, override.account_number) for override in overrides}
    grouped = _by_code(overrides)
    try:
        judged = judge(
            plan,
            [_as_recommendation(code, of_code) for code, of_code in grouped.items()],
            source="person",
            waiting=waiting,
            concerns=lambda symbol, account: bool({(symbol, None), (symbol, account)} & named),
        )
    except InvalidInput as error:
        problems = [replace(problem, field=_place(problem.field, grouped)) for problem in error.problems]
        raise InvalidInput(
            f"{len(problems)} problem(s) in the overrides; nothing was stored.", problems=problems
        ) from None
    refuse_if_blocked(judged)
    return judged.after.state


def merge(standing: tuple[R, ...], added: tuple[R, ...]) -> tuple[R, ...]:
    """Adds; an entry for the same code and account replaces the one before."""
    by_key: dict[tuple[str, str | None], R] = {}
    for rule in chain(standing, added):
        by_key[rule.code, rule.account_number] = rule
    return tuple(by_key.values())


def _problems(plan: SessionPlan, request: UpdateSession) -> Iterable[Problem]:
    codes = frozenset(plan.facts.book.instruments.code)
    accounts = frozenset(plan.state.portfolios or plan.facts.book.portfolios.account_number)
    lists: tuple[tuple[str, Sequence[Rule]], ...] = (
        ("instrument_rules", request.instrument_rules),
        ("substitutions", request.substitutions),
        ("gradual_exits", request.gradual_exits),
        ("overrides", request.overrides),
    )
    for name, rules in lists:
        seen: set[tuple[str, str | None]] = set()
        for number, rule in enumerate(rules):
            where = f"{name}[{number}]"
            if rule.code not in codes:
                yield Problem(f"{where}.code", "the book has no such instrument", "unknown_symbol")
            if rule.account_number is not None and rule.account_number not in accounts:
                yield Problem(f"{where}.account_number", "the session has no such portfolio", "unknown_portfolio")
            if (rule.code, rule.account_number) in seen:
                yield Problem(
                    where, "the list has this code and account twice; keep one (hold forbids buying and selling)"
                )
            if isinstance(rule, Override) and rule.amount is not None and rule.account_number is None:
                yield Problem(f"{where}.amount", "an amount is of one portfolio: give its account_number, or a percent")
            seen.add((rule.code, rule.account_number))


def _substitute_problems(plan: SessionPlan, request: UpdateSession) -> Iterable[Problem]:
    instruments = plan.facts.book.instruments
    every = merge(plan.state.substitutions, request.substitutions)
    replaced, replacing = {swap.code for swap in every}, {swap.substitute for swap in every}
    for number, swap in enumerate(request.substitutions):
        where = f"substitutions[{number}]"
        if swap.substitute not in instruments.code:
            yield Problem(f"{where}.substitute", "the book has no such instrument", "unknown_symbol")
        elif swap.substitute in replaced:
            message = "a substitute may not be substituted itself; name the final instrument"
            yield Problem(f"{where}.substitute", message)
        elif swap.code in replacing:
            yield Problem(f"{where}.code", "another substitution buys this one; name the final instrument there")
        elif fault := _unusable(plan, instruments.code.index(swap.substitute)):
            yield fault.at(f"{where}.substitute")


def _unusable(plan: SessionPlan, instrument: int) -> _Fault | None:
    """Why an instrument can't be bought in the session's portfolios, None where it can."""
    book = plan.facts.book
    if not book.instruments.price[instrument] > 0:
        return _Fault("the substitute has no price", "missing_price")
    if stale_instruments(book, plan.facts.policy)[instrument]:
        return _Fault("the substitute's price is too old", "stale_price")
    bases = np.unique(base_rows(book)[plan.facts.positions.portfolio_row])
    if not np.isfinite(unit_values(book)[bases, instrument]).all():
        return _Fault("there is no rate from the substitute's currency to that of a portfolio", "unknown_currency")
    return None


def _by_code(overrides: Sequence[Override]) -> _ByCode:
    """Overrides of each instrument with their place in the list, the one for all portfolios first."""
    by_code: _ByCode = {}
    for number, override in enumerate(overrides):
        by_code.setdefault(override.code, []).append((number, override))
    for of_code in by_code.values():
        of_code.sort(key=lambda entry: entry[1].account_number is not None)
    return by_code


def _as_recommendation(code: str, of_code: Sequence[tuple[int, Override]]) -> Recommendation:
    """An override for all portfolios is the verdict, those for one portfolio are its exceptions.

    Without the former the verdict is about nobody: only lines with an exception are concerned.
    """
    first = of_code[0][1]
    general = first if first.account_number is None else None
    own = [
        PortfolioException(
            account_number=override.account_number,
            action=override.action,
            proceed_percent=override.proceed_percent,
            amount=override.amount,
            reason=override.reason,
            flags=(),
        )
        for _, override in of_code
        if override.account_number is not None
    ]
    trades = any(exception.action in ("proceed", "partial") for exception in own)
    return Recommendation(
        symbol=code,
        action=general.action if general else "proceed" if trades else "defer",
        proceed_percent=general.proceed_percent if general else None,
        reason=general.reason if general else None,
        flags=(),
        exceptions=tuple(own),
    )


def _place(field: str, grouped: _ByCode) -> str:
    """Where in the overrides a problem of the recommendations made of them lies."""
    found = _FIELD.fullmatch(field)
    assert found is not None, "problems of recommendations name their place"
    of_code = list(grouped.values())[int(found["number"])]
    exceptions = [number for number, override in of_code if override.account_number is not None]
    number = of_code[0][0] if found["exception"] is None else exceptions[int(found["exception"])]
    return f"overrides[{number}].{found['name'].replace('symbol', 'code')}"
