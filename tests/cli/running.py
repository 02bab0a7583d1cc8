"""Commands run as a person runs them: arguments in, exit code and output out."""

from dataclasses import dataclass

import pytest

from trimtab.cli.main import run


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> Ran:
    """Runs a command in this process."""
    with pytest.raises(SystemExit) as ended:
        run(arguments)
    captured = capsys.readouterr()
    code = ended.value.code
    assert isinstance(code, int)
    return Ran(code, captured.out, captured.err)
