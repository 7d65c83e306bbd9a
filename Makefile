# Everything runs in .venv, built from pyproject.toml on first use. PYTHON names the interpreter to build it with.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# NeuroGym asks for old versions of what the other extras need, so it has an environment of its own.
NEUROGYM ?= .venv-neurogym

.PHONY: help compare battery battery-others battery-validated test fuzz boundscheck test-versions test-lowest test-newest coverage study-check bench docs notebooks
.PHONY: published
.PHONY: neurogym-check cluster-check package-check lint clean environment

help:
	@echo "make compare      PBWM and LSTM, 16 networks each, on SIR-2 and 1-2-AX: figures and data in results/first-light"
	@echo "make battery      the recommended PBWM on twenty tasks, 16 networks each (about an hour): docs/battery.md"
	@echo "make battery-others  the same of LSTM, GRU, subLSTM, SRN, and the LSTM by reward (a quarter of an hour)"
	@echo "make battery-validated  PBWM and LSTM, trained until a validation shows no error (three quarters of an hour)"
	@echo "make test         all tests except the learning studies"
	@echo "make fuzz         10,000 (INPUTS=n) corrupted arrays for every model, command lines, and declarations of studies"
	@echo "make boundscheck  the contract suite with every index of compiled code checked (ten minutes)"
	@echo "make coverage     all tests, with a report of the lines that no test runs (twice as long)"
	@echo "make test-versions  a part of the tests with the lowest and the newest versions of the dependencies"
	@echo "make study-check  the learning studies"
	@echo "make bench        speed and memory: benchmarks/results, table in benchmarks/README.md, figures (QUICK=1: a quick check)"
	@echo "make notebooks    write the notebooks from their scripts, and run them"
	@echo "make docs         the documentation as a website, in docs/_build"
	@echo "make published    docs/published.md, from the tables of the reproductions (RUNS=DIRS: with their new rows)"
	@echo "make neurogym-check  tests of the bridge to NeuroGym, in a separate environment (.venv-neurogym)"
	@echo "make package-check  the wheel alone, in an empty directory, with every supported Python on the PATH"
	@echo "make cluster-check  a study on a SLURM cluster of two nodes on this machine, one of which crashes (four minutes)"
	@echo "make lint         style, types, the import contract, and the prose (docs/style.md)"
	@echo "make environment  only build .venv"
	@echo "make clean        remove .venv and caches; results stay"

compare: $(STAMP)
	$(BIN)/pbwm compare sir2 12ax --networks 16 --out results/first-light

# Rows of the page that have more networks than these runs stay, unless REPLACE=1 is given.
battery: $(STAMP)
	$(BIN)/pbwm study run battery --networks 16
	$(BIN)/pbwm study run forced-gates --networks 16
	$(BIN)/python -m pbwm.compare.reports.battery results/study-battery docs results/study-forced-gates \
		$(wildcard results/study-battery-forms) $(if $(REPLACE),--replace)

battery-others: $(STAMP)
	$(BIN)/pbwm study run battery-others --networks 16
	$(BIN)/python -m pbwm.compare.reports.battery results/study-battery-others docs $(if $(REPLACE),--replace)

battery-validated: $(STAMP)
	$(BIN)/pbwm study run battery-validated --networks 16
	$(BIN)/python -m pbwm.compare.reports.battery results/study-battery-validated docs $(if $(REPLACE),--replace)

# The processes that tests start load bytecode, also where PYTHONDONTWRITEBYTECODE is set.
test: $(STAMP)
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -q -m "not study" -n 2 --dist loadfile

# MODELS names some of them: make fuzz MODELS="lstm gru"
fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzz.campaign $(MODELS) --inputs $(or $(INPUTS),10000)
	$(BIN)/python -m tests.fuzz.commands --inputs $(or $(INPUTS),10000)

