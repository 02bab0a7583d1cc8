"""What a paper order system is made with."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trimtab.domain.errors import InvalidInput
from trimtab.server.paper_oms.faults import FaultRule
from trimtab.server.paper_oms.listing import Listing
from trimtab.workflow.ports.clock import Clock

DEFAULT_TICK_SECONDS: Final = 0.5
DEFAULT_SEED: Final = 0
DEFAULT_FILE: Final = "paper_oms.db"
"""In TRIMTAB_HOME."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOmsSettings:
    """Everything that matters is in the file `db`; of these settings only `seed` goes there, when the file is made.

    `tick_seconds` is the market's pace; with 0 each look at orders is a tick. An order is filled in up to `most_parts`.
    A fault that keeps an answer back does so for `hang_seconds`; `faults` strike beside those that the file holds.
    Without `client_ids` the system lacks our extensions of the messages, and without `says_paper` it doesn't say what
    it is. A request waits `busy_seconds` for those of other processes.
    """

    db: Path
    listed: Listing
    clock: Clock
    seed: int = DEFAULT_SEED
    tick_seconds: float = DEFAULT_TICK_SECONDS
    most_parts: int = 3
    hang_seconds: float = 30.0
    busy_seconds: float = 30.0
    client_ids: bool = True
    says_paper: bool = True
    faults: tuple[FaultRule, ...] = ()

    def __post_init__(self) -> None:
        """Refuses a market that can't be.

        Raises:
            InvalidInput: the pace is no finite number from 0 on, or an order would have no part.
        """
        if not 0 <= self.tick_seconds < math.inf:
            raise InvalidInput("A tick takes a finite number of seconds, from 0 on.", field="tick_seconds")
        if self.most_parts < 1:
            raise InvalidInput("An order is filled in at least one part.", field="most_parts")
