# The front door of a checkout. Each target does the set-up it needs, into .venv; ARGS are passed on.
#   make run                     serve the bot; the playground when no credentials are set
#   make test ARGS="-k cadence"  run some of the tests
.DEFAULT_GOAL := help
.PHONY: help setup run demo test check fast versions test-clients seeds fuzz mutants coverage lint format types imports audit scan lock docs migration \
  screenshots wheel image bare-debian release \
  cluster benchmarks clean

# Debian's own Python first: it is built with the compiler's profile, and what is built by hand mostly is not,
# which makes the tests about a tenth slower.
PYTHON ?= $(shell PATH=/usr/bin:$$PATH; command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
# Test processes; three keep two cores busy, since some tests wait.
WORKERS ?= 3
BIN := .venv/bin
# Python compiles what it imports; compiling all of it takes a third of the set-up. A machine that forbids
# it to keep what it compiled makes each of hundreds of processes begin six seconds later.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

# One stamp for what runs, one for what checks: `make run` need not wait for the checkers.
.venv/ready-to-run: requirements/run.lock pyproject.toml .ci/make-venv
	@.ci/make-venv "$(PYTHON)"
	@echo "Installing what the bot needs (a minute or two, once) ..."
	@$(PIP) --require-hashes -r requirements/run.lock
	@PYTHONWARNINGS=ignore $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-to-check: requirements/dev.lock .venv/ready-to-run
	@echo "Installing what the checks need (a minute, once) ..."
	@$(PIP) --require-hashes -r requirements/dev.lock
	@touch $@

setup: .venv/ready-to-check ## install the locked dependencies and the project into .venv
	@echo "Ready: make run, make demo, make test."

run: .venv/ready-to-run ## serve the bot; the playground when no credentials are set
	@$(BIN)/throughline run $(ARGS)

demo: .venv/ready-to-run ## play a whole sample series on a moved clock, print it, exit
	@$(BIN)/throughline demo $(ARGS)

test: .venv/ready-to-check ## run all tests, those on PostgreSQL and Chromium too
	@.ci/install-test-servers
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: .venv/ready-to-check ## before each commit: lint, types, imports and the fast tests, in one to two minutes
	@$(MAKE) --no-print-directory --jobs 3 --output-sync=target lint types imports fast

fast: .venv/ready-to-check ## the tests that need no database, server or browser
	@$(BIN)/python -m pytest -n 2 --fast $(ARGS)

versions: .venv/ready-to-check ## the fast tests with the lowest versions, and on each newer Python
	@$(BIN)/python .ci/try_versions.py

test-clients: .venv/ready-to-check ## a participant's first ten minutes in Microsoft's own Teams client
	@.ci/install-test-servers
	@modules=$$(.ci/install-clients); if [ -n "$$modules" ]; then \
	  NODE_MODULES_FOR_CLIENTS=$$modules timeout 120 $(BIN)/python -m pytest tests/clients $(ARGS); fi

seeds: .venv/ready-to-check ## play 300 seeds of the simulator; ARGS="--seeds 1000" plays more
	@$(BIN)/python -m tests.simulated --seeds 300 --processes 2 $(ARGS)

fuzz: .venv/ready-to-check ## mutated input for every parser and door; ARGS="--seconds 60 mail" tries one longer
	@$(BIN)/python -m tests.fuzz --seconds 5 $(ARGS)

mutants: .venv/ready-to-check ## planted mistakes that no test notices; ARGS="cap outbox" tries two modules
	@$(BIN)/python -m tests.mutation $(ARGS)

coverage: .venv/ready-to-check ## all tests in one process, and the branches they do not reach
	@.ci/install-test-servers
	@$(BIN)/coverage run -m pytest $(ARGS)
	@$(BIN)/coverage report

lint: .venv/ready-to-check ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: .venv/ready-to-check ## mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: .venv/ready-to-check ## mypy, strict, tests too
	@$(BIN)/mypy
	@$(BIN)/mypy .ci/*.py

imports: .venv/ready-to-check ## the import contracts
	@$(BIN)/lint-imports --no-logo

audit: .venv/ready-to-check ## known holes in the locked dependencies, and whether the locks fit
	@$(BIN)/python .ci/audit_dependencies.py

scan: .venv/ready-to-check ## tokens, keys, addresses and paths that must not be in the repository
	@$(BIN)/python .ci/scan_tracked_files.py

lock: .venv/ready-to-check ## resolve the dependencies anew; ARGS=--upgrade takes newer releases
	@.ci/lock-dependencies $(ARGS)

migration: .venv/ready-to-check ## write the migration that changed tables ask for; ARGS="Office hours" names it
	@PYTHONPATH=. $(BIN)/python .ci/make_migration.py "$(ARGS)"

docs: .venv/ready-to-check ## build the site of docs/ into build/site, links checked
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

screenshots: .venv/ready-to-check ## take every picture of the docs anew (Chromium); ARGS="reports email" only these
	@.ci/install-test-servers
	@$(BIN)/python docs/take_screenshots.py $(ARGS)

wheel: .venv/ready-to-check ## build, check and try dist/*.whl; ARGS=--every-python tries each Python here
	@$(BIN)/python .ci/build_wheel.py $(ARGS)

image: .venv/ready-to-check ## build the container image without an engine, and try it (Debian, root)
	@.ci/image

bare-debian: ## play the README's two commands on a bare Debian, Python 3.11 and 3.13 (root)
	@.ci/bare-debian $(ARGS)

release: .venv/ready-to-check ## check all that a release needs, then tag it; ARGS=--dry-run only checks
	@$(BIN)/python .ci/release.py $(ARGS)

cluster: .venv/ready-to-run ## several processes on one PostgreSQL
	@$(BIN)/python -m benchmarks.cluster $(ARGS)

benchmarks: .venv/ready-to-check ## every benchmark, one after the other; each ends with one JSON line
	@set -e; for file in $$(grep -l '^def main' benchmarks/[a-z]*.py); do name=$$(basename $$file .py); \
	  [ $$name = cluster ] || { echo "== $$name"; $(BIN)/python -m benchmarks.$$name $(ARGS); }; done

clean: ## remove what set-up and checks made; the data stays
	@rm -rf .venv build dist ./*.egg-info .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
