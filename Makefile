# Works where only Python 3.11+, pip, make and git are installed.
PYTHON ?= python3
WORKERS ?= 2
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
STAMP := $(VENV)/.installed
BENCH_VENV := .venv-bench
BENCH_STAMP := $(BENCH_VENV)/.installed
PIP_FLAGS := -qq --disable-pip-version-check --no-input
LOCK_TOOL := .lock-tool

.DEFAULT_GOAL := help
.PHONY: help demo test check bench serve lock clean inspector venv

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMP) ## Run the demo: no key, no network
	@$(BIN)/trimtab demo $(ARGS)

serve: $(STAMP) ## Start the MCP server
	@$(BIN)/trimtab serve $(ARGS)

test: $(STAMP) ## All tests, house rules and coverage gates
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report= --cov-fail-under=0 $(ARGS)
	@$(BIN)/python -m coverage report
	@$(BIN)/python -m coverage report --include='trimtab/domain/*,trimtab/formatters/*' --fail-under=100 --format=total >/dev/null \
	  || { $(BIN)/python -m coverage report --include='trimtab/domain/*,trimtab/formatters/*' --show-missing --fail-under=0; \
	       echo "trimtab/domain and trimtab/formatters must have 100 % branch coverage" >&2; exit 1; }

check: $(STAMP) ## Format, lint, types, import rules, tests, docs
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-logo) || { echo "$$said" >&2; exit 1; }
	@$(MAKE) --no-print-directory test

bench: $(BENCH_STAMP) ## Benchmarks beside named peers (large downloads)
	@$(BENCH_VENV)/bin/python -m bench $(ARGS)

# A client of somebody else's, and the Node that it needs; tests use it where it is.
inspector: ## Install the protocol's official inspector (npm)
	@npm ci --prefix tests/e2e/inspector --ignore-scripts --no-audit --no-fund --loglevel=error

venv: $(STAMP) ## Only make .venv

# One lock for demo and test, the build backend included; every file pinned by hash, no index address.
# Keeps the pins that still fit; `make lock ARGS=--upgrade` takes newer ones.
lock: ## Write requirements.lock again from pyproject.toml
	@$(PYTHON) -m venv $(LOCK_TOOL) && $(LOCK_TOOL)/bin/pip install $(PIP_FLAGS) uv
	@$(LOCK_TOOL)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  --group build --group test --extra parquet --extra postgres --extra yfinance $(ARGS) --output-file requirements.lock pyproject.toml
	@rm -rf $(LOCK_TOOL)

clean: ## Remove environments, caches and reports
	@rm -rf $(VENV) $(BENCH_VENV) $(LOCK_TOOL) tests/e2e/inspector/node_modules .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Two steps, so that an edit of pyproject.toml costs a second and only a new lock a new environment.
$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Trimtab needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make PYTHON=python3.11" >&2; exit 1; }
	@echo "Installing the locked packages into $(VENV) (about a minute, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install $(PIP_FLAGS) --no-deps --require-hashes -r requirements.lock
	@touch $@

$(STAMP): $(LOCKED) pyproject.toml
	@$(BIN)/python -m pip install $(PIP_FLAGS) --no-deps --no-build-isolation -e .
	@touch $@

# Some peers come as source, which an older setuptools can't make wheels of.
$(BENCH_STAMP): requirements.lock pyproject.toml $(STAMP)
	@echo "Installing the benchmark peers into $(BENCH_VENV)"
	@$(PYTHON) -m venv $(BENCH_VENV)
	@$(BENCH_VENV)/bin/python -m pip install $(PIP_FLAGS) --upgrade pip "setuptools>=70.1"
	@$(BENCH_VENV)/bin/python -m pip install $(PIP_FLAGS) --no-deps --require-hashes -r requirements.lock
	@$(BENCH_VENV)/bin/python -m pip install $(PIP_FLAGS) --no-build-isolation --group bench -e .
	@touch $@
