"""A process that has everything loaded and forks others, as the test sees it: a job in, what came of it out."""

import json
import os
import subprocess
import sys
from typing import Any

from tests.house.tree import ROOT


class WarmHost:
    """Runs a module that reads one job a line on standard input, as JSON, and answers with one line each."""

    def __init__(self, module: str) -> None:
        uncovered = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=uncovered,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def does(self, job: object) -> Any:
        """The answer to a job."""
        lines, answers = self._process.stdin, self._process.stdout
        assert lines is not None, "it is a pipe"
        assert answers is not None, "so is this"
        lines.write(json.dumps(job) + "\n")
        lines.flush()
        return json.loads(answers.readline())

    def close(self) -> None:
        """Ends it."""
        self._process.communicate()
