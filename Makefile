# Every task of the project. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo .uv/bin/uv)
RUN := $(UV) run --no-sync
WINDOWS := tests/python/apps/napari_plugin
SHOW := $(if $(shell command -v xvfb-run),xvfb-run -a -s "-screen 0 1600x1000x24")
VERSION := $(shell python3 version_from_git.py)
INSTALLED := $(wildcard .venv/lib/python*/site-packages/volltrack-$(VERSION).dist-info)
MVN := mvn -B -Drevision=$(VERSION)
JAR := java/btrackmate-core/target/btrackmate-core-$(VERSION).jar
JAVA_SOURCES := pom.xml $(shell find java/*/pom.xml java/*/src/main -name pom.xml -o -name '*.java' 2>/dev/null)
OUT ?= demo

.PHONY: help setup another-version jar plugins demo docs figures test test-python test-java test-slow lint format benchmarks wheel check-wheel test-lowest clean

help:  ## list the tasks
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*## /: /' | awk -F': ' '{printf "  make %-12s %s\n", $$1, $$2}'

.uv/bin/uv:
	python3 -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check uv

.venv/.synced: pyproject.toml uv.lock $(if $(INSTALLED),,another-version) | $(filter .uv/bin/uv,$(UV))
	$(UV) sync --locked --all-extras --reinstall-package volltrack
	@touch $@

another-version:

setup: .venv/.synced  ## install uv (if absent) and the locked environment

$(JAR): $(JAVA_SOURCES)
	rm -f java/*/target/btrackmate-*.jar  # of another version
	$(MVN) -q package -DskipTests
	@touch $@  # a change of the plug-ins for Fiji leaves the core's jar as it is

jar: $(JAR)  ## build the Java core, and the plug-ins for Fiji where TrackMate is at hand

plugins:  ## build the plug-ins for Fiji, with TrackMate from the repository of SciJava
	rm -f java/*/target/btrackmate-*.jar
	$(MVN) -q -P fiji,scijava package -DskipTests

demo: setup jar  ## the main job on a synthetic movie; MOVIE=path.tif for a real one, ARGS="..." for more options
ifdef MOVIE
	$(RUN) volltrack run "$(MOVIE)" --out "$(OUT)" --time-in-frames $(ARGS)
else
	$(RUN) volltrack demo --out "$(OUT)" $(ARGS)
endif

dialog-schema: setup  ## write the defaults and ranges of Fiji's dialogs from the Python settings
	$(RUN) python java/write_dialog_schema.py

docs: setup  ## the documentation as a site in site/, without network; warnings are errors
	NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --quiet

figures: setup  ## the pictures of the documentation anew; FIGURES="demo.png" for one of them
	$(SHOW) $(RUN) python docs/figures/draw_figures.py $(FIGURES)

test: test-python test-java  ## every test, Python and Java

test-python: setup jar  # windows: on a virtual display if there is one, in a process without TensorFlow
	$(RUN) pytest
	$(SHOW) $(RUN) pytest $(WINDOWS) || [ $$? = 5 ]  # 5: none, for want of Qt's libraries, which it says

test-java:
	$(SHOW) $(MVN) verify

test-slow: setup jar  ## the tests that take minutes
	$(RUN) pytest -m slow
	$(SHOW) $(RUN) pytest -m slow $(WINDOWS) || [ $$? = 5 ]  # 5: there are none

lint: setup  ## style, types, import directions
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports

format: setup  ## put the code into the house's format
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

benchmarks: setup jar  ## figures against peers, each measured in one run
	@for script in benchmarks/*.py; do echo "== $$script"; OMP_NUM_THREADS=1 $(RUN) python $$script || exit 1; done

wheel: setup jar  ## the package with the Java core in it
	$(UV) build --wheel

test-lowest: | $(filter .uv/bin/uv,$(UV))  ## the tests without networks and windows, on the oldest packages that are allowed
	$(UV) venv --quiet --clear --python 3.11 target/lowest
	$(UV) pip install --quiet --python target/lowest/bin/python --resolution lowest-direct -e ".[score]" --group lowest
	target/lowest/bin/python -m pytest -q -W default tests/python/model tests/python/measure tests/python/link tests/python/analyse \
	  tests/python/io tests/python/pipeline tests/python/edit \
	  --ignore tests/python/model/test_settings_ranges.py  # needs every extra

check-wheel: | $(filter .uv/bin/uv,$(UV))  ## build the wheel, install it elsewhere without extras, run it; PYTHON=3.13 for another
	rm -rf dist/check
	$(UV) build --quiet --wheel --out-dir dist/check
	python3 tests/wheel/check_wheel.py dist/check/*.whl --uv "$(UV)" $(if $(PYTHON),--python $(PYTHON))

clean:  ## remove what was built
	rm -rf dist site .venv .uv java/*/target target
