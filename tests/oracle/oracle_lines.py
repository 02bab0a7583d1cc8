"""Section 2, lines and status, and the substitutions of section 3, which move targets."""

from collections.abc import Mapping, Sequence

from tests.oracle.oracle_compare import more_pct
from tests.oracle.oracle_rows import InstrumentRow, ModelRow, PortfolioRow
from tests.oracle.oracle_types import Line, Plan, Session, Substitution


def substitutions_of(session: Session, account_number: str) -> dict[str, str]:
    """Code > substitute for one account: its own entry before the one for all."""
    chosen: dict[str, Substitution] = {}
    for entry in session.substitutions:
        if entry.account_number not in (None, account_number):
            continue
        if entry.code not in chosen or entry.account_number is not None:
            chosen[entry.code] = entry
    return {code: entry.substitute for code, entry in chosen.items()}


def line_codes(portfolio: PortfolioRow, substitutes: Mapping[str, str]) -> list[str]:
    """Every instrument that has a line: held, in the model, or the substitute of one of these."""
    codes = set(portfolio.lots)
    if portfolio.model is not None:
        codes |= set(portfolio.model.targets)
    codes |= {substitute for code, substitute in substitutes.items() if code in codes}
    return sorted(codes)


def build_lines(
    plan: Plan,
    portfolio: PortfolioRow,
    *,
    unit_values: Mapping[str, float],
    instruments: Mapping[str, InstrumentRow],
    substitutes: Mapping[str, str],
) -> None:
    """Fills the plan's lines, the cash line among them, up to their status."""
    model = portfolio.model
    assert model is not None
    for code in sorted(unit_values):
        units = portfolio.units(code)
        target_pct = model.targets.get(code, 0.0)
        line = Line(
            account_number=portfolio.account_number,
            code=code,
            units=units,
            unit_value=unit_values[code],
            lot_size=instruments[code].lot_size,
            value=units * unit_values[code],
            target_pct=target_pct,
            tolerance_pct=model.tolerances.get(code, model.tolerance_pct),
            own_target_pct=target_pct,
            lots=portfolio.lots.get(code, []),
        )
        plan.lines.append(line)
    plan.cash_line = _cash_line(plan, model)
    shown = [*plan.lines, plan.cash_line]
    for line in shown:
        line.actual_pct = line.value / plan.weight_base * 100 if plan.weight_base else 0.0
        if plan.full_liquidation:
            line.target_pct = line.own_target_pct = line.tolerance_pct = 0.0
    substitute(plan.lines, substitutes)
    for line in shown:
        set_status(line)


def _cash_line(plan: Plan, model: ModelRow) -> Line:
    return Line(
        account_number=plan.account_number,
        code="CASH",
        units=plan.cash,
        unit_value=1.0,
        lot_size=1.0,
        value=plan.cash,
        target_pct=model.target_cash_pct,
        tolerance_pct=model.tolerance_pct,
        own_target_pct=model.target_cash_pct,
    )


def substitute(lines: Sequence[Line], substitutes: Mapping[str, str]) -> None:
    """Section 3: A's missing share goes to B with A's band.

    All is judged by the targets before, so nothing chains; of several A for one B, the narrowest band stands.
    """
    by_code = {line.code: line for line in lines}
    tolerance_before = {line.code: line.tolerance_pct for line in lines}
    bands: dict[str, list[float]] = {}
    for code in sorted(substitutes):
        if code not in by_code:
            continue
        a, b = by_code[code], by_code[substitutes[code]]
        missing_pct = a.own_target_pct - a.actual_pct
        if not more_pct(missing_pct, 0.0):
            continue
        a.target_pct -= missing_pct
        b.target_pct += missing_pct
        bands.setdefault(b.code, []).append(tolerance_before[code])
        a.substituted = True
        b.replaces = code
        b.replaced_progress_pct = a.actual_pct / a.own_target_pct * 100
    for code, tolerances in bands.items():
        by_code[code].tolerance_pct = min(tolerances)


def set_status(line: Line) -> None:
    """Where the line stands against its band; the edge is inside."""
    line.variance_pct = line.actual_pct - line.target_pct
    if more_pct(line.variance_pct, line.tolerance_pct):
        line.status = "over"
    elif more_pct(-line.variance_pct, line.tolerance_pct):
        line.status = "under"
    else:
        line.status = "within"
