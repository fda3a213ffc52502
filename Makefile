# make run: install and open the chat.  make test: install and run the tests.
VENV ?= .venv
PYTHON ?= python3
PORT ?= 7860
BIN := $(VENV)/bin

.PHONY: install install-dev run test lint bench docs wheel bundle models lock screenshots clean

install: $(VENV)/.installed

# The stamp holds the lock's time: pip runs again only when the lock or the project's metadata changes.
$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Installing into $(VENV); the first time this takes a few minutes."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@

install-dev: $(VENV)/.installed-dev

# openai 3 goes beside the environment, which LlamaIndex holds at 2: programs of readers may have either (test_openai.py).
$(VENV)/.installed-dev: requirements-dev.lock requirements-openai3.lock pyproject.toml
	@echo "Installing into $(VENV); the first time this takes a few minutes."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes --no-deps -r requirements-dev.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes --no-deps --upgrade --target $(VENV)/openai3 -r requirements-openai3.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.installed $@

run: install
	$(BIN)/paperchat serve --port $(PORT)

test: install-dev
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: install-dev
	$(BIN)/python bench/retrieval.py
	$(BIN)/python bench/evidence.py
	$(BIN)/python bench/page.py
	$(BIN)/python bench/crash.py
	$(BIN)/python bench/damage.py
	$(BIN)/python bench/scale.py 1000 20000

# The documents as a site, in build/site. tests/test_site.py builds it as strictly and runs its examples.
docs: install-dev
	$(BIN)/python -m mkdocs build --strict

# What `pip install` takes, with data, assets, prompts and weights inside. tests/test_wheel.py holds that it works alone.
wheel: install
	$(BIN)/python -m pip wheel --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

# The library as a bundle for clients of the Model Context Protocol.
bundle: install
	$(BIN)/paperchat mcp bundle dist/paperchat.mcpb

screenshots: install-dev
	$(BIN)/python docs/screenshots.py
	$(BIN)/python docs/moving_picture.py

# All weights that ship, made again from train/ and the data folder: about three hours. train/README.md says what it needs.
models:
	$(BIN)/python train/evidence.py
	$(BIN)/python train/refusal.py
	$(BIN)/python train/belonging.py
	$(BIN)/python train/plan.py
	$(BIN)/python train/aspects.py
	$(BIN)/python train/support.py

# For maintainers, with uv: the exact versions and hashes of everything that is installed.
lock:
	echo aiohttp | uv pip compile pyproject.toml --excludes /dev/stdin --group build --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements.lock
	uv pip compile pyproject.toml --group build --extra dev --extra docs --extra langchain --extra otel --extra report --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements-dev.lock
	echo "openai>=3,<4" | uv pip compile - --no-deps --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements-openai3.lock

# Leaves .paperchat alone: it holds the reader's own papers and conversations.
clean:
	rm -rf $(VENV)
