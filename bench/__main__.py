"""`python -m bench [drift|stdio|analyst|tokens ...]`: the tables of these benchmarks, or of all."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from bench.report import print_machine

SECTIONS: Final = (
    "drift",
    "stdio",
    "sessions",
    "records",
    "http",
    "analyst",
    "tokens",
    "preview",
    "execution",
    "factors",
    "signals",
    "frameworks",
)
PEERS: Final = (
    "mcp",
    "redis",
    "anthropic",
    "numpy",
    "pandas",
    "polars",
    "duckdb",
    "empyrical-reloaded",
    "quantstats",
    "ffn",
    "bt",
    "vectorbt",
    "TA-Lib",
    "skfolio",
    "riskfolio-lib",
)


def run(names: Sequence[str]) -> None:
    """Prints the machine and these sections, each a module with a `report`."""
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        sys.exit(f"bench: there is no {', '.join(unknown)}; choose from {', '.join(SECTIONS)}")
    print_machine(PEERS)
    for name in names or SECTIONS:
        import_module(f"bench.{name}").report()


if __name__ == "__main__":
    run(sys.argv[1:])
