# Each target does its own set-up on a machine with Python 3.11 or newer. `make help` lists them.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
STAMP  := $(VENV)/.installed

# Outside the lock nothing is fetched: hashes are required, and the build backend is in the lock too.
.PHONY: $(shell grep -oE '^[a-z-]+:' $(MAKEFILE_LIST) | tr -d :)

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-16s %s\n", $$1, $$2}'

PIP    := $(PY) -m pip --disable-pip-version-check --quiet

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("rlskit needs Python 3.11 or newer; found " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 demo") if sys.version_info < (3, 11) else None'
	@echo "Setting up $(VENV) (once; a minute or two)"
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

# JupyterLab and what the tests need, on top of the same versions.
$(STAMP)-dev: $(STAMP) requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $(STAMP)-dev

demo: $(STAMP)  ## the sample diary, start to end: prints where the report is
	$(VENV)/bin/rlskit demo --out out/demo

# Files in the order of testpaths, where the long ones come first; and what tests start as processes of their own finds
# rlskit compiled.
TEST := PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: $(STAMP)-dev  ## the whole test suite
	$(TEST)

properties: $(STAMP)-dev  ## the property tests on new examples, found at random
	$(TEST) -m hypothesis --hypothesis-profile search

check: $(STAMP)-dev  ## lint, types, import contracts
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy

lab: $(STAMP)-dev  ## JupyterLab on a working copy of the notebooks
	$(VENV)/bin/rlskit lab --out out/notebooks

oracles: $(STAMP)-dev  ## make the committed oracle numbers again (needs what each tests/oracles/*/make.* names)
	for script in tests/oracles/*/make.py; do echo "$$script"; $(PY) "$$script" || exit 1; done
	for script in tests/oracles/*/make.R; do echo "$$script"; Rscript "$$script" || exit 1; done

evening: $(STAMP)-dev  ## stretching by the half hour on diaries with known potential outcomes. Appends to evening.csv, hours, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/evening.py

bench: $(STAMP)  ## how long the report takes, against the imports it cannot do without
	$(PY) benchmarks/report_time.py

controls: $(STAMP)-dev  ## do the checks fire when they should? Appends to benchmarks/negative_control.csv, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/negative_control.py

speed: $(STAMP)-dev  ## rlskit beside R and other Python packages; appends to benchmarks/speed.csv, resumes
	$(PY) benchmarks/speed.py $(if $(PEERS),--peers $(PEERS))

null-reports: $(STAMP)-dev  ## do whole reports claim what is not there? Appends to benchmarks/null_reports.csv, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/null_reports.py

coverage: $(STAMP)-dev  ## do the intervals hold what they say? Appends to benchmarks/coverage.csv, takes hours, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/coverage.py

coverage-peers: $(STAMP)-dev  ## statsmodels' VB and R's glmmTMB on the pooled studies of the coverage grid; appends, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/coverage_peers.py

refused-shares: $(STAMP)-dev  ## why contrasts of the coverage grid are refused, counted without a fit (two minutes)
	OMP_NUM_THREADS=1 $(PY) benchmarks/refused_shares.py

misspecified: $(STAMP)-dev  ## do intervals hold where the model is not the truth? Appends to misspecified.csv, half an hour, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/misspecified.py

coverage-numeric: $(STAMP)  ## the same for numeric nights. Appends to benchmarks/coverage_gaussian.csv, half an hour, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/coverage_gaussian.py

coverage-ordinal: $(STAMP)  ## the same for ordinal nights, in points. Appends to benchmarks/coverage_ordinal.csv, ten minutes, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/coverage_ordinal.py

new-person: $(STAMP)  ## does the interval for a new person hold what it says? Appends to benchmarks/new_person.csv, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/new_person.py

spread-priors: $(STAMP)  ## which prior on the spread between people holds at every spread (a minute)
	$(PY) benchmarks/spread_priors.py

scenarios: $(STAMP)-dev  ## twenty-four ways in which a diary can mislead, 300 diaries each; appends and resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/scenarios.py

looks: $(STAMP)-dev  ## a year of monthly reports: false claims and power; appends and resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/looks.py

patience: $(STAMP)-dev  ## are diaries as long as they were said to have to be long enough? Appends and resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/nights_needed.py
	OMP_NUM_THREADS=1 $(PY) benchmarks/nights_needed.py --diaries 100 --cells "habit in spells" "3 nights in 30"
	OMP_NUM_THREADS=1 $(PY) benchmarks/nights_needed.py --plan 8

trial-power: $(STAMP)  ## what coin-flip nights can see, promised and found; writes benchmarks/trial_power.md in some minutes
	OMP_NUM_THREADS=1 $(PY) benchmarks/trial_power.py

scale: $(STAMP)-dev  ## time and memory from 10,000 to 1,000,000 person-nights; appends and resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/scale.py

fuzz: $(STAMP)  ## 2,000 damaged files of every layout: a diary or a sentence? Appends to fuzz.csv, an hour, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/fuzz.py

faults: $(STAMP)  ## six commands killed, on full disks, without /dev/shm … Appends to faults.csv, an hour, resumes (Linux, root)
	OMP_NUM_THREADS=1 $(PY) -W ignore benchmarks/faults.py

check-versions: $(STAMP)  ## the lowest and the newest versions that are allowed, oldest and newest Python here (needs uv)
	nice -n 19 $(PY) benchmarks/versions.py

long-diary: $(STAMP)  ## ten years of nights with sixty tags: check, report and clinic, in some minutes
	$(PY) benchmarks/long_diary.py

attacks: $(STAMP)  ## whose dates come out of shared nights? Appends to attacks.csv, ten minutes, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/attacks.py

trials: $(STAMP)-dev  ## false claims, coverage and power of coin-flip nights; appends to trials.csv, an hour, resumes
	OMP_NUM_THREADS=1 $(PY) benchmarks/trials.py

docs: $(STAMP)-dev  ## the documentation site, in out/site: start it with index.html. Asks nothing of the network
	$(PY) docs/site_parts.py
	$(PY) -m mkdocs build --strict --quiet --config-file docs/mkdocs.yml
	@echo "The site is out/site/index.html; to search in it: $(PY) -m http.server --directory out/site"

docs-look: $(STAMP)-dev  ## every page of that site in a browser, on a phone and on a screen (some minutes)
	RLSKIT_SITE=out/site $(PY) -m pytest tests/whole/test_site.py

lite: $(STAMP)-dev  ## rlskit in a browser, in out/lite: make lite PYODIDE=Pyodide's distribution. Fetches ten wheels
	$(PY) docs/lite/build.py $(if $(PYODIDE),--pyodide $(PYODIDE))
	@echo "To look at it: $(PY) -m http.server --directory out/lite"

figures: $(STAMP)  ## the pictures of the README, from the sample
	$(PY) docs/make_figures.py

LOCK := uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet
lock:  ## write both lock files anew (needs uv)
	$(LOCK) --group build --output-file requirements.lock
	$(LOCK) --group build --group dev --group docs --group lite --extra lab --extra pool --extra scale --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## remove what the targets made
	rm -rf $(VENV) out dist build .hypothesis .ruff_cache .mypy_cache .import_linter_cache
