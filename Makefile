# An active virtual environment is used; else .venv, which the first target to need it makes.
VENV := $(or $(VIRTUAL_ENV),.venv)
PYTHON := $(VENV)/bin/python

.PHONY: run test packages lint audit clean

run:
	./fix_qwen_dependencies.sh
	exec $(PYTHON) main.py

test:
	./fix_qwen_dependencies.sh --cpu-engine --ray --dev
	$(MAKE) --no-print-directory lint
	$(PYTHON) -m pytest

# What tests of the page and of the balancers need beyond Python; they are skipped without. Debian, as root.
PACKAGES := chromium haproxy nginx-light
packages:
	dpkg --status $(PACKAGES) >/dev/null 2>&1 || \
	    { apt-get update --quiet=2 && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
	    apt-get install --quiet=2 --yes --no-install-recommends $(PACKAGES); }

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

# Known faults of every pinned package; asks the advisory database, so it needs the network.
audit:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	$(PYTHON) -m pip_audit --requirement requirements.txt --disable-pip --no-deps

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
