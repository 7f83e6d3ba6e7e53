package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	threatRow  = regexp.MustCompile(`(?m)^\|[^|]+\|[^|]+\|([^|]+)\|$`)
	threatTest = regexp.MustCompile("`([a-z/0-9]+)\\.([A-Za-z0-9_]+)`")
)

// TestThreats: every row of docs/threats.md names tests that exist.
func TestThreats(t *testing.T) {
	page, err := os.ReadFile("../../docs/threats.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := threatRow.FindAllStringSubmatch(string(page), -1)
	if len(rows) < 12 {
		t.Fatalf("only %d rows: the page is not read", len(rows))
	}
	for _, row := range rows[2:] { // after the heading and its line
		tests := threatTest.FindAllStringSubmatch(row[1], -1)
		if len(tests) == 0 || len(tests) != strings.Count(row[1], "`")/2 {
			t.Errorf("a row names %d tests: %s", len(tests), row[1])
		}
		for _, test := range tests {
			if !exists(t, test[1], test[2]) {
				t.Errorf("there is no %s in %s", test[2], test[1])
			}
		}
	}
}

// exists looks for a test of a package, or a step of the browser's run.
func exists(t *testing.T, dir, name string) bool {
	t.Helper()
	pattern, declared := "*_test.go", "\nfunc "+name+"("
	if dir == "ui/e2e" {
		pattern, declared = "*.mjs", "function "+name+"("
	}
	files, err := filepath.Glob(filepath.Join("../..", dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), declared) {
			return true
		}
	}
	return false
}
