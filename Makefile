# Everything runs in .venv, which is made on first use and again when the requirements change.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check lint bench format clean

run: .venv/run
	$(BIN)/python -m dashboard

test: .venv/dev
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest

check: .venv/dev
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest -m "not thorough" -n 2 --dist loadfile

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/dev
	$(BIN)/python -m tests.benchmarks

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.venv/run: requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/dev: .venv/run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
