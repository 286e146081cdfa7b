# make demo            try linnet on a small table that every installation has
# make test            the test suite and the examples in the docstrings, on the installed package;
#                      the web page's tests need Chromium (apt-get install chromium)
# make check           style and types
# make test-all        the slow tests and the recipes too; installs Ray: 400 MB
# make recipes         the recipes on the data sets in DATA: docs/results/recipes.md, two hours
# make bench-setup     the environments of linnet's peers, in build/peers: 4 GB
# make bench           linnet and its peers side by side: docs/results/speed.md, three hours
# make bench-strength  the defaults beside tuned peers, 200 rows to all: docs/results/strength.md, hours
# make bench-scale     how linnet's cost grows up to 4 million texts: a section of the same page
# make pictures        the pictures of the web page and the report in the docs (Chromium, too)
# make test-backends   the contract tests on PyTorch and on TensorFlow
# make coverage        fails where a line or a branch of text, artifact, runtime or serving has no test;
#                      five minutes
# make clean           remove what make has made
#
# DATA=...    the folder of the data sets
# PYTHON=...  the Python for .venv       ARGS=...  more arguments for pytest, such as ARGS='-k lstm',
#             or for benchmarks/speed.py, such as ARGS='--only imdb-mlp'

PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$each && break; done)

BIN := .venv/bin
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check -c constraints.txt
SOURCES := $(shell find src -not -path '*__pycache__*')
# Both `linnet`, the package as it is installed, for its docstrings, and the folder of tests.
TESTS := --numprocesses 2 --doctest-modules --pyargs linnet ./tests $(ARGS)

COVERED := text artifact runtime serving
COVERED_BY := $(COVERED) evaluation/test_abstention.py workflows/test_precision.py

DATA ?= ../shared/data
PEERS := build/peers/tensorflow build/peers/sklearn build/peers/fasttext build/peers/spacy

.PHONY: demo test test-all recipes bench bench-setup bench-strength bench-scale test-backends test-torch test-tensorflow coverage
.PHONY: check clean pictures
.DELETE_ON_ERROR:

demo: .venv/linnet.stamp
	rm -rf build/demo
	$(BIN)/linnet demo --out build/demo

test: .venv/linnet.stamp
	$(BIN)/pytest $(TESTS)

test-all: .venv/linnet.stamp .venv/ray.stamp
	$(BIN)/pytest -m 'not backends' $(TESTS)

recipes: .venv/linnet.stamp
	$(BIN)/python benchmarks/recipes.py --data $(DATA) --runs build/recipes

bench-setup: $(PEERS:=/packages.stamp)

bench: .venv/linnet.stamp bench-setup
	$(BIN)/python benchmarks/speed.py --data $(DATA) $(ARGS)

bench-strength: .venv/linnet.stamp bench-setup
	$(BIN)/python benchmarks/strength.py --data $(DATA) $(ARGS)

bench-scale: .venv/linnet.stamp
	$(BIN)/python benchmarks/scale.py --data $(DATA) $(ARGS)

pictures: .venv/linnet.stamp
	$(BIN)/python docs/take_pictures.py

test-backends: test-torch test-tensorflow

test-torch test-tensorflow: test-%: .venv-%/linnet.stamp
	KERAS_BACKEND=$* .venv-$*/bin/pytest -m 'not slow and not recipes' ./tests/contract $(ARGS)

coverage: .venv/linnet.stamp
	$(BIN)/pytest --cov --cov-report= --numprocesses 2 --doctest-modules --pyargs \
	  $(COVERED:%=linnet.%) $(COVERED_BY:%=./tests/%) $(ARGS)
	$(BIN)/coverage report

check: .venv/packages.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

clean:
	rm -rf .venv .venv-torch .venv-tensorflow build dist .coverage*
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -prune -exec rm -rf {} +

# linnet itself is installed as users get it, a wheel, and again whenever its source changes.
%/linnet.stamp: %/packages.stamp $(SOURCES)
	$*/bin/python $(PIP_INSTALL) --no-deps --force-reinstall --no-build-isolation .
	-$*/bin/python -m compileall -qq $*/lib/python3*/site-packages/linnet
	touch $@

# Compiled by hand, because PYTHONDONTWRITEBYTECODE and pip's settings may forbid it;
# some packages carry files for other Pythons, which cannot be compiled.
%/packages.stamp: pyproject.toml constraints.txt | %/bin/python
	$*/bin/python $(PIP_INSTALL) pip hatchling
	$*/bin/python $(PIP_INSTALL) --no-build-isolation $(PACKAGES) --group dev '.[train,serve,quality,tune]'
	-$*/bin/python -m compileall -qq -j 0 $*/lib
	touch $@

# Only the slow tests need it; it brings pyarrow, which pandas then uses.
%/ray.stamp: %/packages.stamp
	$*/bin/python $(PIP_INSTALL) --no-build-isolation '.[ray]'
	touch $@

build/peers/%/packages.stamp: benchmarks/peers/%.txt | build/peers/%/bin/python
	build/peers/$*/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	-build/peers/$*/bin/python -m compileall -qq -j 0 build/peers/$*/lib
	touch $@

# Never without a version: the newest torch brings gigabytes for GPUs.
.venv-torch/packages.stamp: PACKAGES := torch==2.13.0
.venv-tensorflow/packages.stamp: PACKAGES := tensorflow

.PRECIOUS: .venv%/bin/python .venv%/packages.stamp
ENVIRONMENTS := .venv .venv-torch .venv-tensorflow $(PEERS)
$(ENVIRONMENTS:=/bin/python): %/bin/python:
	@test -n '$(PYTHON)' || { echo 'linnet needs Python 3.11 or newer, and neither python3 nor' \
	'python3.13, python3.12 or python3.11 is one: install it, or make PYTHON=...' >&2; exit 1; }
	@echo '$(PYTHON) -m venv $*'
	@$(PYTHON) -m venv $* >/dev/null 2>&1 \
	|| { $(PYTHON) -m venv --clear --without-pip $* \
	    && $(PYTHON) -m pip --python $@ install --quiet pip; } \
	|| { $(PYTHON) -m virtualenv --quiet --clear $*; } \
	|| { rm -rf $*; echo '$(PYTHON) cannot make a virtual environment:' \
	'install python3-venv (apt-get install python3-venv)' >&2; exit 1; }
