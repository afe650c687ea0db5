# `make help` lists what there is. Everything lives in .venv and .dealhouse; `make clean` forgets both kinds of data.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export WORLD ?= default
export PYTHONWARNINGS ?= ignore

.PHONY: help install install-test demo day shop status down clean test drills bench lint lock docs-tables

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"Python {sys.version.split()[0]} is too old: Dealhouse needs 3.11 or newer (make PYTHON=/path/to/python3.11 demo)")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.installed-test: requirements-test.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --no-deps -r requirements-test.txt
	@touch $@

install: $(VENV)/.installed ## make .venv from the pinned requirements

install-test: $(VENV)/.installed-test ## what tests and lint need, too

demo: install ## start everything here and run the first day through Airflow (WORLD=small for a quick one)
	@$(BIN)/python -m stack demo

day: install ## move the world's clock by a day and run the pipeline again, incrementally
	@$(BIN)/python -m stack day

shop: install ## a shop of your own instead of the demo: DEALHOUSE_HOME=my-shop make shop ORDERS=orders.csv MAPPING=my-shop.yml
	@$(BIN)/python -m stack import-orders "$(ORDERS)" --mapping "$(MAPPING)"

status: install ## what runs, and whether it is well
	@$(BIN)/python -m stack status

down: ## stop everything; data stay
	@test ! -x $(BIN)/python || $(BIN)/python -m stack down

clean: ## stop everything and forget this machine's data
	@test ! -x $(BIN)/python || $(BIN)/python -m stack clean

test: install-test ## the whole suite, on a real Postgres
	@$(BIN)/python -m pytest -n 2 --no-loadscope-reorder

drills: install-test ## break things on purpose: kill -9, restarts, truncated input
	@$(BIN)/python -m pytest --override-ini 'addopts=-q --strict-markers --import-mode=importlib' tests/drills

bench: install-test ## measured figures, as JSON lines
	@for program in benchmarks/*.py; do $(BIN)/python $$program || exit 1; done

lint: install-test ## ruff, mypy, import-linter, sqlfluff: all blocking
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt/models dbt/tests
	$(BIN)/sqlfluff lint --templater placeholder serving/queries stack/queries

docs-tables: install ## write docs/tables.md again, of dbt's descriptions and the retention rules
	@folder=$$(mktemp -d) && $(BIN)/dbt parse --quiet --project-dir dbt --profiles-dir dbt --target-path $$folder --log-path $$folder \
		&& $(BIN)/python -m dealhouse.retention page --manifest $$folder/manifest.json --out docs/tables.md && rm -r $$folder

lock: ## compile the pinned requirements again
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile -q --python-version 3.11 --no-header --no-annotate requirements.in -o requirements.txt
	$(PYTHON) -m uv pip compile -q --python-version 3.11 --no-header --no-annotate requirements-test.in -o requirements-test.txt
