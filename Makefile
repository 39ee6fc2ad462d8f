# Everything from nothing: `make grade` does the main job, `make test` runs the tests; both make .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: grade test venv lint check test-postgres benchmarks clean

grade: venv
	$(BIN)/penaltybox grade tests/class --store results/class.sqlite --output results/class.jsonl || test $$? -eq 1
	$(BIN)/penaltybox report results/class.sqlite results/class.html

test: venv
	$(BIN)/python -m pytest tests --numprocesses auto --dist loadgroup --timeout 900 $(OPTIONS)

venv: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(READY)

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: venv
	$(BIN)/penaltybox dev check

test-postgres: venv
	$(BIN)/python -m pytest tests/postgres

benchmarks: venv
	for script in tests/benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

clean:
	rm -rf $(VENV) results build *.egg-info
