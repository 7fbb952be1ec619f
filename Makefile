# make serve: set up, build, check and serve on http://127.0.0.1:8000
# make test:  set up and run the tests: in two processes, but for those of limits, which need the machine
# Both build the SPARQL editor (make pages) where Node is there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-cache-dir
INSTALLED := $(VENV)/installed

.PHONY: serve test coverage pages axe lint audit drill guard soak mutations evaluation docs pictures stores bench package \
	release build check announcement lock clean

WEB := src/ti_graph/web

serve: $(INSTALLED) pages
	$(BIN)/ti-graph serve

test: $(INSTALLED) pages
	$(BIN)/pytest --numprocesses 2 --dist loadfile --ignore tests/test_limits.py
	$(BIN)/pytest tests/test_limits.py

# Which lines the tests run, in processes of their own too; build/coverage/index.html shows the others.
coverage: $(INSTALLED) pages
	$(BIN)/coverage erase
	$(BIN)/pytest --numprocesses 2 --dist loadfile --cov --cov-report=
	$(BIN)/coverage html --skip-covered
	$(BIN)/coverage report --skip-covered

# The SPARQL editor of the pages, where Node is there; without it the pages have a plain text area.
ifneq ($(shell command -v npm 2>/dev/null),)
pages: $(WEB)/static/editor.js
else
pages:
	@echo "npm is not there: /sparql has a plain text area instead of the editor" >&2
endif

$(WEB)/static/editor.js: $(WEB)/editor/editor.js $(WEB)/editor/build.js $(WEB)/editor/package-lock.json
	cd $(WEB)/editor && npm ci --no-audit --no-fund --ignore-scripts && npm run --silent build

# What the tests in a browser need besides Chromium; without it, or without Chromium, they are skipped.
axe: tests/node_modules

tests/node_modules: tests/package-lock.json
	cd tests && npm ci --no-audit --no-fund --ignore-scripts
	touch $@

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Are weaknesses known in a version that is locked? Asks PyPI; what it cannot ask of is an error.
audit: $(INSTALLED)
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

# Kill the server a hundred times in the middle of writes and look for every acknowledged change.
drill: $(INSTALLED)
	$(BIN)/python tests/drill.py --kills 100

# Break the graph in every way that the guard must see; the suite tries one of each kind.
guard: $(INSTALLED)
	GUARD_ALL=1 $(BIN)/python -m pytest -q tests/test_guard.py

# Some minutes of good, bad and broken requests: memory flat, no process or file left behind.
soak: $(INSTALLED)
	$(BIN)/python tests/soak.py --seconds 300

# Ten thousand mutated pages: each is read or refused.
mutations: $(INSTALLED)
	$(BIN)/python tests/mutate.py --texts 10000

# The queries of the W3C's evaluation tests, as they are and as rewritten; SUITE is sparql/ of w3c/rdf-tests.
evaluation: $(INSTALLED)
	$(BIN)/python tests/evaluation.py $(SUITE)

# The documentation as a site, in build/site.
docs: $(INSTALLED)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# The pictures of the documents: the model, of the ontology, and a page (Debian: graphviz, chromium).
pictures: $(INSTALLED)
	$(BIN)/python docs/pictures.py

# Load the dumps into other stores and ask them the named queries (docs/stores.md says what that needs).
stores: $(INSTALLED) tests/stores/node_modules
	$(BIN)/python tests/stores

tests/stores/node_modules: tests/stores/package-lock.json
	cd tests/stores && npm ci --no-audit --no-fund --ignore-scripts
	touch $@

# Compare with other servers on the national graph: some forty minutes. Needs wrk and virtuoso-t (Debian: wrk,
# virtuoso-opensource-7-bin); writes benchmarks/results.json and docs/benchmark.md.
bench: $(VENV)/bench
	$(BIN)/python benchmarks/compare.py
	$(BIN)/python benchmarks/report.py

$(VENV)/bench: $(INSTALLED) benchmarks/requirements.lock
	$(PIP) --require-hashes --requirement benchmarks/requirements.lock
	touch $@

# The wheel and the source distribution in dist/, installed and used outside of the checkout; PYTHONS are others to try.
package: $(INSTALLED) pages
	$(BIN)/python tests/package.py $(PYTHONS:%=--python %)
	$(BIN)/python tests/package.py --lowest

# All that a release needs, checked, in dist/: some hour and a half (CONTRIBUTING.md says what comes before and after).
release: lint audit docs axe test guard drill soak mutations stores package
	$(BIN)/ti-graph dump --release dist/dataset

build: $(INSTALLED)
	$(BIN)/ti-graph build

check: $(INSTALLED)
	$(BIN)/ti-graph check

# Write the committed Turtle and TriG of the announcement again; a diff shows what a change means.
announcement: $(INSTALLED)
	$(BIN)/ti-graph build --output data

# Pin the newest versions of what pyproject.toml asks for.
lock: $(INSTALLED)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
		--group dev pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
		--group dev --group bench pyproject.toml --output-file benchmarks/requirements.lock

clean:
	rm -rf build dist

$(INSTALLED): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "ti-graph needs Python 3.11 or newer: set PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@
