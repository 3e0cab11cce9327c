# Needs Python 3.11 or newer and make; everything else comes from requirements.lock into .venv.

PORT ?= 8080
VENV ?= .venv
# The first of these that is new enough; another one: make PYTHON=/usr/local/bin/python3.12
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
# How many processes run the tests; 0 is this one.
WORKERS ?= auto
UV ?= 0.13.9

BIN := $(VENV)/bin
READY := $(VENV)/.ready
AIRLINE := $(VENV)-airline
EVERYTHING := $(VENV)-everything
CODE := $(wildcard src examples tests bench)
SOAKED := tests/run/test_any_conversation.py tests/run/test_replay.py tests/retail/test_retail.py

export PORT

.PHONY: help demo test soak crash lint format bench bench-routing bench-claims bench-agents lock clean

help:
	@echo 'make demo            run the example shop on http://localhost:$(PORT)'
	@echo 'make test            lint, then every test'
	@echo 'make soak            drive random desks for long; TIMES=500 for longer, SEED=... for the same draws again'
	@echo 'make crash           kill a desk that pays refunds at over 10,000 points; SEED=... for the same ones again'
	@echo 'make lint            ruff and mypy alone'
	@echo 'make format          let ruff write what it can'
	@echo 'make bench           every measurement; and alone bench-routing, bench-claims, bench-agents'
	@echo 'make lock            write requirements.lock anew; UPGRADE=1 takes the newest versions'
	@echo 'make clean           remove the virtual environment and what tools left behind'

demo: $(READY)
	$(BIN)/python -m examples.shop.demo

# Layers, types as users see them (mypy and pyright), README and docs are tests too.
test: lint $(AIRLINE)/.ready $(EVERYTHING)/.ready
	SEGUE_AIRLINE=$(abspath $(AIRLINE))/bin/python SEGUE_EVERYTHING=$(abspath $(EVERYTHING)) \
		$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

# The drives with many times the usual examples, and others each time; the output names the seed.
soak: $(READY)
	SEGUE_SOAK=$(or $(TIMES),50) SEGUE_SEED=$(SEED) $(BIN)/python -m pytest $(or $(TESTS),$(SOAKED))

# A table by what the back end can do, and controls that must do harm.
crash: $(READY)
	$(BIN)/python -m tests.crash --seed '$(SEED)'

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)
	$(BIN)/python -m bench

bench-routing: $(READY)
	$(BIN)/python -m bench.routing

bench-agents: $(READY)
	$(BIN)/python -m bench.agents

bench-claims: $(READY)
	$(BIN)/python -m bench.claims

# Made anew, not added to: a package that left the lock must not linger and hide that it is missing.
$(READY): requirements.lock pyproject.toml
	@test -n '$(PYTHON)' || { echo "Segue needs Python 3.11 or newer; here is: $$(python3 --version 2>&1)." \
		"Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Segue needs Python 3.11 or newer;" \
		"$(PYTHON) is: $$('$(PYTHON)' --version 2>&1)" >&2; exit 1; }
	@'$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments." \
		"On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	'$(PYTHON)' -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# A server that is only tested with, and needs an older SDK than Segue does.
$(AIRLINE)/.ready: tests/airline/requirements.lock
	'$(PYTHON)' -m venv --clear $(AIRLINE)
	$(AIRLINE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Needs npm; where it is missing, or cannot install, the tests with that server say so and are skipped.
$(EVERYTHING)/.ready: tests/everything/package-lock.json
	@rm -rf $(EVERYTHING) && mkdir $(EVERYTHING) && cp tests/everything/*.json $(EVERYTHING)
	@if command -v npm >/dev/null && \
		npm ci --prefix $(EVERYTHING) --silent --ignore-scripts --no-audit --no-fund --fetch-timeout=30000; \
		then touch $@; else echo 'npm cannot install tests/everything: its tests are skipped'; fi

# One lock for Python 3.11 and later on Linux, macOS and Windows. It reads neither uv's settings nor any index but
# the public one, and writes down hashes, not hosts.
COMPILE = env -u UV_DEFAULT_INDEX -u UV_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
	-u UV_CONSTRAINT $(VENV)-lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	$(if $(UPGRADE),--upgrade)

lock:
	'$(PYTHON)' -m venv --clear $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	$(COMPILE) pyproject.toml --all-extras --group dev --output-file requirements.lock
	$(COMPILE) tests/airline/requirements.in --output-file tests/airline/requirements.lock
	rm -rf $(VENV)-lock

clean:
	rm -rf $(VENV) $(VENV)-lock $(AIRLINE) $(EVERYTHING) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src examples tests bench -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
