"""Where everything is."""

from typing import Final

ROOT: Final = "/api"
OPENAPI: Final = f"{ROOT}/openapi.json"
DOCS: Final = f"{ROOT}/docs"
TRADING: Final = f"{ROOT}/trading-copilot"
SESSIONS: Final = f"{TRADING}/sessions"
SESSION: Final = f"{SESSIONS}/{{sessionId}}"
ANALYSIS_STREAM: Final = f"{TRADING}/analyze-sells/stream"
ADVANCE_STREAM: Final = f"{TRADING}/advance-phase/stream"

FACTORS: Final = f"{ROOT}/factor-intelligence"
GROUPS: Final = f"{ROOT}/factor-groups"
GROUP: Final = f"{GROUPS}/{{groupName}}"

SIGNALS: Final = f"{ROOT}/signals"
STRATEGIES: Final = f"{SIGNALS}/strategies"
STRATEGY: Final = f"{STRATEGIES}/{{strategyName}}"
RECORDS: Final = f"{SIGNALS}/records/{{kind}}"
