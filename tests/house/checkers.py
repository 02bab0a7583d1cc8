"""Ready-made checkers, run the way `make check` runs them."""

import os
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT

BIN = Path(sys.executable).parent
# Coverage follows child processes through the environment; a linter is not the product.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("COV")}


def run(*command: str, cwd: Path = ROOT, source: str = "") -> subprocess.CompletedProcess[str]:
    """Run a checker of the project's own environment and return what it said."""
    return subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=cwd,
        env=ENVIRONMENT,
        input=source,
        capture_output=True,
        text=True,
        check=False,
    )
