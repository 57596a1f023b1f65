PYTHON ?= python3
PORT ?= 8000
export PORT

VENV := .venv
BIN := $(VENV)/bin
# Checks that read the code and no data: they shall not start a database.
NO_DATABASE := DATABASE_URL=postgresql://nobody@127.0.0.1:9/none SECRET_KEY=only-for-checks-that-read-the-code-and-serve-nobody
# What test-fast runs; another Python takes what is long too.
FAST := not (external or slow or long)

.DEFAULT_GOAL := help
.PHONY: help demo serve migrate test test-fast test-versions mutation check format messages bench lock clean

help: ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 15

demo: ## The demonstration county on http://127.0.0.1:$PORT (8000)
	@$(PYTHON) tools/environment.py runtime $(VENV)
	@exec $(BIN)/python tools/demo.py

serve: ## A real site; needs DATABASE_URL, SECRET_KEY and ALLOWED_HOSTS
	@$(PYTHON) tools/environment.py runtime $(VENV)
	@exec $(BIN)/python tools/serve.py

migrate: ## Bring the database of DATABASE_URL up to date
	@$(PYTHON) tools/environment.py runtime $(VENV)
	@exec $(BIN)/python manage.py migrate

test: ## Everything is tested, in a real browser and on real databases
	@$(PYTHON) tools/environment.py tests $(VENV)
	@$(BIN)/python tools/browser.py
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report= $(PYTEST_OPTIONS)
	@$(BIN)/coverage report --fail-under=95
	@$(BIN)/coverage report --fail-under=100 --include="inventory/calculator/*,inventory/policies.py,inventory/permissions.py,inventory/workflow/filing.py,inventory/workflow/recording.py,inventory/workflow/writing.py,inventory/workflow/opening.py,inventory/workflow/publishing.py,inventory/workflow/years.py"
	@$(BIN)/python tools/versions.py --name

test-fast: ## What can be tested without a browser and a second server, in under a minute
	@$(PYTHON) tools/environment.py tests $(VENV)
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup --no-cov --ignore tests/browser -m "$(FAST)" $(PYTEST_OPTIONS)
	@echo "Left out, and run by make test: the browser's tests, and all that is not \"$(FAST)\"."

test-versions: ## The fast tests on every other Python that the platform supports
	@$(PYTHON) tools/environment.py tests $(VENV)
	@$(BIN)/python tools/versions.py

mutation: ## Whether every small error in the calculator, and every missing check, is noticed (minutes)
	@$(PYTHON) tools/environment.py tests $(VENV)
	@$(BIN)/python tools/mutation.py
	@$(BIN)/python tools/without_checks.py
	@$(BIN)/python tools/mutants.py

check: ## Format, lint, types, templates, architecture, migrations, deployment
	@$(PYTHON) tools/environment.py tests $(VENV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(NO_DATABASE) $(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python -m pytest -q tests/architecture
	$(NO_DATABASE) HTTPS=1 SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') $(BIN)/python manage.py check --deploy --fail-level WARNING

format: ## Bring code into the house's form
	@$(PYTHON) tools/environment.py tests $(VENV)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

messages: ## Collect the words to translate and compile the English catalogue (needs GNU gettext)
	@$(PYTHON) tools/environment.py runtime $(VENV)
	$(NO_DATABASE) $(BIN)/python manage.py makemessages -l en --add-location file --no-wrap --no-obsolete -i .venv -i var -i tests -i benchmarks -i fixtures
	$(NO_DATABASE) $(BIN)/python manage.py compilemessages -l en -i .venv

bench: ## How fast it is, as ratios to a plain baseline of the same run
	@$(PYTHON) tools/environment.py tests $(VENV)
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.sheets

lock: ## Write requirements*.txt anew from requirements*.in
	@$(PYTHON) tools/environment.py tests $(VENV)
	@$(BIN)/python tools/lock.py

clean: ## Remove what can be made again; the database under var/ stays
	rm -rf .mypy_cache .pytest_cache .ruff_cache .coverage .coverage.* htmlcov test-results build *.egg-info var/static var/static.stamp
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
