"""What time it is, asked of somebody who knows."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The one way to learn the time, so that a test or a replay can say what it is."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
