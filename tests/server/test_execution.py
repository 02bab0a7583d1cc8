"""Which execution modes this version has."""

from pathlib import Path

import pytest

from trimtab.domain.errors import SettingsError
from trimtab.server.app import build_server
from trimtab.server.compose import open_desk
from trimtab.server.execution import require_simulated
from trimtab.settings import Settings


def test_simulated_execution_is_what_there_is() -> None:
    require_simulated(Settings())


@pytest.mark.parametrize("start", [build_server, open_desk])
def test_live_execution_refuses_to_start_and_says_what_is_allowed(start, tmp_path: Path) -> None:
    settings = Settings(execution="live", live_accounts=("ACC100001",), home=tmp_path)
    with pytest.raises(SettingsError, match="allowed is simulated") as refused:
        start(settings)
    assert refused.value.field == "TRIMTAB_EXECUTION"
