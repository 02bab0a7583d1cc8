"""Gains credited to the strategies that spoke for them. Section 5 of `docs/signal-backtest.md`."""

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn


def credited(gains: FloatColumn, units: FloatColumn, *, spoken: BoolColumn, credit: FloatColumn) -> FloatColumn:
    """What each strategy earned between executions, and last what none of them spoke for.

    A position is credited as it was last spoken for since it was opened on its side.

    Args:
        gains: K executions x N symbols, money from each to the next.
        units: K x N, held over that time.
        spoken: K x N, whether anybody spoke for the position at that decision.
        credit: K x N x S, parts that sum to 1 where somebody did.

    Returns:
        K x (S + 1), money.
    """
    executions, symbols = gains.shape
    places = np.arange(executions)[:, None]
    side = np.sign(units)
    turned = np.diff(side, axis=0, prepend=np.zeros((1, symbols))) != 0
    opened = np.maximum.accumulate(np.where(turned, places, 0), axis=0)
    last = np.maximum.accumulate(np.where(spoken, places, -1), axis=0)
    known = last >= opened
    rows = np.maximum(last, 0) * symbols + np.arange(symbols)
    parts = credit.reshape(executions * symbols, credit.shape[2])[rows]
    own = np.einsum("kn,kns->ks", np.where(known, gains, 0.0), parts)
    return np.column_stack([own, np.where(known, 0.0, gains).sum(axis=1)])
