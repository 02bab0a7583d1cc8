"""Whole desks whose analyst is a language model behind a wire, with what is needed to replay their sessions."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2
import pytest

from tests.adapters.analysts.model_analysts import ONCE
from tests.adapters.analysts.model_clients import client_of
from tests.model_wire.wire import Wire
from trimtab.domain.trading.recommendation import Recommendation
from trimtab.server.callers import local_caller
from trimtab.server.compose import open_desk
from trimtab.server.replaying import Replayed, replayed
from trimtab.settings import Settings, load_settings
from trimtab.workflow.log import LogEntry
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports import results as answer
from trimtab.workflow.ports.desk import Caller, TradingDesk
from trimtab.workflow.ports.stores import SessionStore

CALLER: Final = local_caller("test")
KEY: Final = "test-key"
DIALECTS: Final = {"anthropic": "messages", "openai": "responses"}


@dataclass
class ModelDesk:
    """A desk, what is behind it, and short ways to ask it."""

    settings: Settings
    desk: TradingDesk
    store: SessionStore
    session_id: str = ""

    async def open(self, **request: object) -> answer.SessionSummaryResult:
        opened = await self.desk.open_session(CALLER, ask.OpenSession.model_validate(request))
        self.session_id = opened.session_id
        return opened

    async def analyze(self, **request: object) -> answer.Analysis:
        return await self.desk.analyze(
            CALLER, ask.AnalyzeTrades.model_validate({"session_id": self.session_id, **request})
        )

    async def advance(self, **request: object) -> answer.PhaseAdvanced:
        return await self.desk.advance(
            CALLER, ask.AdvancePhase.model_validate({"session_id": self.session_id, **request})
        )

    async def update(self, **request: object) -> answer.SessionSummaryResult:
        return await self.desk.update(
            CALLER, ask.UpdateSession.model_validate({"session_id": self.session_id, **request})
        )

    async def apply(self, *recommendations: Recommendation, caller: Caller = CALLER) -> answer.Applied:
        asked = ask.ApplyRecommendations(session_id=self.session_id, recommendations=recommendations or None)
        return await self.desk.apply(caller, asked)

    async def log(self) -> list[LogEntry]:
        return list(await self.store.log(self.session_id, CALLER.owner, after_seq=0, limit=1_000))

    async def actions(self) -> list[str]:
        return [entry.action for entry in await self.log()]


def settings_in(folder: Path, **environ: str) -> Settings:
    """Those of a desk with a language model that keeps its sessions in this folder."""
    usual = {"TRIMTAB_HOME": str(folder), "TRIMTAB_ANALYST": "anthropic", "TRIMTAB_MODEL_KEY": KEY}
    return load_settings({**usual, **environ}, None)


@asynccontextmanager
async def model_desk(
    folder: Path, wire: Wire | None, *, session_id: str = "", **environ: str
) -> AsyncIterator[ModelDesk]:
    """A desk of these settings, over the demo book or the settings' own; without a wire nobody is at the address."""
    settings = settings_in(folder, **environ)
    transport = httpx2.MockTransport(_nobody) if wire is None else wire.transport()
    async with client_of(DIALECTS[settings.analyst], transport, limits=ONCE) as client:
        opened = open_desk(settings, client=client)
        yield ModelDesk(settings, opened.desk, opened.store, session_id)
        await opened.close()


async def replay_of(made: ModelDesk) -> Replayed:
    """The session again, with settings that name neither key nor address, and no way out to any."""
    settings = Settings(home=made.settings.home, book=made.settings.book, sessions=made.settings.sessions)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("socket.socket.connect", _no_network)
        patched.setattr("httpx2.AsyncClient.send", _no_network)
        return await replayed(settings, made.session_id, caller=CALLER)


async def plan_of(made: ModelDesk) -> str:
    """The session's plan as it stands."""
    return await made.desk.export_plan(CALLER, made.session_id)


def tampered(made: ModelDesk, statement: str, *values: object) -> None:
    """Changes the session store behind everybody's back."""
    path = made.settings.sessions
    assert isinstance(path, Path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


def _nobody(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("nobody is there", request=request)


def _no_network(*_args: object, **_kwargs: object) -> None:
    raise AssertionError("a replay reached out")
