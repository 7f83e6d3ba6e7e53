# Groundstation: `make test` runs every test, `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export GOFLAGS ?= -buildvcs=false

BIN      := bin/groundstation
VERSION  ?= $(shell git describe --always --dirty 2>/dev/null || echo unknown)
GO_FILES := $(shell find . -name '*.go') go.mod go.sum
FUZZTIME ?= 30s

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: $(BIN) ## build the console and the daemon into bin/groundstation

$(BIN): $(GO_FILES)
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./cmd/groundstation

.PHONY: test
test: tools $(BIN) vet test-go ## run every test: Go with the race detector

.PHONY: vet
vet: ## formatting, go vet
	@unformatted=$$(git ls-files '*.go' | xargs gofmt -l); if [ -n "$$unformatted" ]; then echo "gofmt: $$unformatted"; exit 1; fi
	go vet ./...

.PHONY: lint
lint: ## staticcheck
	go tool staticcheck ./...

.PHONY: test-go
test-go: ## Go tests with the race detector
	go test -race -timeout 12m ./...

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME
	@for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; done; done

.PHONY: vuln
vuln: ## look for known vulnerabilities (needs the network)
	go run golang.org/x/vuln/cmd/govulncheck@v1.1.4 ./...

.PHONY: tools
tools: ## install Chromium and ffmpeg from Debian if they are missing
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v ffmpeg >/dev/null || missing="$$missing ffmpeg"; \
	fc-list 2>/dev/null | grep -qi 'noto.*cjk' || missing="$$missing fonts-noto-cjk fontconfig"; \
	if [ -n "$$missing" ]; then \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; fi

.PHONY: clean
clean: ## remove what was built
	rm -rf bin
