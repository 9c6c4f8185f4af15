PYTHON ?= python3
PY = .venv/bin/python

.PHONY: run test test-parity screenshots bench wheel
run: .venv/ready
	@$(PY) main.py

test: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) -m pytest -q -n 2 --dist worksteal

# Needs torch or optax in the environment, which the project itself does not; those that are missing are named.
test-parity: .venv/ready
	$(PY) -m tests.golden --check
	$(PY) -m tests.golden.schedules --check
	$(PY) -m tests.golden.states
	$(PY) -m tests.golden.network --check

screenshots: .venv/ready
	$(PY) -m tests.screenshots docs/screenshots

bench: .venv/ready
	$(PY) -m tests.benchmarks

wheel: .venv/ready
	$(PY) -m build --wheel --no-isolation

.venv/ready: requirements.lock .ci/setup
	@PYTHON="$(PYTHON)" .ci/setup
