# `make` alone lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
# Debian calls it python3; other places only python3.11. Any will do that is new enough.
PYTHON ?= $(shell for p in python3.11 python3 python3.12; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null && { echo $$p; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help
help: ## say what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---------------------------------------------------------------- installing
.PHONY: install
install: $(VENV)/.project-stamp ## make .venv with the pinned parts and this project
	@:

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 with venv is needed. On Debian: apt-get install python3 python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base-stamp: requirements/base.txt | $(BIN)/python
	$(PIP) install --only-binary :all: --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.project-stamp: pyproject.toml $(VENV)/.base-stamp
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.test-stamp: requirements/test.txt $(VENV)/.project-stamp
	$(PIP) install --only-binary :all: --require-hashes -r requirements/test.txt
	@touch $@

node_modules/.install-stamp: package.json package-lock.json
	@command -v npm >/dev/null || { echo "Node 20 with npm is needed to build the assets." >&2; exit 2; }
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# ---------------------------------------------------------------- assets
BUILT := src/yishiting/ui/static/built
.PHONY: assets
assets: $(BUILT)/.build-stamp ## bundle the stylesheet and the script of the pages
	@:

$(BUILT)/.build-stamp: scripts/build-assets.mjs node_modules/.install-stamp \
		$(shell find src/yishiting/ui/assets -type f 2>/dev/null)
	node scripts/build-assets.mjs
	@touch $@

# ---------------------------------------------------------------- showing
.PHONY: demo
demo: export YISHITING_MODE := demo
demo: install assets ## a whole compound at 127.0.0.1:8000 (PORT overrides)
	@$(BIN)/yishiting init
	@$(BIN)/yishiting stories --if-empty
	@exec $(BIN)/yishiting serve

# ---------------------------------------------------------------- checking
# What is compiled is kept, whatever the shell says: a process of the tests begins in half the time.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/python -m pytest
RUN := 2
# Whole files stay on one process, so that a module's costly fixture is made once.
PARALLEL := -n $(RUN) --dist loadfile --no-loadscope-reorder
# A journey waits for its browser now and then, and a third fills the gaps.
JOURNEYS := -n 3 --dist loadfile --no-loadscope-reorder -q tests/journeys tests/pages

.PHONY: system
system:
	@scripts/test-system.sh

.PHONY: format
format: $(VENV)/.test-stamp ## rewrite the Python sources as the house writes them
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: lint types floors
lint: $(VENV)/.test-stamp
	$(BIN)/ruff format --check --output-format concise . || { echo "make format writes them as the house does." >&2; exit 1; }
	$(BIN)/ruff check --output-format concise .

types: $(VENV)/.test-stamp
	@# The plugin reads the settings, which keep state; it belongs to nobody here.
	YISHITING_MODE=test YISHITING_DATA=$(CURDIR)/.mypy_cache/data $(BIN)/mypy

floors: $(VENV)/.test-stamp
	$(BIN)/lint-imports --no-logo

.PHONY: check
check: lint floors types ## the quick part: format, lint, floors, types, tests without a database
	$(PYTEST) $(PARALLEL) -q -m "not database and not journey and not slow and not long"

.PHONY: test
test: system $(VENV)/.test-stamp assets lint floors types ## everything, on SQLite and PostgreSQL, and in a browser
	@echo "— all tests on SQLite"
	env -u DATABASE_URL $(PYTEST) $(PARALLEL) -q -m "not journey and not long"
	@echo "— tests with a database on PostgreSQL"
	scripts/postgres.sh $(PYTEST) $(PARALLEL) -q -m "database and not journey and not long"
	@echo "— journeys in a browser"
	env -u DATABASE_URL $(PYTEST) $(JOURNEYS) -m "journey and not long"

.PHONY: test-all
test-all: test ## that, and what takes minutes: workers killed fifty times, the API asked at random, every look of every page
	@# A process that has a browser can make no database, so journeys never share one with other tests.
	@echo "— long tests on SQLite"
	env -u DATABASE_URL $(PYTEST) $(PARALLEL) -q -m "long and not journey"
	@echo "— long tests on PostgreSQL"
	scripts/postgres.sh $(PYTEST) $(PARALLEL) -q -m "database and long and not journey"
	@echo "— long journeys in a browser"
	env -u DATABASE_URL $(PYTEST) $(JOURNEYS) -m "journey and long"

.PHONY: test-postgres test-journeys
test-postgres: system $(VENV)/.test-stamp ## the tests with a database, on PostgreSQL alone
	scripts/postgres.sh $(PYTEST) $(PARALLEL) -q -m "database and not journey and not long"

test-journeys: system $(VENV)/.test-stamp assets ## the journeys in a browser alone, with a picture of each page in test-results/
	env -u DATABASE_URL YISHITING_PICTURES=1 $(PYTEST) $(JOURNEYS) -m "journey and not long"

.PHONY: bench
bench: install assets ## measure what benchmarks/README.md names
	$(BIN)/python -m benchmarks

# ---------------------------------------------------------------- keeping
.PHONY: messages
messages: $(VENV)/.test-stamp ## find what is to be said in English anew, and compile the catalogue
	$(BIN)/python -m scripts.messages

.PHONY: lock
lock: ## compile requirements/*.in into pins with hashes (needs uv from the package index)
	scripts/lock.sh

.PHONY: clean
clean: ## remove what can be made again; var/ stays
	rm -rf $(VENV) node_modules $(BUILT) src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
