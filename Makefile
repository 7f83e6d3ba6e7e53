# Groundstation: `make run` starts the station with the simulated city, `make test` runs every test. `make help` lists all.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# One way to build for all but the race detector, which needs C: the program, vet and tests share what was compiled.
export GOFLAGS ?= -buildvcs=false -trimpath
export CGO_ENABLED ?= 0
# Without the compiler's checks of unsafe pointers, which take a third of the time where messages are read by reflection.
RACE := CGO_ENABLED=1 go test -race -gcflags=all=-d=checkptr=0

BIN      := bin/groundstation
VERSION  ?= $(shell git describe --always --dirty 2>/dev/null || echo unknown)
GO_FILES := $(shell find . -name '*.go' -not -path '*/node_modules/*') go.mod go.sum
UI_FILES := $(shell find ui -type f -not -path '*/node_modules/*' -not -path '*/dist/*')
ARGS     ?=
BENCH    ?= .
FUZZTIME ?= 30s
FUZZPKG  ?= ./...

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: $(BIN) ## build the console and the daemon into bin/groundstation

.PHONY: run
run: $(BIN) ## start the simulated city and the station on http://127.0.0.1:8080 (ARGS="--http 127.0.0.1:9090 --data DIR")
	@exec $(BIN) demo $(ARGS)

$(BIN): $(GO_FILES) ui/dist/index.html
	go build -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./cmd/groundstation

ui/dist/index.html: $(UI_FILES) ui/node_modules/.installed
	cd ui && npm run --silent build

ui/node_modules/.installed: ui/package.json ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed

# Vet and the city take what the browser's steps leave of two cores; what they say is told when both have ended.
.PHONY: test beside
test: tools $(BIN) test-go test-interop test-ui ## run every test: Go with the race detector, the console's, the browser's
	@said=$$(mktemp); trap 'rm -f "$$said"' EXIT; \
	$(MAKE) --no-print-directory beside >"$$said" 2>&1 & beside=$$!; failed=0; \
	$(MAKE) --no-print-directory test-browser || failed=1; \
	wait $$beside || failed=1; cat "$$said"; exit $$failed

beside: vet test-city

.PHONY: vet
vet: ui/dist/index.html ## formatting, go vet, staticcheck
	@unformatted=$$(git ls-files '*.go' | xargs gofmt -l); if [ -n "$$unformatted" ]; then echo "gofmt: $$unformatted"; exit 1; fi
	nice -n 10 go vet ./...
	nice -n 10 go tool staticcheck ./...

# Plans flown by 25 draws of the noise: one thread, half a minute with the race detector.
FLOWN := ^Test(FlownAsOthersFlew|EachLegFlownAsRecorded)$$

# Three packages at once: some wait for real processes most of their time.
.PHONY: test-go
test-go: ui/dist/index.html ## Go tests with the race detector
	$(RACE) -p 3 -timeout 12m -skip '$(FLOWN)' $$(go list ./... | grep -v /internal/city)

.PHONY: test-city
test-city: ui/dist/index.html ## the city and whole flights in virtual time, one thread: without the race detector, behind what needs time
	nice -n 10 go test -timeout 12m -run '$(FLOWN)' ./simulator
	nice -n 10 go test -timeout 12m ./internal/city/...

INTEROP := mavlink/signing/interop
$(INTEROP)/node_modules/.installed: $(INTEROP)/package.json $(INTEROP)/package-lock.json
	cd $(INTEROP) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed

.PHONY: test-interop
test-interop: $(INTEROP)/node_modules/.installed ## signed frames against node-mavlink, both ways
	go vet -tags interop ./mavlink/signing
	$(RACE) -count 1 -tags interop -run NodeMavlink ./mavlink/signing

.PHONY: test-ui
test-ui: ui/node_modules/.installed ## the console's unit tests and type check
	cd ui && npm run --silent check && npm run --silent test

.PHONY: test-browser
test-browser: tools $(BIN) ## drive the real station and simulator in headless Chromium
	cd ui && node e2e/run.mjs

.PHONY: screenshots
screenshots: tools $(BIN) ## make the pictures of docs/ anew
	cd ui && node e2e/run.mjs --screenshots ../docs/screenshots

.PHONY: bench
bench: tools $(BIN) ## print every figure, or one: make bench BENCH=name
	@go run ./internal/bench -binary $(BIN) -run '$(BENCH)'

.PHONY: scenarios
scenarios: $(BIN) ## play every scenario, the long ones too, against the station in virtual time
	@$(BIN) sim run simulator/scenarios/*.toml

.PHONY: fuzz
fuzz: ui/dist/index.html ## run every fuzz target (of FUZZPKG) for FUZZTIME, add it to the machine's total, fail on a finding
	@total=$$(go env GOCACHE)/fuzz/groundstation-seconds; mkdir -p "$$(dirname "$$total")"; n=0; found=""; \
	for pkg in $$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.Dir}}{{end}}' $(FUZZPKG)); do \
	  for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\)(.*/\1/p' $$pkg/*_test.go); do \
	    echo "$$pkg $$target"; begun=$$(date +%s); \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$pkg || found="$$found $$pkg.$$target"; \
	    echo $$(( $$(cat "$$total" 2>/dev/null || echo 0) + $$(date +%s) - begun )) >"$$total"; n=$$((n+1)); done; done; \
	echo "$$n targets, $(FUZZTIME) each; with every run before on this machine $$(( $$(cat "$$total") / 60 )) minutes; findings:$${found:- none}"; \
	[ -z "$$found" ]

.PHONY: gen
gen: ui/node_modules/.installed ## generate the API description and the console's wire types anew
	go test ./api -run OpenAPI -rewrite
	cd ui && npm run --silent gen

.PHONY: vuln
vuln: ## look for known vulnerabilities (needs the network)
	go run golang.org/x/vuln/cmd/govulncheck@v1.1.4 ./...

.PHONY: tools
tools: ## install Chromium and ffmpeg from Debian if they are missing
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v ffmpeg >/dev/null || missing="$$missing ffmpeg"; \
	[ -n "$$(fc-list 2>/dev/null | grep -i 'noto.*cjk')" ] || missing="$$missing fonts-noto-cjk fontconfig"; \
	if [ -n "$$missing" ]; then \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; fi

.PHONY: clean
clean: ## remove what was built
	rm -rf bin ui/dist/assets ui/dist/index.html ui/node_modules $(INTEROP)/node_modules
