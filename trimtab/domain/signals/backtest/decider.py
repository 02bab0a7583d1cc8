"""Who decides in a backtest: asked at each decision, with what is held by then."""

from dataclasses import dataclass
from typing import Protocol

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.errors import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """The weights of one decision.

    Attributes:
        weights: N, fractions of the equity, in the whole steps of `exact_weights`.
        left: N, positions that it leaves as they are: they aren't traded at its execution, unless another decision has
            traded them since it was taken; None where it brings all to their weights.
        stands_still: it decides nothing, so that nothing is traded, whatever was traded since.
        unmet: the constraints that aren't kept.
        without_estimate: how many symbols alpha spoke for that had too little history to be sized.
    """

    weights: FloatColumn
    left: BoolColumn | None = None
    stands_still: bool = False
    unmet: tuple[Problem, ...] = ()
    without_estimate: int = 0


class Decider(Protocol):
    """Decides R times over N symbols; what it says of a day rests on nothing after it."""

    @property
    def alpha(self) -> FloatColumn:
        """R x N combined alphas, NaN where there is none."""
        ...

    @property
    def confidence(self) -> FloatColumn:
        """R x N combined confidences, NaN where there is none."""
        ...

    @property
    def credit(self) -> FloatColumn:
        """R x N x S: by which parts strategies spoke for the side of alpha, summing to 1; all 0 where none did."""
        ...

    def decide(self, place: int, held: FloatColumn) -> Decided:
        """The weights of the decision at this place, 0 to R - 1, beside the N weights held at that day's closes."""
        ...
