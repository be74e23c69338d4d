# What a developer and CI run, by the same names. `make help` lists it.
SHELL := /bin/bash
SANDBOX_DIR ?= $(HOME)/.grouplite-sandbox
VENV ?= $(CURDIR)/.venv
BINARY = .build/release/grouplite
# With Swift's libraries inside: it runs where there is no Swift, in less memory.
BUILD = swift build -c release --static-swift-stdlib
SHARED ?= $(CURDIR)/../shared
PYTHON = $(VENV)/bin/python

.PHONY: help run test unit-test acceptance build install-deps lint bench count conformance compare-mysql faults power times simulate fuzz planted-bugs planted clean

help: ## Shows these lines
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: install-deps build ## Installs what is missing, builds, and runs a three-member group in the foreground
	$(BINARY) sandbox --dir $(SANDBOX_DIR)

test: install-deps ## Every test: lint, units, simulation, then real clients against real processes
	$(MAKE) lint unit-test acceptance

install-deps: ## Installs the missing system packages (as root or through sudo)
	@Config/install-deps

build: ## The release binary
	$(BUILD)

unit-test: ## Unit tests and simulation seeds
	swift test

acceptance: build $(VENV)/.ready ## Real clients (mysql client, drivers) against real processes
	$(PYTHON) -m pytest -q -rs Tests/Acceptance Tests/Faults

$(VENV)/.ready: Tests/Acceptance/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install -q --disable-pip-version-check -r Tests/Acceptance/requirements.txt
	touch $@

lint: ## What the repository promises about itself
	@Config/lint

bench: build $(VENV)/.ready ## sysbench against the sandbox: speed, memory, failover (minutes)
	$(PYTHON) Tests/Bench/bench.py

count: build $(VENV)/.ready ## Instructions per transaction by callgrind, which no busy machine moves (needs valgrind, sysbench)
	$(PYTHON) Tests/Bench/count.py

conformance: build $(VENV)/.ready ## How much of a real MySQL's recorded answers we give ($(SHARED)/conformance)
	$(PYTHON) Tests/Acceptance/conformance.py $(SHARED)/conformance

compare-mysql: build $(VENV)/.ready ## Random statements against a real MySQL ($(SHARED)/tools/real-mysql on MYSQL=host:port), SECONDS=n, SEED=n repeats one
	$(PYTHON) Tests/Compare/compare.py --mysql $(or $(MYSQL),127.0.0.1:26801) --seconds $(or $(SECONDS),600) $(if $(SEED),--seed $(SEED))

faults: install-deps build $(VENV)/.ready ## Real groups under fire, in network namespaces (root; minutes; SEED=n repeats one)
	$(PYTHON) Tests/Faults/faults.py --members 3 --mode single $(if $(SEED),--seed $(SEED))
	$(PYTHON) Tests/Faults/faults.py --members 5 --mode multi $(if $(SEED),--seed $(SEED))

power: build $(VENV)/.ready ## Power loss of real groups: only synchronised bytes survive (minutes; CUTS=n, SEED=n repeats one)
	$(PYTHON) Tests/Faults/power.py --cuts $(or $(CUTS),100) $(if $(SEED),--seed $(SEED)) --verbose

times: build $(VENV)/.ready ## How long members and commits are away after kill -9 (minutes)
	$(PYTHON) Tests/Faults/times.py

simulate: ## SEEDS=n simulation seeds with the release simulator
	$(BUILD) --product simulator
	.build/release/simulator --seeds $(or $(SEEDS),20000)

fuzz: ## SECONDS=n seconds of fuzzing over all decoders of outside bytes (libFuzzer), TARGETS="a b" of some
	SECONDS_IN_ALL=$(or $(SECONDS),60) TARGETS="$(TARGETS)" Tests/FuzzingTests/fuzz

planted-bugs: ## Plants each mistake of the list in turn; the simulator must find every one
	$(BUILD) --product simulator
	.build/release/simulator --all-bugs --seeds $(or $(SEEDS),5000)

planted: planted-bugs

clean: ## Removes what was built
	rm -rf .build .venv
