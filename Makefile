# `make` lists the commands: each target with a ## comment.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
CHECKS := .venv/.checks
# The lessons, in the order of the course.
LESSONS := $(shell tail -n +2 data/course/lessons.csv | cut -d, -f2)
NOTEBOOKS := $(LESSONS:%=notebooks/%.ipynb)
# The learner's copy of the lessons; originals are edited in notebooks/.
COURSE ?= course
# No learner: in checks, lessons run as at the first visit.
NOBODY := $(CURDIR)/.venv/nobody.jsonl

.PHONY: help lab reset test lint unit strict browser orca nbgrader lms spark notebooks picture engine wheels lock site slides bench clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

lab: $(READY)  ## open the course in JupyterLab, in a copy of the learner's own
	@$(BIN)/codeedu lesson open --course "$(COURSE)"

reset: $(READY)  ## reset a lesson; a version that you changed is kept: make reset LESSON=03
	@$(BIN)/codeedu lesson reset "$(LESSON)" --course "$(COURSE)"

test: lint unit strict browser  ## check everything, as CI does

lint: $(CHECKS)  ## ruff and mypy
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

unit: engine  ## cases, laws, doctests
	$(BIN)/python -m pytest --ignore=tests/browser --numprocesses logical --maxprocesses 4 --dist loadfile

strict: $(CHECKS)  ## every notebook, run again, must print what is stored
	CODEEDU_PROGRESS=$(NOBODY) $(BIN)/python -m pytest --nbval --nbval-current-env \
	    --nbval-cell-timeout=60 --nbval-sanitize-with tests/nbval.cfg -p no:cacheprovider -q $(NOTEBOOKS)

# JupyterLab's tests measure where things are on the screen, and want a core for themselves.
PAGES := $(wildcard tests/browser/test_pages*.py) tests/browser/test_scorm.py
browser: engine  ## pages and JupyterLab in a real browser
	$(BIN)/python -m pytest tests/browser $(PAGES:%=--ignore=%)
	$(BIN)/python -m pytest $(PAGES) --numprocesses logical --maxprocesses 2 --dist loadfile

orca: $(CHECKS) engine  ## a screen reader reads the pages (on Debian: apt-get install orca at-spi2-core xvfb dbus)
	dbus-run-session -- $(BIN)/python -m pytest -m slow tests/browser/test_orca.py

nbgrader: $(CHECKS)  ## assignments through nbgrader itself, in an environment of its own
	$(BIN)/python -m pytest -m slow tests/teach/export/test_nbgrader.py

SYSTEMS := scormhost==0.1.0 wagtail-lms==0.11.1
lms: engine  ## a lesson in two real learning systems, each in an environment of its own
	@for each in $(SYSTEMS); do \
	    place=.venv/lms-$${each%%==*}; \
	    test -x $$place/bin/python || $(PYTHON) -m venv $$place || exit; \
	    $(BIN)/uv pip install --quiet --python $$place/bin/python $$each || exit; \
	done
	$(BIN)/python -m pytest -m slow tests/lms

spark: $(CHECKS)  ## the Spark example of the docs, in an environment of its own (on Debian: apt-get install openjdk-17-jre-headless)
	@test -x .venv/spark/bin/python || $(PYTHON) -m venv .venv/spark
	@$(BIN)/uv pip install --quiet --python .venv/spark/bin/python --constraint constraints.txt \
	    --editable . "pyspark[sql]==4.3.0"
	$(BIN)/python -m pytest -m slow tests/repository/test_docs.py

notebooks: $(READY)  ## run the notebooks in place and store their outputs
	CODEEDU_PROGRESS=$(NOBODY) $(BIN)/python tools/execute.py $(NOTEBOOKS)

picture: engine  ## take the README's pictures of a lesson in use, light and dark
	$(BIN)/python -m pytest -q tests/browser/test_pages.py -k picture_of_the_readme
	cp tests/browser/shots/lesson-light.png tests/browser/shots/lesson-dark.png docs/

site: engine  ## the course as pages, with nothing to install
	$(BIN)/codeedu site build site

slides: engine  ## the lessons as slides, one for each heading
	$(BIN)/codeedu slides build slides

bench: $(CHECKS)  ## speed, as ratios measured in one run
	$(BIN)/python -m benchmarks

# The learner's environment. uv installs it in seconds; compiled bytecode saves about 1.5 s at
# every kernel start.
$(BIN)/python:
	@echo "codeedu: making the environment in .venv (once, about 20 seconds) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "codeedu needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv

INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode
$(READY): pyproject.toml constraints.txt | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
	@$(INSTALL) --constraint constraints.txt --editable .
	@touch $@
	@echo "codeedu: ready."

# What checks the course, such as readers of every export, is no learner's business. Every file
# that is installed or builds something has a hash in the lock: first uv's, then all the others'.
LOCK := requirements.lock
HASHED := $(INSTALL) --require-build-hashes --build-constraints $(LOCK)
$(CHECKS): pyproject.toml $(LOCK) | $(BIN)/python
	@awk '/^[^ ]/ {uv = /^uv=/} uv' $(LOCK) >.venv/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.lock
	@$(HASHED) --require-hashes --requirement $(LOCK)
	@$(HASHED) --no-deps --editable .
	@touch $(READY) $@

# Python for the pages, made of a package of npm by a node that comes with the checks. Whoever has
# its wheel needs neither.
ENGINE := .venv/.engine
$(ENGINE): $(CHECKS) tools/engine.py tools/compile.mjs tools/npm.py tools/npm.csv $(wildcard engine/*.*) \
    $(shell find codeedu -name '*.py')
	@echo "codeedu: building the engine of the pages (about 10 seconds) ..."
	@$(BIN)/python tools/engine.py
	@$(HASHED) --no-deps --editable engine
	@touch $@

engine: $(ENGINE)  ## build Python for the pages

wheels: $(ENGINE)  ## build codeedu and the engine of its pages as wheels, into dist/
	for each in . engine; do \
	    $(BIN)/uv build --quiet --wheel --out-dir dist --require-hashes --build-constraints $(LOCK) $$each || exit; \
	done

lock: $(READY)  ## pin what checks the course by hash, in the versions of constraints.txt
	printf '%s\n' hatchling editables setuptools uv | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --constraint constraints.txt --extra test pyproject.toml - \
	    --output-file $(LOCK)

clean:  ## delete the environment
	rm -rf .venv
