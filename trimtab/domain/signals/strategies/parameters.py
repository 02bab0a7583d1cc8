"""What the parameters of every strategy have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Parameters:
    """Base of a strategy's parameters: frozen numbers with defaults, which refuse what isn't allowed."""

    @property
    def by_name(self) -> Mapping[str, float]:
        """Each parameter under its name, in the order in which they are declared."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
