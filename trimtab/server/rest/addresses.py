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

FRAMEWORKS: Final = f"{ROOT}/allocation-frameworks"
FRAMEWORK: Final = f"{FRAMEWORKS}/{{frameworkId}}"
GENERATE: Final = f"{FRAMEWORKS}/generate"
VALIDATE: Final = f"{ROOT}/analytics/validate-framework"
BACKTEST: Final = f"{ROOT}/backtest"
PORTFOLIOS: Final = f"{ROOT}/portfolios"
PORTFOLIO_REPORT: Final = f"{PORTFOLIOS}/{{portfolioId}}/report"
REPORTS: Final = f"{ROOT}/allocation-reports"
WORKFLOWS: Final = f"{ROOT}/portfolio-workflows"
WORKFLOW: Final = f"{WORKFLOWS}/{{workflowId}}"
WORKFLOW_STEP: Final = f"{WORKFLOW}/steps/{{step}}"
PROFILES: Final = f"{ROOT}/investment-profiles"

BARE: Final = ("/allocation-frameworks", "/analytics", "/portfolios", "/backtest")
"""What is answered without the root before it, too: programs know these addresses by those names."""
