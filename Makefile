# One command each on a fresh machine with Python ≥ 3.11 and PyPI; everything else comes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
unexport PYTHONPATH PYTHONHOME

.PHONY: chat test install dev check fix bench soak clean
.DEFAULT_GOAL := chat

chat: install
	@$(BIN)/coffeestudio chat

install: $(STAMP)

dev: $(DEV_STAMP)

$(UV):
	@echo "· Python environment"
	@$(PYTHON) -c 'import sys; sys.exit("CoffeeStudio needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(STAMP): requirements.lock pyproject.toml | $(UV)
	@echo "· packages (pinned with hashes)"
	@$(UV) pip install --quiet --require-hashes --compile-bytecode -r requirements.lock
	@$(UV) pip install --quiet --no-deps -e .
	@$(BIN)/python -m compileall -q agent tools knowledge db migrations
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(STAMP)
	@echo "· packages for checks and tests"
	@$(UV) pip install --quiet --require-hashes --compile-bytecode -r requirements-dev.lock
	@touch $@

check: dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

fix: dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: check
	$(BIN)/pytest -n 2 --dist worksteal

bench: dev
	$(BIN)/python -m tests.bench

soak: dev
	$(BIN)/python -m tests.soak
	ALL_CONVERSATIONS=1 $(BIN)/pytest tests/conversations/test_golden.py
	$(BIN)/python -m tests.chaos --kills 200
	$(BIN)/python -m tests.chaos --kills 20 --lease 15 --stale 20 --restarts 1

lock: $(UV)
	$(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --quiet --no-header -o requirements.lock
	$(UV) pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --quiet --no-header -o requirements-dev.lock

clean:
	-@$(BIN)/coffeestudio db stop
	rm -rf $(VENV) build dist *.egg-info
