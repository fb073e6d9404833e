# make setup | demo | test | check | bench | clean
#
# make setup TORCH_INDEX=https://download.pytorch.org/whl/cpu    takes PyTorch without CUDA (Linux without a GPU)
# make setup EXTRAS=models                                       leaves training by other libraries and development out

PYTHON ?= python3
VENV ?= .venv
EXTRAS ?= models,train,mlx,dev
TORCH_INDEX ?=

BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check

# llama-cpp-python is built from source: only the library, none of llama.cpp's tools, tests or helper libraries.
LLAMA_FLAGS := -DLLAVA_BUILD=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF \
	-DLLAMA_BUILD_TOOLS=OFF -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF
LIBRARY_ONLY := $(abspath build-tools/llama-library-only.cmake)
# CMake splits its arguments at spaces, so a folder with one does without the shorter build
ifeq ($(words $(LIBRARY_ONLY)),1)
LLAMA_FLAGS += -DCMAKE_PROJECT_INCLUDE=$(LIBRARY_ONLY)
endif

# On processors with AMX the native build of some compilers crashes in its first matrix product (llama.cpp #20824).
# Only x86 compilers know these flags, and only recent ones.
NO_AMX := -mno-amx-tile -mno-amx-int8 -mno-amx-bf16
accepts = $(shell echo 'int x;' | $(1) $(NO_AMX) -x $(2) -c -o /dev/null - >/dev/null 2>&1 && echo yes)
ifneq ($(filter x86_64 amd64,$(shell uname -m)),)
ifeq ($(call accepts,$(or $(CC),cc),c)$(call accepts,$(or $(CXX),c++),c++),yesyes)
LLAMA_FLAGS += -DCMAKE_C_FLAGS='$(NO_AMX)' -DCMAKE_CXX_FLAGS='$(NO_AMX)'
endif
endif

export CMAKE_ARGS ?= $(LLAMA_FLAGS)
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

.PHONY: setup demo test check format bench clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; try make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
ifneq ($(TORCH_INDEX),)
	$(PIP) install --extra-index-url $(TORCH_INDEX) --constraint constraints.txt torch
endif
	$(PIP) install --constraint constraints.txt --editable '.[$(EXTRAS)]'
	touch $@

demo: $(STAMP)
	@table="$$($(BIN)/edge-assistant simulate --personas p01 --days 7 --out runs/demo --replace)" && \
		$(BIN)/edge-assistant runs story runs/demo && printf '\n%s\n' "$$table"
	@echo "The report: $(abspath runs/demo/report.html)"

# two processes; whole files each, since the tests of a file share what is dear to make
test: $(STAMP)
	$(BIN)/pytest -q -n 2 --dist loadfile

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python build-tools/dead_code.py
	PYTHONPATH=build-tools $(BIN)/python -m build_prior check

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP)
	$(BIN)/edge-assistant bench tick

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
