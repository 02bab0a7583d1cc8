"""What is said of a strategy that can't do what it is there for."""

from asyncio import CancelledError
from typing import Final

from trimtab.domain.errors import InvalidInput
from trimtab.domain.outside_text import clean

MOST_SAID: Final = 200
"""Characters of what somebody else's code says."""
ENDS: Final = (KeyboardInterrupt, CancelledError)
"""What ends a program or a call passes through; whatever else a plug-in raises, `SystemExit` too, is its failure."""


class StrategyFailed(InvalidInput):
    """A strategy gave no signals that can be used; `reason` is a sentence. It fails alone, the others go on."""

    def __init__(self, strategy: str, reason: str) -> None:
        super().__init__(
            f"The strategy {strategy} failed. {reason}",
            field="strategies",
            next_action="Leave the strategy out, or have its package corrected.",
        )
        self.strategy = strategy
        self.reason = reason


def words_of(error: BaseException) -> str:
    """An exception of somebody else's code as one harmless line: its class, and what it says."""
    try:
        said = clean(str(error), MOST_SAID)
    except ENDS:
        raise
    except BaseException:  # noqa: BLE001 - whose text can't even be made has none
        said = ""
    kind = clean(type(error).__name__)
    return f"{kind}: {said}" if said else kind
