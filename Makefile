# The only entry a newcomer needs. Python 3.11+ and make are assumed; everything else is installed here.
SHELL := /bin/sh
PYTHON ?= python3
PROCESSES ?= 3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python

# Images often switch this on. Each process would compile all that it imports again: 4 s of CPU instead of 1.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo drill serve sandbox test proof rehearsal sure lint types architecture bench format locks screenshot docs messages clean

help: ## show this list
	@echo "DataCite Profiles"; echo
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST); echo

##@ Use it
demo: $(VENV)/runtime.done ## run everything with stand-ins and tell the main story (ONCE=1: then stop)
	@$(RUN) -m profiles demo $(if $(ONCE),--once,)

drill: $(VENV)/runtime.done ## lose the demo's database, restore its backup into a fresh one, and compare
	@$(RUN) -m profiles drill

serve: $(VENV)/runtime.done ## run the service alone, configured by the environment (PORT=, WEB_PROCESSES=)
	@$(RUN) -m profiles up $(if $(PORT),--port $(PORT),) $(if $(WEB_PROCESSES),--processes $(WEB_PROCESSES),)

sandbox: $(VENV)/runtime.done ## run the stand-ins for ORCID, Globus and DataCite alone
	@$(RUN) -m sandbox

##@ Change it
test: $(VENV)/dev.done browser ## run every test, in a real browser too (ARGS= for pytest, PROCESSES= at once)
	@$(RUN) -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

proof: $(VENV)/dev.done ## a long run by name, e.g. make proof faults; without a name: the list of them
	@$(RUN) -m dev.proof $(filter-out proof,$(MAKECMDGOALS))
ifeq (proof,$(firstword $(MAKECMDGOALS)))
%: # what follows is the name of a run, and no target
	@:
endif

ifneq (proof,$(firstword $(MAKECMDGOALS)))
rehearsal: $(VENV)/dev.done ## ten minutes of a burst of DataCite in real time (PROFILES_REHEARSAL_MINUTES=60: an hour)
	@$(RUN) -m dev.proof rehearsal
endif

sure: lint types architecture test ## all that must hold before a commit

lint: $(VENV)/dev.done ## style and common mistakes
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/dev.done ## types
	@$(BIN)/mypy

architecture: $(VENV)/dev.done ## who may import whom
	@PYTHONPATH=src $(BIN)/lint-imports --no-cache

format: $(VENV)/dev.done ## bring the code into its form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: $(VENV)/dev.done ## benchmarks beside their raw limits, as a table and JSON (ONLY= for one)
	@$(RUN) -m bench $(ONLY)

messages: $(VENV)/dev.done ## bring the files of translations up to date, and compile them
	@$(RUN) -m dev.messages

docs: $(VENV)/dev.done ## write the pages that are made from the code
	@$(RUN) -m dev.write_docs

screenshot: $(VENV)/dev.done browser ## pictures for the docs, and of every page and mail (var/pictures), in German and Arabic too
	@$(RUN) -m dev.screenshots

locks: $(VENV)/dev.done ## solve the requirements anew, with hashes and without addresses
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --extra sandbox --extra otel pyproject.toml requirements/dev.in -o requirements/dev.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --extra sandbox pyproject.toml requirements/runtime.in -c requirements/dev.lock \
		-o requirements/runtime.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --extra otel pyproject.toml -c requirements/dev.lock -o requirements/otel.lock

clean: ## remove what was installed and the demo's data
	@rm -rf $(VENV) var

# --- what the rest stands on -------------------------------------------------------------------
$(VENV)/runtime.done: requirements/runtime.lock dev/set_up.sh
	@PYTHON=$(PYTHON) sh dev/set_up.sh $(VENV) runtime

$(VENV)/dev.done: requirements/dev.lock dev/set_up.sh
	@PYTHON=$(PYTHON) sh dev/set_up.sh $(VENV) dev

.PHONY: browser
browser:
	@sh dev/browser.sh
