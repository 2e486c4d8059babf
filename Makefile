# Everything a developer does, from a clean clone with nothing but Python 3.11 or newer: make demo, make test.

PORT ?= 8000
HOST := 127.0.0.1

# The newest Python that can make environments; `make test PYTHON=python3.12` takes another.
usable := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3.14 python3.13 python3.12 python3.11 python3; do \
	$$name -c '$(usable)' 2>/dev/null && { echo $$name; break; }; done)
# The environment, what is installed in it, and the Django: `make test VENV=.venv-lts DJANGO='>=5.2,<5.3'`.
VENV ?= .venv
CONSTRAINTS ?= constraints.txt
DJANGO ?=
# The databases that the tests run on, and options for pytest, such as `-k orm -x`.
DATABASES ?= sqlite
ARGS ?=
# How long `make fuzz` takes.
SECONDS ?= 3600

bin := $(VENV)/bin
pip := $(bin)/python -m pip install -qq --disable-pip-version-check --constraint $(CONSTRAINTS)
django := $(if $(DJANGO),'Django$(DJANGO)')
pytest_options := $(if $(ARGS),-- $(ARGS))

.DEFAULT_GOAL := help
.PHONY: help demo port-is-free test test-all walk fuzz mutants load thirdparty package lint types imports check format bench docs clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 15

# An environment is made once for each set of requirements, and brought up to date when they change.
$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with venv and ensurepip (Debian: apt install python3-venv)."; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/with-%: $(VENV)/made pyproject.toml $(CONSTRAINTS)
	@echo "Installing into $(VENV) ..."
	@$(pip) -e '.[$(subst +,$(comma),$*)]' $(django)
	@touch $@

comma := ,

demo: export PORT := $(PORT)
demo: port-is-free $(VENV)/with-demo ## Serve the example project with real data on port PORT (8000); RESET=1 loads it anew
	@$(bin)/python example/manage.py migrate --verbosity 0
	@$(bin)/python example/manage.py load_demo $(if $(RESET),--reset)
	@echo; echo "  Stop with Ctrl-C."; echo
	@$(bin)/python -u example/manage.py runserver $(HOST):$(PORT)

bindable := import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); \
	s.bind((sys.argv[1], int(sys.argv[2])))

port-is-free:
	@test -z "$(PYTHON)" || $(PYTHON) -c '$(bindable)' $(HOST) $(PORT) 2>/dev/null || { \
		echo "Port $(PORT) cannot be used: something else may listen there. Choose another: make demo PORT=8001"; \
		exit 1; }

test: $(VENV)/with-test+jwt ## Run the tests on SQLite, in minutes; DATABASES="postgresql mariadb" takes others
	@$(bin)/python -m tests $(DATABASES) $(pytest_options)

# A Python or a database server that is missing is named and left out; `.ci/matrix --require` fails for it.
test-all: test ## Run them on the other databases, Pythons and Djangos as well, and walk every model
	@bash .ci/matrix

walk: export CONJURE_TEST_PROJECTS ?= 100
walk: export CONJURE_TEST_THOROUGH ?= 1
walk: $(VENV)/with-test+jwt ## Walk every model of the test apps in full, the example, and 100 projects that are made up
	@$(bin)/python -m tests $(DATABASES) -- tests/testing tests/generated tests/example/test_walk.py tests/multidb --conjure-full $(ARGS)

# The seed is printed; CONJURE_TEST_SEED makes the same sequences again, and CONJURE_FUZZ_STEPS takes the steps of one.
fuzz: export CONJURE_FUZZ_SECONDS := $(SECONDS)
fuzz: export CONJURE_TEST_THOROUGH ?= 1
fuzz: $(VENV)/with-test+jwt ## Make up sequences of calls for SECONDS (3600), and judge every answer
	@$(bin)/python -m tests $(DATABASES) -- tests/fuzz -rP $(ARGS)

mutants: $(VENV)/with-test+jwt ## Take guards out of a copy, one at a time, to see tests fail: GUARDS="rows-are-locked"
	@$(bin)/python -m tests.guards $(GUARDS)

# Two minutes, unless SECONDS is given.
load_seconds := $(if $(filter file,$(origin SECONDS)),120,$(SECONDS))
CLIENTS ?= 50
RUNS ?= plain faults replica
load: $(VENV)/with-test+jwt ## Load it on servers of its own, cut them off, prove a replica: SECONDS=120 CLIENTS=50 RUNS="faults"
	@$(bin)/python -m tests.load $(RUNS) --seconds $(load_seconds) --clients $(CLIENTS)

thirdparty: $(VENV)/made ## Walk large projects of others: PROJECTS="wagtail oscar pretix collection nautobot"
	$(bin)/python -m tests.thirdparty $(PROJECTS) $(pytest_options)

package: $(VENV)/with-package ## Build the package, install it, and follow the tutorial with it
	@$(bin)/python -m tests.package $(ARGS)

lint: $(VENV)/with-dev+test+jwt ## Check style and format
	$(bin)/ruff check .
	$(bin)/ruff format --check .

types: $(VENV)/with-dev+test+jwt ## Check types, strictly
	$(bin)/mypy

imports: $(VENV)/with-dev+test+jwt ## Check that imports go down only
	$(bin)/lint-imports

check: lint types imports ## All three of these

format: $(VENV)/with-dev+test+jwt ## Mend style and format
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

bench: $(VENV)/with-test+jwt+bench ## Measure: compares with earlier runs, asserts nothing
	$(bin)/python -m tests.bench $(ARGS)

docs: $(VENV)/with-docs ## Build the documentation into docs/_build/html
	$(bin)/python -m sphinx --fail-on-warning --keep-going --nitpicky --builder html --quiet docs docs/_build/html
	@echo "docs/_build/html/index.html"

clean: ## Remove environments, caches and built files; the example's database too
	rm -rf .venv* dist build docs/_build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis example/var
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