# Numba's own cache does not tell code with checks from code without: it has a place of its own.
boundscheck: $(STAMP)
	NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$(CURDIR)/build/boundscheck \
		$(BIN)/python -m pytest -q -m "not study" tests/contract tests/tasks/engine -n 2 --dist loadfile

coverage: $(STAMP)
	$(BIN)/python -m pytest -q -m "not study" --cov --cov-report=term:skip-covered

# What would notice another version: files, figures, commands, tables, environments, compiled code.
OF_VERSIONS := tests/compare/analysis/test_survival.py tests/compare/figures/test_plots.py \
	tests/compare/figures/test_images.py tests/compare/test_bad_input.py tests/compare/experiment/test_toml.py \
	tests/compare/experiment/test_store.py tests/compare/experiment/test_cells.py \
	tests/compare/experiment/test_records.py tests/compare/experiment/test_results.py \
	tests/compare/experiment/test_other_settings.py tests/compare/experiment/test_search.py tests/compare/cli/test_study.py \
	tests/contract/test_saving.py tests/tasks/base tests/tasks/bridges/test_gymnasium.py tests/tasks/engine/test_counter.py

test-versions: test-lowest test-newest

# Old releases warn of each other's changes: there, warnings are no errors.
test-lowest test-newest: test-%:
	rm -rf .venv-$*
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet $(PINS_OF_$*) --editable ".[gym,parquet,search]"
	.venv-$*/bin/pbwm compare 12ax --epochs 2 --networks 2 --out .venv-$*/smoke
	.venv-$*/bin/python -m pytest -q -m "not study" -o filterwarnings=default $(OF_VERSIONS)

PINS_OF_lowest = $(shell $(PYTHON) -m tests.lowest gym parquet search) pytest==8.2.0 hypothesis==6.100.0
PINS_OF_newest = --upgrade --upgrade-strategy eager pytest hypothesis

study-check: $(STAMP)
	$(BIN)/python -m pytest -m study

# The results are replaced as a whole, once every benchmark has run.
bench: $(STAMP)
	@mkdir -p build
	$(BIN)/python -m pytest -c benchmarks/pytest.ini benchmarks $(if $(QUICK),--quick) --benchmark-json=build/bench.json
	$(if $(QUICK),,cp build/bench.json benchmarks/results/results.json)
	$(BIN)/python -m benchmarks.report build/bench.json \
		$(if $(QUICK),,--readme benchmarks/README.md --figures docs/figures)

neurogym-check: $(NEUROGYM)/.installed
	$(NEUROGYM)/bin/python -m pytest -q tests/tasks/bridges/test_neurogym.py tasks/bridges/neurogym.py tasks/bridges/codings.py

$(NEUROGYM)/.installed: pyproject.toml
	$(PYTHON) -m venv $(NEUROGYM)
	$(NEUROGYM)/bin/python -m pip install --quiet --editable ".[neurogym]" pytest
	@touch $@

package-check: $(STAMP)
	$(BIN)/python -m tests.package.check

cluster-check: $(STAMP)
	$(BIN)/python -m pip install --quiet --editable ".[dev,cluster]"
	$(BIN)/python -m tests.cluster.check

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.prose

# The scripts are what is edited; the notebooks are made of them and run.
notebooks: $(STAMP)
	$(BIN)/python -m pip install --quiet --editable ".[dev,notebooks]"
	$(BIN)/jupytext --to ipynb --execute notebooks/*.py

# From committed tables, and from runs that are named: make published RUNS="results/hochreiter1997". Nothing is run.
published: $(STAMP)
	$(BIN)/python docs/published_page.py $(RUNS)

docs: $(STAMP)
	$(BIN)/python -m pip install --quiet --editable ".[dev,docs]"
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build

environment: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is not there or older than 3.11; name another: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) $(NEUROGYM) .venv-lowest .venv-newest build dist .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find tasks lstm_baseline pbwm tests -name __pycache__ -type d -prune -exec rm -rf {} +
