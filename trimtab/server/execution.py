"""Which execution modes this version has."""

from trimtab.domain.errors import Problem, SettingsError
from trimtab.settings import Settings


def require_simulated(settings: Settings) -> None:
    """Refuses live execution: nothing can be sent yet, and a reply that says `live` would claim otherwise.

    Raises:
        SettingsError: The settings ask for live execution.
    """
    if settings.execution == "live":
        message = "Live execution isn't in this version yet; allowed is simulated."
        raise SettingsError(message, problems=[Problem("TRIMTAB_EXECUTION", message)])
