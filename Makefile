# The commands of the house. CI calls these and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
OUT    ?= out

.PHONY: kernels demo demo-companion demo-cytometry test lint bench calibration closed-loop docs lock clean

demo: $(VENV)/.run ## the main job: the seed study, from folder to report
	$(BIN)/costim run examples/tokunaga2007 --out $(OUT)/tokunaga2007

demo-companion: $(VENV)/.run ## the two-year companion cohort
	$(BIN)/costim run examples/rituximab_sle_2yr --out $(OUT)/rituximab_sle_2yr

demo-cytometry: $(VENV)/.run ## synthetic FCS files of ten invented patients, from tubes to report
	$(BIN)/costim run examples/synthetic_bt --out $(OUT)/synthetic_bt

demo-mechanism: $(VENV)/.run ## two regimens side by side in virtual patients
	$(BIN)/costim simulate --out $(OUT)/regimens

test: $(VENV)/.dev lint ## lint, strict types, import contracts, then every test
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/.dev ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.dev ## CPU seconds, wall, peak memory, as ratios to a peer
	$(BIN)/python bench/run.py

calibration: $(VENV)/.dev ## simulate how often intervals cover and tests reject (long); tables and figures in docs/calibration
	$(BIN)/python -m bench.calibration.run
	$(BIN)/python -m bench.calibration.page

kernels: $(VENV)/.run ## write the functions of the mechanism from its model files
	$(BIN)/python -m costim.mechanism.compiled.generate

closed-loop: $(VENV)/.dev ## whole simulated studies through costim beside the truth (hours; taken up where it stopped); page in docs/calibration
	$(BIN)/python -m bench.closed_loop.run $(OUT)/closed-loop
	$(BIN)/python -m bench.closed_loop.page $(OUT)/closed-loop

docs: $(VENV)/.docs ## build the documentation site
	$(BIN)/python docs/generate.py
	$(BIN)/mkdocs build --strict --quiet

lock: $(VENV)/.dev ## renew the pinned requirements
	$(PIP) "uv>=0.5"
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --extra test --extra lint -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --extra docs -c requirements/run.txt pyproject.toml -o requirements/docs.txt

clean:
	rm -rf $(VENV) $(OUT) site

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "costim needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements/run.txt
	$(PIP) --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.docs: requirements/docs.txt $(VENV)/.dev
	$(PIP) --require-hashes -r requirements/docs.txt
	@touch $@
