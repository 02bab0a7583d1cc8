"""Packages that bring strategies, installed into a folder without a network."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXAMPLE = HERE / "example_package"
MISBEHAVING = HERE / "misbehaving_package"


@contextmanager
def looked_into(folder: Path) -> Iterator[Path]:
    """Python looks into this folder first; what is imported from it is forgotten afterwards."""
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield folder
    for name in set(sys.modules) - before:
        if name.startswith(("misbehaving", "trend_distance")):
            del sys.modules[name]


def lay_out(package: Path, into: Path) -> None:
    """Puts the modules of a package into a folder, with the files that an installer writes beside them."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [f"{name} = {value}" for name, value in project["entry-points"]["trimtab.strategies"].items()]
    describe(into, project["name"], version=project["version"], lines=lines)
    for module in package.glob("*.py"):
        shutil.copy(module, into)


def describe(into: Path, name: str, *, version: str = "1", lines: list[str]) -> None:
    """What an installer says of a package that brings these lines of entry points."""
    about = into / f"{name.replace('-', '_')}-{version}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("\n".join(["[trimtab.strategies]", *lines, ""]), encoding="utf-8")


def install(package: Path, into: Path) -> None:
    """Has pip build and install a package; what it needs is there already."""
    source = into.with_name(f"{into.name}_source")
    shutil.copytree(package, source, ignore=shutil.ignore_patterns("__pycache__"))
    flags = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *flags, "--target", into, source],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
