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
