# Everything bootstraps itself from a bare Python 3.11 with pip: `make demo`, `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1

FAULTS ?= 100
SEED ?=

.PHONY: setup demo up test containers chaos browser lint bench capacity reading mutation locks sbom audit assets catalogues clean
.DEFAULT_GOAL := setup

setup: $(STAMP)  ## create .venv with all that is locked in requirements/

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Kervan needs Python 3.11 or newer"'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $(STAMP)

demo: setup  ## real orders from draft to refund filed, on a throw-away folder
	$(BIN)/kervan demo --exit

up: setup  ## everything in one go, data under KERVAN_DATA_DIR
	$(BIN)/kervan up

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser:  ## Debian's Chromium for the console's tests, where it may be installed
	tests/console/chromium.sh

test: lint browser  ## lint, types, layers, and all tests: side by side those that do not mind, then whole installations
	$(BIN)/python -m pytest --ignore=tests/e2e --ignore=tests/containers --numprocesses=auto --maxprocesses=4 --dist=loadfile
	$(BIN)/python -m pytest tests/e2e

containers: setup  ## build the image, bring deploy/compose.yaml up, and break it; starts an engine of its own where it must, as root
	$(BIN)/python -m tests.containers

chaos: setup  ## FAULTS=100 SEED=7: load and faults on real processes, recovery times and books; some twenty minutes
	nice $(BIN)/python -m tests.chaos --faults $(FAULTS) $(if $(SEED),--seed $(SEED))

bench: setup  ## side by side with what one would write instead; not a test
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	$(BIN)/python -m tests.benchmarks

capacity: setup  ## transitions/s by workers, latency, cost of traces, bytes a shipment, and how far that goes; some five minutes
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	$(BIN)/python -m tests.benchmarks.capacity

reading: setup  ## lists, filters, searches and counts over a million shipments under load; some fifteen minutes and 8 GB
	$(BIN)/python -m tests.benchmarks.reading

mutation: setup  ## change the rules one little thing at a time and see which changes no test notices; some twenty minutes
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	rm -rf mutants
	nice -n 19 $(BIN)/mutmut run --max-children 2
	$(BIN)/python -m tests.mutation

locks:  ## make the requirements files again from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --extra dev --extra gib --extra karrio --extra nilvera --extra tracing -o requirements/dev.txt pyproject.toml requirements/build.in
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --extra gib --extra nilvera --extra tracing -o requirements/runtime.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --extra dev --extra gib --extra karrio --extra nilvera --extra tracing --extra bench --extra mutation -o requirements/bench.txt pyproject.toml requirements/build.in
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url -o requirements/build.txt requirements/build.in
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url -o requirements/client.txt requirements/client.in

sbom: setup  ## what Kervan is made of, as CycloneDX, into artefacts/
	mkdir -p artefacts
	$(BIN)/python deploy/sbom.py requirements/runtime.txt > artefacts/sbom.cdx.json

audit: setup  ## whether anything that Kervan needs to run has a known vulnerability; needs an index of packages that knows
	$(BIN)/python deploy/audit.py requirements/runtime.txt

assets:  ## copy htmx, uPlot, Inter and axe-core again from the versions that deploy/assets pins (needs npm)
	$(BIN)/python deploy/assets/copy_assets.py

catalogues: setup  ## bring the console's catalogue of English texts up to its source; new texts are for you to translate
	$(BIN)/python -m adapters.web.console.catalogues

clean:
	rm -rf $(VENV) artefacts mutants .mypy_cache .ruff_cache .hypothesis
