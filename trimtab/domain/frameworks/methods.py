"""The closed lists of what can be done with a framework; light, as requests name them before anything is computed."""

from typing import Final, Literal, TypeAlias, get_args

Mode: TypeAlias = Literal["static", "periodic", "band", "cadence_and_band"]
"""When a backtest decides."""
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
Aim: TypeAlias = Literal["target", "band_edge", "half_band"]
"""How far weights that are out of their bands are brought back."""
Weighting: TypeAlias = Literal["equal", "score"]
"""How several products of one bucket share its weight."""
