# make demo   from nothing to explained matches      make test   every test      make serve   the website
PYTHON ?= python3
BIN := .venv/bin
DEMO_DATA := out/demo

.PHONY: demo test lint bench ablation serve translations demo-files clean

# setup.cfg decides what is installed; a changed one installs anew.
.venv/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 --editable '.[dev]'
	touch $@

demo: export MATCHER_DATA := $(DEMO_DATA)
demo: .venv/installed
	$(BIN)/matcher init --demo
	$(BIN)/matcher index
	$(BIN)/matcher match --need n-nuts-01 --top 3
	$(BIN)/matcher match --achievement a-materials-01 --top 2
	$(BIN)/matcher match-all --out out/matches.xlsx
	$(BIN)/matcher doctor

test: .venv/installed
	$(BIN)/python -m pytest -n 2

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/installed
	$(BIN)/python -m tests.bench

# What each part of the model adds; trains twice, an hour on two cores.
ablation: .venv/installed
	$(BIN)/python -m tests.bench.ablation

# On the demo, unless MATCHER_DATA names another data folder.
serve: export MATCHER_DATA ?= $(DEMO_DATA)
serve: .venv/installed
	test -e "$$MATCHER_DATA/shuanglian.db" || $(BIN)/matcher init --demo
	$(BIN)/matcher serve

# The words on the pages, gathered into the English catalogue; write what is missing there, then run it again.
translations: .venv/installed
	mkdir -p out
	cd api && ../$(BIN)/pybabel --quiet extract -F translations/extract.cfg -k lazy_gettext --no-location --omit-header -o ../out/messages.pot .
	$(BIN)/pybabel --quiet update -i out/messages.pot -d api/translations -l en --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110
	$(BIN)/pybabel --quiet compile -d api/translations

# The office files of the demo, from corpora/demo/source.
demo-files: .venv/installed
	$(BIN)/python -m corpora.demo.build

clean:
	rm -rf .venv out build dist *.egg-info
