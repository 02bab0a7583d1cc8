"""The machine's clock."""

from datetime import UTC, datetime


class SystemClock:
    """Says what the machine says."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC)
