PYTHON ?= python3

.PHONY: test
test: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/mypy engine
	.venv/bin/python -m pytest -q

.venv/ready: requirements.lock
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r requirements.lock
	touch $@
