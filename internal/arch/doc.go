// Package arch holds the import table of docs/architecture.md against the code, and keeps clocks, goroutines, locks
// and I/O out of the cores. It is all test: a rule that is broken fails `go test ./internal/arch` with its reason.
package arch
