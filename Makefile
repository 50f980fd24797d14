# One word runs everything. Each target does all its own set-up: git and Python >= 3.11 are enough.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test test-all check fix bench lock witness mlflow trainers clean

demo: .venv/demo-ready  ## a real recorded fine-tune through the whole life of a record
	@rm -rf build/demo
	@$(BIN)/cognify demo build/demo

test: check  ## lint, types, floors, budgets, coverage, and every test but the slow ones
	@mkdir -p build/coverage && rm -f build/coverage/*
	COVERAGE_FILE=$(CURDIR)/build/coverage/data $(BIN)/python -m pytest -n 3 --dist worksteal -m "not slow" --cov --cov-report=
	COVERAGE_FILE=$(CURDIR)/build/coverage/data $(BIN)/python -m tests.house.coverage

test-all: check  ## everything
	$(BIN)/python -m pytest -n 2

check: .venv/test-ready  ## what a pull request is held to, without running a test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/test-ready  ## mend what a machine can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tests.docs.generate
	$(BIN)/python -m tests.docs.worked

bench: .venv/test-ready  ## every benchmark, as ratios against a named peer
	@for bench in tests/benchmarks/bench_*.py; do $(BIN)/python $$bench || exit 1; done

lock: .venv/test-ready  ## resolve the dependencies anew
	$(BIN)/uv pip compile -q --no-strip-extras --universal --generate-hashes --python-version 3.11 --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --no-strip-extras --universal --generate-hashes --python-version 3.11 --no-header pyproject.toml --group dev -o requirements-dev.lock
	echo aics-witness | $(BIN)/uv pip compile -q --no-strip-extras --universal --generate-hashes --python-version 3.12 --no-header - -o tests/witness.lock
	$(BIN)/uv pip compile -q --no-strip-extras --universal --generate-hashes --python-version 3.11 --no-header tests/mlflow.in -o tests/mlflow.lock

witness:  ## a foreign C2SP witness for the tests, where Python 3.12 or newer is there
	@for p in python3.13 python3.12 $$HOME/.pyenv/versions/3.1[2-9]*/bin/python \
	    $$($(BIN)/python -c "import sys; print(sys.base_prefix)")/../3.1[2-9]*/bin/python python3; do \
	  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || continue; \
	  "$$p" -m venv .venv/witness && .venv/witness/bin/pip install --quiet --require-hashes -r tests/witness.lock; \
	  exit $$?; \
	done; echo "no Python 3.12 or newer: the tests with a foreign witness are skipped"

mlflow: .venv/mlflow/ready  ## a tracking server of MLflow for the tests: 350 MB

trainers: .venv/bin/python  ## training libraries for the slow tests of the callbacks: 1.5 GB, more where torch comes with CUDA
	@$(PYTHON) -m venv .venv/trainers
	@.venv/trainers/bin/pip install --quiet torch transformers accelerate lightning keras

clean:
	rm -rf .venv build dist

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or run make PYTHON=/path/to/python"; exit 1; }
	@echo "setting up .venv (once)"
	@$(PYTHON) -m venv .venv

.venv/mlflow/ready: .venv/bin/python tests/mlflow.lock
	@$(PYTHON) -m venv .venv/mlflow
	@.venv/mlflow/bin/pip install --quiet --require-hashes -r tests/mlflow.lock
	@touch $@

.venv/demo-ready: .venv/bin/python requirements.lock pyproject.toml
	@$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --no-deps .
	@touch $@

.venv/test-ready: .venv/bin/python requirements-dev.lock pyproject.toml
	@$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@ .venv/demo-ready
