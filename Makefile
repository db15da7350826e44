# An active virtual environment is used; else .venv, which the first target to need it makes.
VENV := $(or $(VIRTUAL_ENV),.venv)
PYTHON := $(VENV)/bin/python

.PHONY: run test lint clean

run:
	./fix_qwen_dependencies.sh
	exec $(PYTHON) main.py

test:
	./fix_qwen_dependencies.sh --cpu-engine --dev
	$(MAKE) --no-print-directory lint
	$(PYTHON) -m pytest

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
