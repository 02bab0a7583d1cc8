"""The lock holds everything that demo and test need, pinned by hash, and nothing of the benchmarks."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.tree import read

PROJECT: dict[str, Any] = tomllib.loads(read("pyproject.toml"))
GROUPS: dict[str, list[str]] = PROJECT["dependency-groups"]
PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[\w.+!]+)(?: ; [^\\\n]+)? \\$")
HASH = re.compile(r"^ {4}--hash=sha256:[0-9a-f]{64}(?: \\)?$")


def pins(lock: str) -> dict[str, list[Version]]:
    """The versions a lock pins, by name; one name may have several, for different machines."""
    found: dict[str, list[Version]] = {}
    for match in filter(None, map(PIN.match, lock.splitlines())):
        found.setdefault(canonicalize_name(match["name"]), []).append(Version(match["version"]))
    return found


def strange_lines(lock: str) -> list[str]:
    """Every line of a lock that is neither a pin nor a hash."""
    return [line for line in lock.splitlines() if not PIN.match(line) and not HASH.match(line)]


def unlocked(wanted: list[str], *, lock: str) -> list[str]:
    """Every requirement that no pin, or not every pin of its name, satisfies."""
    have = pins(lock)
    needs = map(Requirement, wanted)
    return [
        str(need)
        for need in needs
        if not have.get(canonicalize_name(need.name))
        or not all(need.specifier.contains(version) for version in have[canonicalize_name(need.name)])
    ]


def test_the_lock_has_pins_and_hashes_only() -> None:
    assert not strange_lines(read("requirements.lock"))


def test_the_lock_covers_what_the_project_asks_for() -> None:
    project = PROJECT["project"]
    extras = [need for extra in project["optional-dependencies"].values() for need in extra]
    wanted = [*project["dependencies"], *extras, *GROUPS["build"], *GROUPS["test"]]
    assert not unlocked(wanted, lock=read("requirements.lock"))


def test_the_build_group_is_what_the_build_asks_for() -> None:
    assert set(PROJECT["build-system"]["requires"]) <= set(GROUPS["build"])


def test_benchmark_peers_are_not_in_the_lock() -> None:
    peers = {canonicalize_name(Requirement(peer).name) for peer in GROUPS["bench"]}
    assert peers
    assert not peers & set(pins(read("requirements.lock")))


@pytest.mark.parametrize("line", ["-i https://example.com/simple", "# by uv", "a>=1", "-e .", "a==1 \\\n  b"])
def test_a_strange_line_is_found(line: str) -> None:
    assert strange_lines(line)


@pytest.mark.parametrize("wanted", ["b", "a>=2", "a<1"])
def test_a_requirement_that_is_not_locked_is_found(wanted: str) -> None:
    assert unlocked([wanted], lock="a==1.5 \\")
    assert not unlocked(["a>=1,<2", "A"], lock="a==1.5 \\")
