# Everything a contributor runs. Needs make and Python 3.11 or newer; the rest goes into .venv, from the hashed locks.
# Paths are relative, so that a checkout under a path with spaces works.

SHELL := /bin/sh
VENV := .venv
RUN := $(VENV)/bin/python
UV ?= uv
ARGS ?=
WORKERS ?= 2
# What tests write is thrown away: in memory, where the machine has such a place, no disk is waited for.
SCRATCH := $(shell test -w /dev/shm && test "$$(df -Pk /dev/shm | awk 'NR == 2 {print $$4}')" -gt 8000000 && echo TMPDIR=/dev/shm)
PACKAGES := directory indexer schema portal newgrowth seeds

# Those that `tests/measure.py` tells how much.
MEASURED = tests/journeys $(shell grep -rl 'from tests.measure import' tests --include='test_*.py')

# A stamp carries the check sum of its lock: what is installed is looked at again only when a lock's content changes.
INSTALLED := $(VENV)/.installed-$(shell cksum < requirements.txt | tr ' ' '-')
INSTALLED_DEV := $(VENV)/.installed-dev-$(shell cat requirements.txt requirements-dev.txt | cksum | tr ' ' '-')

COMPILE_ONE := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header
COMPILE := $(COMPILE_ONE) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help demo test audit full chaos soak lint format check lock wheel clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

demo: $(INSTALLED) ## Start the directory with sample data on this machine (ARGS="--port 9000")
	@$(RUN) -m newgrowth demo $(ARGS)

test: $(INSTALLED_DEV) ## Run all tests; REQUIRE=elasticsearch,postgresql,chromium,node fails where it would skip
	$(SCRATCH) $(RUN) -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

audit: $(INSTALLED_DEV) ## Ask 2,000 generated operations as each of four callers (CASES=500 asks fewer, SEED=1 others)
	$(SCRATCH) CASES=$(or $(CASES),2000) $(RUN) -m pytest --numprocesses $(WORKERS) --dist load tests/suites/test_schemathesis.py $(ARGS)

full: $(INSTALLED_DEV) ## Run the tests that draw, fill or kill in their full measure (50,000 reports, 50 kills, ...)
	$(SCRATCH) MEASURE=full $(RUN) -m pytest --numprocesses $(WORKERS) --dist loadfile $(MEASURED) $(ARGS)

chaos: $(INSTALLED_DEV) ## Break network, engine and indexer for a long time (CHAOS_SEEDS="1,2" plays seeds again)
	CHAOS=long $(RUN) -m pytest tests/chaos tests/contracts/engines/test_writes.py $(ARGS)

soak: $(INSTALLED_DEV) ## Run a whole installation for ten minutes and break each part of it once (MINUTES=60 for longer)
	$(SCRATCH) $(RUN) -m benchmarks.soak --minutes $(or $(MINUTES),10) --json soak.json

lint: $(INSTALLED_DEV) ## Check format, style, types and the direction of imports
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports

format: $(INSTALLED_DEV) ## Format the code and sort the imports
	$(RUN) -m ruff check --select I --fix .
	$(RUN) -m ruff format .

check: lint test ## Run what the continuous integration runs

lock: ## Write the locks anew from pyproject.toml (needs uv)
	$(COMPILE) -o requirements.txt
	$(COMPILE) --group dev -c requirements.txt -o requirements-dev.txt
	for peer in graphene ariadne; do $(COMPILE_ONE) benchmarks/peers/$$peer.in -o benchmarks/peers/$$peer.txt; done
	$(COMPILE_ONE) --group pyproject.toml:build -c requirements-dev.txt -o docs/deploy/requirements-build.txt

wheel: $(INSTALLED_DEV) ## Build the wheel into dist/
	$(RUN) -m build --no-isolation --wheel

clean: ## Remove what was built and cached; .venv and data stay
	rm -rf dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(PACKAGES) tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# The development lock holds the other one's versions too, so installing it settles both.
$(INSTALLED_DEV):
	$(call install,requirements-dev.txt)
	@touch $(INSTALLED_DEV) $(INSTALLED)

$(INSTALLED):
	$(call install,requirements.txt)
	@touch $(INSTALLED)

# A virtual environment without a working pip was interrupted, or its Python is gone: it is made anew.
define install
	@$(RUN) -m pip --version >/dev/null 2>&1 || { $(find_python); "$$python" -m venv --clear $(VENV); }
	@rm -f $(VENV)/.installed-*
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
endef

define find_python
for python in $(PYTHON) python3.11 python3 python3.14 python3.13 python3.12; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; \
	done; \
	[ -n "$$python" ] || { echo 'Python 3.11 or newer is needed: not found on PATH (name it: make PYTHON=...)' >&2; exit 1; }; \
	echo "Making $(VENV) with $$("$$python" --version)"
endef
