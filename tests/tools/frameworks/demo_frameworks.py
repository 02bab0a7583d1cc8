"""The real framework desk over the demo's products, market and book, on a day that doesn't change."""

from pathlib import Path

from tests.tools.demo_desk import StoppedClock
from trimtab.server.compose_frameworks import open_framework_desk
from trimtab.server.desks import OpenFrameworks
from trimtab.settings import Settings


def open_demo_frameworks(folder: Path) -> OpenFrameworks:
    """A desk over the demo, with records and sessions in this folder."""
    return open_framework_desk(Settings.model_validate({"home": folder}), clock=StoppedClock())
