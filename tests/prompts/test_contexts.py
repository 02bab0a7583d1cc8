"""A prompt's context is loaded with the server; what fills its template is not."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["contexts", "concepts"])
def test_nothing_of_the_template_engine_is_loaded_with_it(module: str) -> None:
    program = f"import sys, trimtab.prompts.{module}; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
