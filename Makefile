# make run | test | lint | bench | attack | coverage | screenshots | clean. Needs Python 3.11 or newer, make and a package manager; nothing else.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
export PORT

PIN := --generate-hashes --no-header --no-annotate --universal --python-version 3.11

# One process on SQLite, which has one writer; on PostgreSQL one per core, up to four.
# docs/performance.md tells how each number was chosen.
WORKERS ?= $(if $(filter postgresql%,$(SURVEY_DATABASE_URL)),$(shell $(PYTHON) -c 'import os; print(min(4, os.cpu_count() or 1))'),1)
SERVER = granian --factory wsgi:served --interface wsgi --workers $(WORKERS) --blocking-threads 32 --backpressure 64 \
	--log-level error

.PHONY: run server test lint bench attack coverage screenshots clean translations requirements
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	@$(BIN)/flask init
	@$(BIN)/flask welcome
	@exec $(BIN)/$(SERVER) --port $(PORT)

# What `make run` starts with these settings, for a service manager (and for the tests).
server:
	@echo $(SERVER)

test: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.install_tools
	$(BIN)/python -m pytest -n $${TEST_PROCESSES:-auto} $(PYTEST_ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# QUICK=1 for the short form, BENCH_FOLDER for a disk other than that of /var/tmp; docs/performance.md explains the table.
bench: $(VENV)/.installed-dev
	@$(BIN)/python -W ignore -m benchmarks $(BENCH_ARGS)

# How often every printed interval holds the truth, on many simulated samples; `make test` does it on few.
coverage: $(VENV)/.installed-dev
	COVERAGE_SAMPLES=$${COVERAGE_SAMPLES:-6000} $(BIN)/python -m pytest -n 0 -s tests/domain/test_coverage.py

# False answers against the quality rules: docs/trust.md. ATTACK_ARGS="--only rival --offices 6" for a part of it.
attack: $(VENV)/.installed-dev
	@$(BIN)/python -W ignore -m benchmarks.attack $(ATTACK_ARGS)

# Every state of the citizen's pages as a picture, in build/screenshots; SCREENSHOTS_ARGS="--only tap" takes some of them.
screenshots: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.install_tools
	@$(BIN)/python -W ignore -m tests.screenshots $(SCREENSHOTS_ARGS)

translations: $(VENV)/.installed-dev
	$(BIN)/python -m tests.translations --update

# Pins requirements*.in with hashes; needed only when a dependency is added or raised.
requirements: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q $(PIN) requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q $(PIN) -c requirements.txt requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Cần Python 3.11 trở lên / Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
