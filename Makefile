# Everyday commands. `make run` and `make test` need nothing but Python >= 3.11.
# Pass more to a command with ARGS, as in `make test ARGS='-k parser'`.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test long bench lint format clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY) ## take the tour: real programs of the calculi, run and explained
	$(BIN)/calculus tour $(ARGS)

test: $(READY) ## run all tests, in parallel
	$(BIN)/python -m pytest -n auto $(ARGS)

long: $(READY) ## run the long campaigns
	$(BIN)/python -m pytest -n auto -m long --hypothesis-profile=long $(ARGS)

bench: $(READY) ## measure, and print one table of medians and ratios
	$(BIN)/python -m tests.benchmarks $(ARGS)

lint: $(READY) ## style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## rewrite the sources in the one layout
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove the environment and everything that was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find calculus tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment is made once and brought up to date when what it depends on has changed.
$(READY): pyproject.toml constraints.txt
	@set -e; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	    python=; \
	    for candidate in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
	        if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	            python=$$candidate; break; \
	        fi; \
	    done; \
	    if [ -z "$$python" ]; then \
	        echo "calculus needs Python 3.11 or newer; none was found. Name one with: make PYTHON=/path/to/python" >&2; \
	        exit 1; \
	    fi; \
	    if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	        echo "$$python cannot make a virtual environment: its venv or ensurepip module is missing." >&2; \
	        echo "Install it (on Debian and Ubuntu: apt install python3-venv) and try again." >&2; \
	        exit 1; \
	    fi; \
	    echo "Making $(VENV) with $$python"; \
	    "$$python" -m venv --clear $(VENV); \
	fi
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
