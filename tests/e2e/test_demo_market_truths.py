"""What is built into the demo market comes out of the answers that an assistant gets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client

from tests.tools.factors.demo_factors import open_demo_factors
from trimtab.server.app import build_server
from trimtab.settings import Settings

PAIRS = {("SPY", "VOO"), ("AGG", "BND"), ("GLD", "IAU")}
THIN = {"BSOL", "CGVV"}
DEAD = "JJC"


@asynccontextmanager
async def client_of(folder: Path) -> AsyncIterator[Client]:
    async with Client(build_server(Settings(), make_factors=lambda: open_demo_factors(folder))) as client:
        yield client


async def answer(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.structured_content
    assert result.structured_content is not None
    return result.structured_content


def records(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


async def test_near_duplicates_are_dropped_from_the_macro_etfs(tmp_path: Path) -> None:
    async with client_of(tmp_path) as client:
        found = await answer(client, "compute_correlations", sections=["macro:etf"], macro_max_per_group=50)
        # 50 of each class would be too many, and composites stand instead: so each class by itself.
        assert found["macro"]["etf"]["fallback"]
        dropped = set()
        for name in ("equity", "bond", "commodity"):
            of_class = await answer(
                client, "compute_correlations", sections=["macro:etf"], macro_groups=[name], macro_max_per_group=24
            )
            pairs = records(of_class["analysis_metadata"]["dedup_pairs"])
            assert all(abs(pair["correlation"]) >= 0.95 for pair in pairs)
            kept = of_class["macro"]["etf"]["matrix"]["labels"]
            assert not {pair["dropped"] for pair in pairs} & set(kept)
            dropped |= {tuple(sorted((pair["dropped"], pair["kept"]))) for pair in pairs}
        assert dropped == PAIRS


async def test_thin_histories_and_the_dead_proxy_are_listed_and_in_no_matrix(tmp_path: Path) -> None:
    async with client_of(tmp_path) as client:
        found = await answer(client, "compute_correlations")
        excluded = {row["ticker"]: row["reason"] for row in records(found["data_quality"]["exclusions"])}
        assert excluded == {**dict.fromkeys(THIN, "thin_history"), DEAD: "thin_history"}
        stale = {row["ticker"]: row["reason"] for row in records(found["analysis_metadata"]["stale_factor_candidates"])}
        assert stale == {**dict.fromkeys(THIN, "thin_history"), DEAD: "dead"}
        shown = {label for matrix in found["matrices"].values() for label in matrix["labels"]}
        assert not shown & {*THIN, DEAD}


async def test_bonds_fall_when_yields_rise_and_more_so_the_longer_they_run(tmp_path: Path) -> None:
    async with client_of(tmp_path) as client:
        found = await answer(client, "compute_correlations", sections=["overlays:rate"], rate_maturities=["UST10Y"])
        slope = {row["ticker"]: row["slope"] for row in records(found["overlays"]["rate"])}
        assert 0 > slope["SHY"] > slope["IEF"] > slope["TLT"]


async def test_the_market_has_a_beta_of_one_to_itself_and_its_twin_nearly_so(tmp_path: Path) -> None:
    async with client_of(tmp_path) as client:
        found = await answer(client, "compute_performance")
        beta = {row["label"]: row["beta_vs_benchmark"] for row in records(found["profiles"])}
        assert beta["SPY"] == pytest.approx(1, abs=1e-12)
        assert beta["VOO"] == pytest.approx(1, abs=0.01)
