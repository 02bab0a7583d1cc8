"""The installed version."""

from importlib.metadata import version
from typing import Final

VERSION: Final = version("trimtab")
